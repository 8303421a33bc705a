"""The benchmark's counts: the platform it plays finds what is lost, doubled and out of order, and the product has none."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TESTS = Path(__file__).parents[1]
Answers = Callable[[int, str], Iterator[tuple[int, str]]]
"""What a bot posts (chat and text) for one message."""


async def spawn(*command: str, **environment: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    whole = {**os.environ, **environment}
    return await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe, stdout=pipe, env=whole)


class Played:
    """The platform as the benchmark starts it, and a bot of the test's before it."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}/bot1:x"

    async def order(self, **order: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        return dict(json.loads(await self.process.stdout.readline()))

    async def bot(self, answers: Answers) -> None:
        """Ask for updates and post the answers, one after the other, until cancelled."""
        offset = 0
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.post(f"{self.url}/getUpdates", json={"offset": offset, "timeout": 5}) as given:
                    updates = (await given.json())["result"]
                for update in updates:
                    offset = update["update_id"] + 1
                    for chat, text in answers(update["message"]["chat"]["id"], update["message"]["text"]):
                        async with session.post(
                            f"{self.url}/sendMessage", data={"chat_id": chat, "text": text}
                        ) as sent:
                            assert (await sent.json())["ok"]


@asynccontextmanager
async def played(answers: Answers) -> AsyncIterator[Played]:
    process = await spawn("-m", "sink", "--patience", "0.5", PYTHONPATH=str(BENCHMARKS))
    assert process.stdout is not None
    platform = Played(process, int(await process.stdout.readline()))
    bot = asyncio.create_task(platform.bot(answers))
    try:
        yield platform
    finally:
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
        process.kill()
        await process.communicate()


def honest(chat: int, text: str) -> Iterator[tuple[int, str]]:
    yield chat, text


def now_and_then(fault: Answers) -> Answers:
    """Return a bot that is honest but for each fifth message."""
    heard: list[str] = []

    def answers(chat: int, text: str) -> Iterator[tuple[int, str]]:
        heard.append(text)
        return fault(chat, text) if len(heard) % 5 == 0 else honest(chat, text)

    return answers


async def test_an_honest_bot_is_counted_as_one() -> None:
    """Each answer counts once, and nothing is held against a bot that answers everything once and in order."""
    async with played(honest) as platform:
        begun = await platform.order(do="begin", script=None, chats=3)
        talked = await platform.order(do="talk", chats=3, seconds=9, lines=20)

    assert begun["answers"] == 3
    assert {name: talked[name] for name in ("answers", "lost", "doubled", "astray", "refused")} == {
        "answers": 60,
        "lost": 0,
        "doubled": 0,
        "astray": 0,
        "refused": 0,
    }
    assert 0 < talked["answered"]["p50"] <= talked["answered"]["p95"] <= talked["answered"]["p99"]


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (lambda chat, text: iter([(chat, text), (chat, text)]), "doubled"),
        (lambda chat, text: iter([(chat, f"{text}!"), (chat, text)]), "astray"),
        (lambda chat, text: iter([(chat ^ 1, text), (chat, text)]), "astray"),
        (lambda _chat, _text: iter(()), "lost"),
    ],
    ids=["says it twice", "says what nobody asked", "says it in another chat", "forgets it"],
)
async def test_planted_faults_are_found(fault: Answers, found: str) -> None:
    """A bot that doubles, invents, mixes up or forgets answers is found out, and no figure of it counts."""
    async with played(now_and_then(fault)) as platform:
        await platform.order(do="begin", script=None, chats=4)
        result = await platform.order(do="talk", chats=4, seconds=9, lines=6)

    assert result[found] > 0, result


@pytest.mark.xdist_group("kill")
async def test_a_very_small_run_counts_right(tmp_path: Path) -> None:
    """Four parents talk to the product for a moment; a run in which an answer is lost or doubled ends with an error."""
    wish = ("--quick", "--repetitions", "1", "--chats", "4", "--seconds", "0.3")
    process = await spawn(str(BENCHMARKS / "run.py"), "bots", *wish, PYTHONPATH=str(TESTS), TMPDIR=str(tmp_path))
    said = (await process.communicate())[0].decode()

    assert process.returncode == 0, said
    assert "Telegram, webhook, SQLite" in said
    assert "start to the first answer" in said
