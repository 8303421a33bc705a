"""The parents of a simulated house: tidy ones, of whom every word's effect is known, and wild ones, who do anything."""

import asyncio
import json
import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from load.acts import Act, Script, typed
from simulation.house import Machines
from simulation.machine import GoneError, Machine
from simulation.messenger import Chat, Platform
from simulation.world import World
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.channels.telegram import TELEGRAM
from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.flow.everywhere import COMMANDS
from bot.web.stream import ServerEvent

FLOWS = ("zaehlen", "merken", "merken", "fragen", "alles", "beratung", "kind")
POISON = (
    b"", b"\x00", b"\xff\xfe", b"null", b"NaN", b"[]", b'{"update_id":%d}', b'{"update_id":NaN}', b"[" * 5000,
    b'{"update_id":%d,"message":{"chat":{"id":%c},"date":1772442000,"text":"\\ud83d"}}',
    b'{"update_id":%d,"message":{"chat":{"id":%c},"date":1772442000,"text":"a\\u0000b"}}',
    b'{"update_id":%d,"message":{"chat":{"id":%c},"date":1772442000,"text":7}}',
    b'{"update_id":%d,"message":{"chat":{"id":%c},"date":NaN,"voice":{}}}',
)  # fmt: skip
"""What no platform should send."""
IN_AN_ANSWER = tuple(body for body in POISON if body.startswith(b'{"update_id":%d'))
"""What could stand in an answer to a poller without making all of it unreadable."""


