"""The platform as a process of its own, so that what it costs is counted for nobody: ``python -m sink``.

It says its port, then takes one order a line on standard input and says one result a line, both JSON:

==========  ==========================================================================================================
``learn``   write a ``beginning`` and twice a ``round`` in one chat, slowly, and say the script that came of it
``begin``   take a ``script``, and let so many ``chats`` say its beginning
``talk``    let so many ``chats`` write for some ``seconds``, each after the answer to its line before
``rate``    let so many ``chats`` write in turn, so many lines ``a_second``, for some ``seconds``
``listen``  only read, until nothing comes any more; for a client that posts by itself
==========  ==========================================================================================================
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import uvloop

from sink.bot_api import BotApi
from sink.http import Connection
from sink.talk import ECHO, NUMBER, Chat, Count, Line, Script, named

QUIET = 0.4
"""Seconds without a message after which everything has come."""
FIRST_CHAT = 7000
LEARNER = 6999
"""The chat in which a script is learned."""


class Sink:
    """The platform and its parents."""

    def __init__(self, delay: float, patience: float) -> None:
        self.api = BotApi(delay, self._read)
        self._patience = patience
        self._script = ECHO
        self._chats: dict[int, Chat] = {}
        self._count = Count()
        self._next: Callable[[Chat], None] = _nothing
        self._heard: list[dict[str, Any]] = []
        self._newest = time.monotonic()

    def _read(self, chat: int, text: str, fields: Mapping[str, Any]) -> None:
        self._newest = time.monotonic()
        self._heard.append(dict(fields))
        if chat in self._chats and self._chats[chat].read(text, self._newest, self._count):
            self._next(self._chats[chat])

    def _say(self, chat: Chat) -> None:
        self.api.bring(chat.id, chat.write(time.monotonic()))

    def _dictate(self, chat: Chat) -> None:
        chat.write(time.monotonic())

    # -- orders

    async def learn(self, beginning: Sequence[str], round: Sequence[str]) -> Any:  # noqa: A002 - the order's word
        """Return the script that comes of these words, and the round's answers with all their fields."""
        said = [*beginning, *(line.replace(NUMBER, named(LEARNER, turn)) for turn in (0, 1) for line in round)]
        heard = [await self._ask(line) for line in said]
        texts = [tuple(str(fields["text"]) for fields in each) for each in heard]
        length = len(round)
        first, second = texts[-2 * length : -length], texts[-length:]
        marked = [tuple(map(_marked, one, other)) for one, other in zip(first, second, strict=True)]
        script = Script(tuple(map(Line, beginning, texts[: -2 * length])), tuple(map(Line, round, marked)))
        answers = [fields for each in heard[-length:] for fields in each]
        told = [text for each in marked for text in each]
        return {
            "script": script,
            "answers": [fields | {"text": text} for fields, text in zip(answers, told, strict=True)],
        }

    async def _ask(self, text: str) -> list[dict[str, Any]]:
        self._heard = []
        self._newest = time.monotonic() + 1
        self.api.bring(LEARNER, text)
        await self._quiet()
        return self._heard

    async def begin(self, script: Mapping[str, Any] | None, chats: int) -> Any:
        """Let so many chats say the beginning."""
        self._script = msgspec.convert(script, Script) if script else ECHO
        self._chats = {n: Chat(n, self._script) for n in range(FIRST_CHAT, FIRST_CHAT + chats)}
        until = len(self._script.beginning) + len(self._script.round)
        return await self._talk(list(self._chats.values()), self._patience, lambda chat: chat.said < until)

    async def talk(self, chats: int, seconds: float, lines: int = sys.maxsize) -> Any:
        """Let some chats write for some seconds, or so many lines each."""
        some = list(self._chats.values())[:chats]
        ends = {chat.id: chat.said + lines for chat in some}
        return await self._talk(some, seconds, lambda chat: chat.said < ends[chat.id])

    async def _talk(self, chats: Sequence[Chat], seconds: float, more: Callable[[Chat], bool]) -> Any:
        self._begin_count()
        began = time.monotonic()
        counted: list[tuple[int, float]] = []

        def further(chat: Chat) -> None:
            now = time.monotonic()
            if now - began < seconds and more(chat):
                self._say(chat)
            elif not counted:
                counted.append((self._count.answers, now - began))

        self._next = further
        for chat in chats:
            self._say(chat)
        await self._until_answered()
        answers, took = counted[0] if counted else (self._count.answers, time.monotonic() - began)
        return await self._result(answers, took)

    async def rate(self, chats: int, seconds: float, a_second: float) -> Any:
        """Let some chats write in turn, at even distances, whether answered or not."""
        some = list(self._chats.values())[:chats]
        self._begin_count()
        began = time.monotonic()
        for number in range(round(seconds * a_second)):
            await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
            self._say(some[number % len(some)])
        await self._until_answered()
        return await self._result(self._count.answers, self._newest - began)

    async def listen(self, script: Mapping[str, Any], chats: int) -> Any:
        """Read what a client posts by itself, from its first message to its last."""
        if not self._chats:
            told = msgspec.convert(script, Script)
            self._chats = {n: Chat(n, Script((), told.round)) for n in range(FIRST_CHAT, FIRST_CHAT + chats)}
        self._begin_count()
        self._next = self._dictate
        for chat in self._chats.values():
            self._dictate(chat)
        while not self._count.answers:  # noqa: ASYNC110 - a count rings no bell
            await asyncio.sleep(0.001)
        began = time.monotonic()
        await self._quiet()
        for chat in self._chats.values():  # what the client was not asked for any more
            chat.said -= 1
            chat.open.clear()
        return await self._result(self._count.answers, self._newest - began)

    # -- counting

    def _begin_count(self) -> None:
        self._count, self._heard = Count(), []
        self.api.stored.clear()
        self.api.refused = 0

    async def _until_answered(self) -> None:
        begun = time.monotonic()
        while any(chat.open for chat in self._chats.values()):
            await asyncio.sleep(0.005)
            if time.monotonic() > max(begun, self._newest) + self._patience:
                return

    async def _quiet(self) -> None:
        while time.monotonic() < self._newest + QUIET:  # noqa: ASYNC110 - it waits for silence
            await asyncio.sleep(0.01)

    async def _result(self, answers: int, seconds: float) -> Any:
        await self._quiet()
        self._next = _nothing
        count = self._count
        lost = sum(len(chat.open) for chat in self._chats.values())
        return {
            "answers": count.answers,
            "rate": answers / max(seconds, 1e-9),
            "lost": lost,
            "doubled": count.doubled,
            "astray": count.astray,
            "sample": count.sample,
            "refused": self.api.refused,
            "answered": _quantiles(count.latencies),
            "stored": _quantiles(self.api.stored),
        }


