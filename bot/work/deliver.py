"""The verb that sends: takes what is due from the outbox, sends it at the platform's pace, records what became of it.

Per contact in order (the store gives one head a contact), at least once: what is in the air when the process dies is
sent again. One contact's trouble is its own; trouble of the account or the way there pauses everybody and kills no
message. It knows the channel and the store as ports only.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.model import OutboxId, Outcome, Rejected, Retry, Unsure
from bot.ports import (
    UNCOUNTED,
    Channel,
    Clock,
    Listener,
    Meter,
    OutboxItem,
    Record,
    ReplacedError,
    Store,
    Wake,
)
from bot.work.pace import Pace, Rates, backoff

IDLE = 30.0
"""Seconds until the outbox is looked at although no bell rang."""
SOON = 0.05
"""Seconds between two looks at least, so that nothing can make us spin."""
LONGEST = 21_000.0
"""Seconds that a message waits at most. What waits for more than six hours has met a clock that was wrong: it is due."""
GRACE = 0.4
"""Seconds that sendings under way get to finish when we are stopped, and again to be recorded."""
MOST_UNSURE = 10_000
"""Messages remembered as perhaps sent; forgetting one costs one more repetition."""

_log = structlog.get_logger()


class Deliver:
    """Sends for one channel account. ``chance`` gives random numbers in [0, 1), ``timer`` seconds that never jump.

    ``may`` says whether this program is still the one that sends: it is asked before each message.
    """

    def __init__(
        self,
        store: Store,
        channel: Channel,
        wake: Wake,
        clock: Clock,
        rates: Rates,
        chance: Callable[[], float],
        timer: Callable[[], float],
        *,
        may: Callable[[], bool] = lambda: True,
        meter: Meter = UNCOUNTED,
    ) -> None:
        self._store = store
        self._channel = channel
        self._wake = wake
        self._clock = clock
        self._rates = rates
        self._chance = chance
        self._timer = timer
        self._may = may
        self._meter = meter
        self._pace = Pace(rates)
        self._sending: set[asyncio.Task[Record]] = set()
        self._finished: list[Record] = []
        self._unsure: dict[OutboxId, None] = {}
        self._account_troubles = 0
        self._in_doubt = False
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Send until cancelled; then stop within a second. What is not recorded by then goes out again next time."""
        listener = self._wake.listen("outbox")
        listening = asyncio.create_task(self._listen(listener))
        try:
            await self._insist(self._record)  # what we know of an earlier turn is not sent again
            await self._insist(self._begin)
            while True:
                self._news.clear()
                await self._insist(self._record)
                await self._insist(self._take)
                await self._rest()
        finally:
            listening.cancel()
            listener.close()
            await self._wind_up()

    async def _listen(self, listener: Listener) -> None:
        while True:
            if await listener.wait(IDLE):
                self._news.set()

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do a step with the store, however often it fails; nothing is forgotten meanwhile."""
        troubles = 0
        while True:
            try:
                await step()
            except ReplacedError:  # another program sends now: no insisting helps
                raise
            except Exception as error:  # noqa: BLE001 - a locked or full database must not end the sending for good
                troubles += 1
                _log.error("outbox_unavailable", account=self._channel.account, error=type(error).__name__)
                await asyncio.sleep(min(5.0, 0.1 * 2.0 ** min(troubles - 1, 10)))
            else:
                return

    async def _begin(self) -> None:
        """Let what was in the air when we, or whoever sent before us, ended go out again: it may have arrived."""
        again = await self._recover()
        if again:
            self._meter.repeated(self._channel.account, again)

    async def _recover(self) -> int:
        again = await self._store.recover(self._channel.account)
        self._in_doubt = False
        if again:
            _log.info("outbox_recovered", account=self._channel.account, count=again)
        return again

    async def _record(self) -> None:
        records = tuple(self._finished)
        if records:
            self._meter.batch("record", len(records))
            with self._meter.timed("record"):
                await self._store.record(records)
            del self._finished[: len(records)]

    async def _take(self) -> None:
        """Begin to send what is due, as far as there is room and nobody is held.

        Where the store failed over that, it may have marked messages as being sent that nobody sends: once nothing else
        is in the air, they are found again.
        """
        room = self._rates.parallel - len(self._sending)
        if room <= 0 or self._pace.held(self._timer()):
            return
        if self._in_doubt:
            if self._sending or self._finished:
                return
            await self._recover()
        self._in_doubt = True
        with self._meter.timed("due"):
            items = await self._store.due(self._channel.account, self._clock(), room)
        self._in_doubt = False
        for item in items:
            task = asyncio.create_task(self._send(item))
            self._sending.add(task)
            task.add_done_callback(self._note)

    def _note(self, task: asyncio.Task[Record]) -> None:
        self._sending.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ReplacedError):  # what it was sending is found again
            self._in_doubt = True
            _log.error("sending_broke", account=self._channel.account, error=type(error).__name__)
        elif error is None and not task.cancelled():
            self._finished.append(task.result())
        self._news.set()

    async def _rest(self) -> None:
        """Wait until something was sent, a bell rings, or the next message is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(await self._idle_seconds()):
                await self._news.wait()

    async def _idle_seconds(self) -> float:
        if len(self._sending) >= self._rates.parallel:
            return IDLE
        try:
            due = await self._store.next_due(self._channel.account)
        except Exception as error:  # noqa: BLE001 - the next step with the store insists
            _log.error("outbox_unavailable", account=self._channel.account, error=type(error).__name__)
            return 1.0
        wait = IDLE if due is None else (due - self._clock()).total_seconds()
        return min(IDLE, max(wait, self._pace.held(self._timer()), SOON))

    async def _send(self, item: OutboxItem) -> Record:
        """Send one message when its turn comes, and judge what became of it. ReplacedError where it is not our turn.

        Then the message stays as it is: whoever sends now has found it, or we do when we begin anew.
        """
        while (wait := self._pace.wait(item.address, self._timer())) > 0:  # noqa: ASYNC110 - a pace is no event
            await asyncio.sleep(wait)
        self._pace.take(item.address, self._timer())
        if not self._may():
            raise ReplacedError
        if item.id in self._unsure:
            self._meter.repeated(item.account, 1)
        try:
            with self._meter.timed("send"):
                outcome = await self._channel.send(item)
        except Exception as error:  # noqa: BLE001 - a fault in shaping one message is that message's alone
            outcome = Retry(0, reason=type(error).__name__)
        record = self._judge(item, outcome)
        self._meter.sent(item.account, outcome)
        if record.dead:
            self._meter.given_up(item.account)
            _log.error("message_set_aside", item=item.id, account=item.account, error=type(outcome).__name__)
        return record

    def _judge(self, item: OutboxItem, outcome: Outcome) -> Record:
        now = self._clock()
        if isinstance(outcome, Retry):
            return self._again(item, outcome)
        if isinstance(outcome, Unsure) and item.id not in self._unsure:
            self._remember(item.id)
            return Record(item.id, outcome, now, now + timedelta(seconds=outcome.wait))
        if not isinstance(outcome, Unsure):
            self._pace.answered()
            self._account_troubles = 0
        self._unsure.pop(item.id, None)
        return Record(item.id, outcome, now, dead=isinstance(outcome, Rejected | Unsure))

    def _remember(self, item: OutboxId) -> None:
        """Note that this one was perhaps taken: it is repeated once, not more."""
        if len(self._unsure) >= MOST_UNSURE:
            self._unsure.pop(next(iter(self._unsure)))
        self._unsure[item] = None

    def _again(self, item: OutboxItem, outcome: Retry) -> Record:
        """Decide when to try again: the wait the platform named, else one that grows."""
        now = self._clock()
        if outcome.everyone or self._pace.failed(item.address):
            wait = min(LONGEST, self._hold(outcome))
            return Record(item.id, outcome, now, now + timedelta(seconds=wait))
        wait = min(LONGEST, outcome.after or backoff(item.attempts + 1, self._rates, self._chance()))
        dead = item.attempts + 1 >= self._rates.attempts
        return Record(item.id, outcome, now, None if dead else now + timedelta(seconds=wait), dead)

    def _hold(self, outcome: Retry) -> float:
        """Let everybody wait; what was in the air when that began joins the wait."""
        now = self._timer()
        held = self._pace.held(now)
        if held:
            return held
        self._account_troubles += 1
        wait = outcome.after or backoff(self._account_troubles, self._rates, self._chance())
        self._pace.hold(now + wait)
        _log.warning("account_paused", account=self._channel.account, seconds=round(wait, 1), error=outcome.reason)
        return wait

    async def _wind_up(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE)
        left = tuple(self._sending)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        with suppress(Exception):
            async with asyncio.timeout(GRACE):
                await self._record()
