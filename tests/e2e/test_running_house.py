"""The running product from outside: publishing without a restart, secrecy, stopping, and starting again."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from cli.test_commands import elternlotse
from fakes.bot_api import BotApi
from fakes.desk_client import DeskClient
from fakes.process import ROOT, Product, product, write_config

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("house"), pytest.mark.usefixtures("on_both_engines")]
CANARY = "kanarienvogel-7f3a"


class Parent:
    """A parent without a browser: one cookie, messages up, the stream down."""

    def __init__(self, house: Product) -> None:
        self._http = httpx.AsyncClient(base_url=house.url, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False)
        self._number = 0
        self.lines: list[dict[str, object]] = []

    async def open(self) -> "Parent":
        """Open the page and choose German."""
        answer = await self._http.get("/chat")
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self._http.headers["cookie"] = cookie
        await self.post(kind="start", hint="de")
        await self.post(kind="press", token="l.de", label="Deutsch")
        return self

    async def post(self, **body: str) -> None:
        """Send one thing; it is stored when this returns."""
        self._number += 1
        answer = await self._http.post("/chat/messages", json={"id": str(self._number), **body})
        assert 202 == answer.status_code, answer.text

    async def read_until(self, words: str) -> float:
        """Read the stream from the beginning until these words are there; return the seconds it took."""
        begun = time.monotonic()
        async with asyncio.timeout(20), self._http.stream("GET", "/chat/events", timeout=20) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: {"):
                    event = json.loads(line[6:])
                    self.lines.append(event)
                    if words in str(event.get("text", "")):
                        return time.monotonic() - begun
        raise AssertionError(f"{words} never came; {self.lines[-3:]}")

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()


async def test_a_published_sentence_is_there_for_the_next_parent(tmp_path):
    """A coordinator changes a sentence, checks and publishes it while the house runs."""
    flows = Path(shutil.copytree(ROOT / "tests" / "data" / "small", tmp_path / "flows"))
    config = write_config(tmp_path, flows=flows)
    async with product(config) as house:
        await house.started()
        first = await Parent(house).open()
        await first.read_until("Worum geht es?")
        file = flows / "start.yaml"
        file.write_text(file.read_text("utf-8").replace("Worum geht es?", "Was brauchen Sie heute?"), "utf-8")
        for command in (("check",), ("flows", "publish")):
            done = await asyncio.to_thread(elternlotse, *command, config=config)
            assert 0 == done.returncode, done.stderr
        second = await Parent(house).open()
        await second.read_until("Was brauchen Sie heute?")
        for parent in (first, second):
            await parent.close()
        assert 0 == await house.stop()


async def test_a_restart_loses_nothing_and_says_what_differs(tmp_path):
    """Killed and started again, the talk is where it was; changed files are named with the command to publish them."""
    flows = Path(shutil.copytree(ROOT / "tests" / "data" / "small", tmp_path / "flows"))
    config = write_config(tmp_path, flows=flows)
    async with product(config) as house:
        await house.started()
        parent = await Parent(house).open()
        await parent.post(kind="text", text="Alles")
        await house.kill()
    await parent.close()
    (flows / "kind.yaml").write_text((flows / "kind.yaml").read_text("utf-8").replace("Kind?", "Kind heute?"), "utf-8")
    async with product(config) as house:
        await house.started()
        assert "elternlotse flows publish" in house.output
        assert "elternlotse people invite" in house.output, "a lost first link is made anew"
        begun = time.monotonic()
        assert 0 == await house.stop()
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize("on_both_engines", ["sqlite"], indirect=True)
async def test_two_houses_never_share_their_data(tmp_path):
    """On SQLite the second one says so and ends; the first one goes on. On PostgreSQL several programs are welcome."""
    config = write_config(tmp_path)
    async with product(config) as house:
        await house.started()
        async with product(config) as second:
            assert 2 == await second.ended()
            assert "läuft schon ein Elternlotse" in second.output
        assert 0 == await house.stop()


async def test_x01_a_secret_word_is_nowhere_but_where_it_belongs(tmp_path, on_both_engines):
    """X01: what a parent and an adviser write is in no log, no file and no column in plain, nor is the token or the chat."""
    async with BotApi(token="314159:geheimes-token") as api:
        config = write_config(tmp_path)
        config.write_text(config.read_text("utf-8").replace("https://api.telegram.org", api.url), "utf-8")
        environment = {"TELEGRAM_TOKEN": api.token}
        async with product(config, "--log", "debug", "run", "--port", "0", environment=environment) as house:
            await house.started()
            parent = await Parent(house).open()
            await parent.post(kind="text", text="/mensch")
            await parent.post(kind="text", text=f"Frage {CANARY}")
            await parent.post(kind="press", token="t.done", label="Fertig")
            await parent.read_until("angekommen")
            api.say(987654321, f"Hallo {CANARY}")
            await api.until(lambda: api.said(987654321))
            async with DeskClient(house) as adviser:
                await adviser.answer(1, f"Antwort {CANARY}")
            await parent.read_until(f"Antwort {CANARY}")
            await parent.close()
            assert 0 == await house.stop()
        for secret in (CANARY, api.token.partition(":")[2], "987654321"):
            assert secret not in house.output
            for file in (tmp_path / "data").rglob("*"):
                assert file.is_dir() or secret.encode() not in file.read_bytes(), f"{secret} in {file.name}"
            assert [] == [where async for where, value in _rows(on_both_engines) if secret.encode() in value]


async def _rows(url: str) -> AsyncIterator[tuple[str, bytes]]:
    """Yield every value that a PostgreSQL database keeps, as bytes, with its table and column; none without one."""
    if not url:
        return
    connection = await asyncpg.connect(url)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in (row["tablename"] for row in tables):
        for row in await connection.fetch(f'select * from "{table}"'):  # noqa: S608 - the names of our own tables
            for column, value in row.items():
                yield f"{table}.{column}", value if isinstance(value, bytes) else str(value).encode()
    await connection.close()


async def test_an_answer_reaches_an_open_page_within_a_second(tmp_path):
    """From the adviser's send to the parent's stream; the bound is generous, the figure is in the benchmark."""
    async with product(write_config(tmp_path)) as house:
        await house.started()
        parent = await Parent(house).open()
        await parent.post(kind="text", text="/mensch")
        await parent.post(kind="text", text="Frage")
        await parent.post(kind="press", token="t.done", label="Fertig")
        await parent.read_until("angekommen")
        reading = asyncio.create_task(parent.read_until("Antwort von uns"))
        async with DeskClient(house) as adviser:
            await adviser.answer(1, "Antwort von uns")
        assert await reading < 20
        await parent.close()
        assert 0 == await house.stop()