def _nothing(_chat: Chat) -> None:
    """Let a parent write nothing more."""


def _marked(first: str, second: str) -> str:
    """Return a text with its number marked. ValueError where two rounds differ in more than that."""
    marked, other = (text.replace(named(LEARNER, turn), NUMBER) for turn, text in enumerate((first, second)))
    if marked != other:
        raise ValueError(f"two rounds differ in more than their number: {first!r} and {second!r}")
    return marked


def _quantiles(seconds: Sequence[float]) -> Mapping[str, float]:
    """Return three quantiles in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for name, share in QUANTILES.items()}


QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


async def serve(delay: float, patience: float) -> None:
    """Play until standard input ends."""
    loop = asyncio.get_running_loop()
    sink = Sink(delay, patience)
    server = await loop.create_server(lambda: Connection(sink.api.call), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order = msgspec.json.decode(line)
        await sink.api.ready.wait() if order["do"] in {"learn", "begin"} else None
        result = await getattr(sink, order.pop("do"))(**order)
        print(msgspec.json.encode(result).decode(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Plays the platform.")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until a message is answered")
    parser.add_argument("--patience", type=float, default=30.0, help="seconds after which what has not come is lost")
    wish = parser.parse_args()
    uvloop.run(serve(wish.delay, wish.patience))
