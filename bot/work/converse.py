"""Conversing: the one writer of sessions and of the outbox. A newcomer reads this file first.

A step takes the contacts that have unread fragments, works out for each, in order, what every fragment means and what
follows from it (``case.py``), and writes all of it in one transaction: sessions, tickets, messages, and the fragments'
"read" marks. Nothing is sent here: ``deliver`` and the web chat's stream read the outbox.

One contact's trouble is its own: a fragment that cannot be handled is marked with what went wrong, the parent gets an
apology with a way to a person, and the others go on. A contact whose session or ticket moved meanwhile stays unread and
is worked out again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from bot.check.edition import Edition
from bot.flow.about import message_meant
from bot.flow.event import Event, Unreadable
from bot.flow.message import Reply
from bot.model import Account, ContactId
from bot.ports import UNCOUNTED, Channel, Clock, Done, Listener, Meter, Store, Unread, Wake
from bot.work.case import Heard, Rules, work_out
from bot.work.keep import STORE_HELP

CONTACTS = 64
"""At most so many contacts a transaction."""

LOOK = 5.0
"""Seconds after which the inbound is looked at also without a bell."""

PAUSE = 0.5
"""Seconds until a store that failed is asked again, twice as long each time in a row."""

LONGEST = 30.0
"""Seconds at most."""

log = structlog.get_logger()


class Converse:
    """The verb. ``edition`` brings the published flows and words of this moment."""

    def __init__(
        self,
        store: Store,
        wake: Wake,
        clock: Clock,
        channels: Mapping[Account, Channel],
        edition: Callable[[], Awaitable[Edition]],
        rules: Rules,
        meter: Meter = UNCOUNTED,
    ) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._channels = channels
        self._edition = edition
        self._rules = rules
        self._meter = meter

    async def run(self) -> None:
        """Work until cancelled."""
        bell = self._wake.listen("inbound")
        try:
            while True:
                await self._until_nothing_is_left(bell)
                await bell.wait(LOOK)
        finally:
            bell.close()

    async def step(self) -> int:
        """Take, work out and write one batch; return how many contacts were taken."""
        with self._meter.timed("take"):
            cases = await self._store.take(CONTACTS)
        if not cases:
            return 0
        self._meter.batch("take", len(cases))
        with self._meter.timed("work_out"):
            edition = await self._edition()
            heard = {case.contact: [self._parse(unread) for unread in case.unread] for case in cases}
            replies = await self._replies_asked_about(heard)
            now = self._clock()
            done = [work_out(case, heard[case.contact], replies, edition, self._rules, now) for case in cases]
        with self._meter.timed("commit"):
            lost = frozenset(await self._store.commit(done, now))
        self._ring([each for each in done if each.case.contact not in lost])
        return len(cases)

    async def _until_nothing_is_left(self, bell: Listener) -> None:
        pause = PAUSE
        while True:
            try:
                if not await self.step():
                    return
                pause = PAUSE
            except Exception as error:  # noqa: BLE001 - the store is away: nothing was read, so nothing is lost
                log.error("converse.failed", error=type(error).__name__, seconds=pause, help=STORE_HELP)
                await self._give_back()
                await bell.wait(pause)
                pause = min(2 * pause, LONGEST)

    async def _give_back(self) -> None:
        """Let other programs take what we could not finish. A store that is away has nothing of ours any more."""
        with suppress(Exception):
            await self._store.release()

    def _parse(self, unread: Unread) -> Heard:
        channel = self._channels.get(unread.account)
        events: Sequence[Event] = [Unreadable()] if channel is None else channel.parse(unread.fragment)
        return Heard(unread, events)

    async def _replies_asked_about(self, heard: Mapping[ContactId, Sequence[Heard]]) -> Mapping[str, Reply]:
        asked = [
            (contact, message)
            for contact, fragments in heard.items()
            for fragment in fragments
            for event in fragment.events
            if (message := message_meant(event))
        ]
        return await self._store.replies(asked) if asked else {}

    def _ring(self, done: Sequence[Done]) -> None:
        bells = {f"contact:{each.case.contact}" for each in done if each.outgoing or each.goodbye}
        if bells:
            bells.add("outbox")
        if any(each.new_ticket or each.change or (each.goodbye and each.case.ticket) for each in done):
            bells.add("desk")
        if any(each.goodbye for each in done):
            bells.add("erased")
        self._wake.ring(*bells)