class Page:
    """One web chat's page: posts what its parent does until it is kept, reads its stream, says what it has shown."""

    account = WEBCHAT

    def __init__(self, name: str, world: World, machines: Machines, chance: random.Random, *, tidy: bool) -> None:
        self.name = name
        self.tidy = tidy
        self.address = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
        self.done: list[Act] = []
        self.posted: set[str] = set()
        self.lines: list[Mapping[str, Any]] = []
        self._world = world
        self._machines = machines
        self._chance = chance
        self._script = iter(Script(name, chance))
        self._waiting: deque[Mapping[str, str]] = deque()
        self._news = asyncio.Event()
        self._posting: set[asyncio.Task[None]] = set()
        self._unseen: list[str] = []
        self._cursor = ""
        self._count = 0
        self._tasks = [world.loop.create_task(self._read()), world.loop.create_task(self._post_in_order())]

    def act(self) -> None:
        """Do the next thing."""
        if self.tidy:
            act = next(self._script)
            self.done.append(act)
            self._wait(act.data)
        else:
            self._count += 1
            data = {"id": f"{self.name}-{self._count}", **self._anything()}
            if "repeat" in self._world.faulty and self._chance.random() < 0.3:
                self._posting.add(self._world.loop.create_task(self._insist(data)))
            else:
                self._wait(data)

    @property
    def busy(self) -> bool:
        """Whether something is not kept, or not shown yet."""
        return bool(self._waiting or self._unseen or [task for task in self._posting if not task.done()])

    async def close(self) -> None:
        """Close the page."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _anything(self) -> dict[str, str]:
        draw = self._chance.random()
        buttons = [button for line in self.lines[-4:] for button in (*line["buttons"], *line["extras"])]
        if draw < 0.45 and buttons:
            token, label = self._chance.choice(buttons)
            return {"kind": "press", "token": token, "label": label}
        if draw < 0.6:
            return {"kind": "start", "flow": self._chance.choice(FLOWS), "language": "de"}
        if draw < 0.7:
            return {"kind": "text", "text": "/" + self._chance.choice(COMMANDS_SAID)}
        return {"kind": "text", "text": f"Wort {self.name}.{self._count}"}

    def _wait(self, data: Mapping[str, str]) -> None:
        self._waiting.append(data)
        self._news.set()

    async def _post_in_order(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await self._insist(self._waiting[0])
                self._waiting.popleft()

    async def _insist(self, data: Mapping[str, str]) -> None:
        while await self._post(data) != 202:
            await asyncio.sleep(0.2 + self._chance.random())
        self.posted.add(f"{self.address}:{data['id']}")
        if "repeat" in self._world.faulty and self._chance.random() < 0.2:
            await self._post(data)

    async def _post(self, data: Mapping[str, str]) -> int:
        machine = self._machines.any("web")
        if machine is None:
            return 0
        try:
            answer = await machine.ask(lambda: machine.chat.messages(self._request(data)))
        except GoneError:
            return 0
        except HTTPException as refusal:
            return refusal.status_code
        return int(answer.status_code)

    async def _read(self) -> None:
        """Read the stream, and come back to it after whatever was shown last."""
        while True:
            machine = self._machines.any("web")
            if machine is not None:
                try:
                    await self._read_from(machine)
                except GoneError:
                    pass
                except Exception as error:  # noqa: BLE001 - a stream whose store fails breaks, and the page comes back
                    self._world.note(self.name, "stream broke", type(error).__name__)
            await asyncio.sleep(0.5 + self._chance.random())

    async def _read_from(self, machine: Machine) -> None:
        source = await machine.ask(lambda: machine.chat._source(self._request({}, after=self._cursor)))
        try:
            for _ in range(self._chance.randrange(3, 40)):
                for event in await machine.ask(lambda: source.more(15.0)):
                    self._show(event)
                    if event.kind == "gone":
                        await self._leave(machine)
                await self._say_what_is_seen(machine)
        finally:
            source.close()

    def _show(self, event: ServerEvent) -> None:
        self._cursor = event.id or self._cursor
        if not event.kind:
            line = json.loads(event.data)
            if line["side"] != "me":
                self.lines.append(line)
                self._unseen.append(line["token"])

    async def _say_what_is_seen(self, machine: Machine) -> None:
        if self._unseen:
            named, body = len(self._unseen), {"tokens": list(self._unseen)}
            await machine.ask(lambda: machine.chat.seen(self._request(body)))
            del self._unseen[:named]

    async def _leave(self, machine: Machine) -> None:
        """The talk was erased: let it go, and begin anew when there is something to say."""
        with suppress(HTTPException):  # it goes on: something was said meanwhile
            await machine.ask(lambda: machine.chat.end(self._request({})))
            self.lines, self._unseen, self._cursor = [], [], ""

    def _request(self, data: Mapping[str, Any], after: str = "") -> Request:
        body = json.dumps(data).encode()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        headers = [(b"host", b"localhost"), (b"cookie", f"__Host-elternlotse={self.address}".encode())]
        headers += [(b"last-event-id", after.encode())] if after else []
        scope = {"type": "http", "method": "POST", "path": "/chat", "query_string": b"", "headers": headers}
        return Request({**scope, "scheme": "http", "server": ("localhost", 80)}, receive)


COMMANDS_SAID = sorted(COMMANDS)


class Phone:
    """One chat on the platform."""

    account = TELEGRAM

    def __init__(self, number: int, world: World, platform: Platform, chance: random.Random, *, tidy: bool) -> None:
        self.name = f"t{number}"
        self.tidy = tidy
        self.done: list[Act] = []
        self.address = str(number)
        self.chat: Chat = platform.chat(number)
        self.chat.in_order = tidy
        self._world = world
        self._platform = platform
        self._chance = chance
        self._script = iter(Script(self.name, chance))
        self._count = 0

    def act(self) -> None:
        """Do the next thing."""
        self._count += 1
        if self.tidy:
            act = next(self._script)
            self.done.append(act)
            self._say(typed(act))
        else:
            self._anything()

    @property
    def busy(self) -> bool:
        """Whether something was not brought yet."""
        return bool(self.chat.waiting)

    async def close(self) -> None:
        """Nothing to close."""

    def _anything(self) -> None:
        kinds = self._kinds()
        self._chance.choice(kinds)()

    def _kinds(self) -> Sequence[Any]:
        kinds = [self._press, self._press, self._press, self._word, self._word, self._start, self._command, self._media]
        kinds += [self._edit] if "edit" in self._world.faulty else []
        kinds += [self._poison] if "poison" in self._world.faulty else []
        kinds += [self._block] if "block" in self._world.faulty else []
        return kinds

    def _say(self, text: str, **more: Any) -> None:
        self._bring("message", {"message_id": self._count, "text": text, **more})

    def _word(self) -> None:
        self._say(f"Wort {self.name}.{self._count}")

    def _start(self) -> None:
        self._say(f"/start {self._chance.choice(FLOWS)}_de")

    def _command(self) -> None:
        self._say("/" + self._chance.choice(COMMANDS_SAID))

    def _media(self) -> None:
        kind = self._chance.choice(["photo", "voice", "sticker", "location", "venue", "poll_of_next_year"])
        self._bring("message", {"message_id": self._count, kind: {}})

    def _edit(self) -> None:
        self._bring("edited_message", {"message_id": 1, "text": f"Wort {self.name}.{self._count} neu"})

    def _press(self) -> None:
        buttons = [(line.id, data) for line in self.chat.lines[-4:] for _, data in line.buttons]
        if not buttons:
            self._start()
            return
        message, data = self._chance.choice(buttons)
        place = {"message_id": message, "chat": {"id": self.chat.id, "type": "private"}, "date": 1}
        query = {"id": str(self._count), "from": {"id": self.chat.id}, "data": data, "message": place}
        self._platform.bring(self.chat.id, {"callback_query": query})

    def _poison(self) -> None:
        number = self._platform.next_number()
        body = (
            self._chance.choice(IN_AN_ANSWER if self._platform.polled else POISON)
            .replace(b"%d", b"%d" % number)
            .replace(b"%c", b"%d" % self.chat.id)
        )
        self._platform.bring_raw(self.chat.id, number, body)

    def _block(self) -> None:
        self.chat.blocked = not self.chat.blocked
        status = {"new_chat_member": {"status": "kicked" if self.chat.blocked else "member"}}
        self._bring("my_chat_member", status)

    def _bring(self, kind: str, fields: Mapping[str, Any]) -> None:
        who = {"from": {"id": self.chat.id}, "chat": {"id": self.chat.id, "type": "private"}}
        self._platform.bring(self.chat.id, {kind: {**who, "date": int(self._world.true_time().timestamp()), **fields}})


def everybody(world: World, machines: Machines, platform: Platform) -> Iterator[Page | Phone]:
    """Make parents: some of each kind."""
    chance = world.chance("families")
    for number in range(chance.randint(1, 3)):
        yield Page(f"p{number}", world, machines, world.chance(f"page {number}"), tidy=True)
        yield Phone(9000 + number, world, platform, world.chance(f"phone {number}"), tidy=True)
    for number in range(chance.randint(1, 3)):
        yield Page(f"w{number}", world, machines, world.chance(f"wild page {number}"), tidy=False)
        yield Phone(9100 + number, world, platform, world.chance(f"wild phone {number}"), tidy=False)
