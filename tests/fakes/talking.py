"""A house that talks, for tests: a real store on disk, the real verbs, a clock that stands still until it is told."""

import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.small import DE, small_files

from bot.channels.house import House
from bot.channels.webchat.channel import ACCOUNT, WebChat
from bot.check.edition import Interface
from bot.flow.session import Session
from bot.model import HOUSE, Account, ContactId, Fragment, Language, Received
from bot.ports import Channel
from bot.privacy.keys import key_from_folder
from bot.services.tokens import token
from bot.services.wake import Bells
from bot.store.sqlite import SqliteStore
from bot.text.interface import GERMAN
from bot.work.case import Rules
from bot.work.converse import Converse
from bot.work.expire import Expire
from bot.work.flood import FloodLimit
from bot.work.people import invite
from bot.work.publish import Publish
from bot.work.receive import Receive
from bot.work.remind import Remind
from bot.work.roster import Roster

PROGRAM = Interface(GERMAN, {}, frozenset(GERMAN))


class Talking:
    """The house. ``say`` and ``press`` do what a parent does in the web chat and return what they are told."""

    def __init__(
        self,
        store: SqliteStore,
        channels: Mapping[Account, Channel],
        program: Interface = PROGRAM,
        languages: Sequence[Language] = (DE,),
    ) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.store = store
        self.wake = Bells()
        self.publish = Publish(store, self.wake, self.clock, program, languages)
        self.roster = Roster(store, self.wake)
        self.receive = Receive(store, self.wake)
        self.expire = Expire(store, self.wake, self.clock)
        self.remind = Remind(store, self.wake, self.clock, self.publish.edition, ZoneInfo("Europe/Berlin"))
        rules = Rules(self.roster.outlook, ZoneInfo("Europe/Berlin"), FloodLimit(20, 10), token)
        known = {HOUSE: House(), ACCOUNT: WebChat(), **channels}
        self.converse = Converse(store, self.wake, self.clock, known, self.publish.edition, rules)
        self._number = 0
        self._seen: dict[str, str] = {}

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    async def arrive(self, *fragments: Fragment, account: Account = ACCOUNT) -> None:
        """Store fragments as the web does, without talking yet."""
        await self.store.receive([Received(account, fragment, self.now) for fragment in fragments])

    async def hear(self, *fragments: Fragment) -> None:
        """Store fragments and let the house work until nothing is left."""
        await self.arrive(*fragments)
        while await self.converse.step():
            pass

    def fragment(self, who: str, **body: str) -> Fragment:
        """Return what a page posts, under a new client id."""
        self._number += 1
        return Fragment(f"{who}:{self._number}", who, json.dumps(body).encode())

    async def say(self, who: str, *words: str) -> Sequence[str]:
        """Type messages, each at its own time, and return what is told."""
        for each in words:
            await self.hear(self.fragment(who, kind="text", text=each))
        return await self.told(who)

    async def press(self, who: str, label: str) -> Sequence[str]:
        """Press the newest button with this label."""
        lines = await self.store.chat(await self.contact(who), "", 200)
        buttons = [button for line in lines if line.message for button in (*line.message.buttons, *line.message.extras)]
        button = next(each for each in reversed(buttons) if each.label == label)
        await self.hear(self.fragment(who, kind="press", token=button.token, label=label))
        return await self.told(who)

    async def told(self, who: str) -> Sequence[str]:
        """Return the texts of the house since last asked."""
        lines = await self.store.chat(await self.contact(who), self._seen.get(who, ""), 200)
        if lines:
            self._seen[who] = lines[-1].cursor
        return [" ".join(line.message.text.split()) for line in lines if line.message]

    async def contact(self, who: str) -> ContactId:
        contact = await self.store.contact_of(ACCOUNT, who)
        assert contact is not None, f"{who} has never written"
        return contact

    async def session(self, who: str) -> Session:
        """Return a parent's session as stored; it arrives with something unread."""
        await self.arrive(self.fragment(who, kind="nothing"))
        contact = await self.contact(who)
        return next(case.session for case in await self.store.take(100) if case.contact == contact)


@asynccontextmanager
async def talking(
    folder: Path,
    channels: Mapping[Account, Channel] | None = None,
    files: Mapping[str, bytes] | None = None,
    program: Interface = PROGRAM,
    languages: Sequence[Language] = (DE,),
) -> AsyncIterator[Talking]:
    """Open a house with the small flows published, or other files."""
    master = key_from_folder(folder / "keys", os.urandom).master
    house_now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    store = await SqliteStore.open(folder / "elternlotse.sqlite", master, lambda: house_now)
    try:
        house = Talking(store, channels or {}, program, languages)
        await house.publish(files or small_files(), "test")
        await invite(store, "Testperson", "adviser", ["beratung"], [DE], house.now, token())
        await house.roster.look()
        yield house
    finally:
        await store.close()
