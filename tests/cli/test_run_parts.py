"""``run --only``: what it needs, what it refuses, and what a program that is a part says of itself."""

import asyncio
import json
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest
from cli.test_commands import SMALL, elternlotse
from fakes.postgres import drop_database, fresh_database
from fakes.process import product, write_config

pytestmark = pytest.mark.xdist_group("start")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with data of one's own and small flows."""
    return write_config(tmp_path, flows=SMALL)


@pytest.mark.parametrize("part", ["web", "worker", "sender"])
def test_a_part_needs_a_store_that_several_may_use(config, part):
    """On SQLite it is refused before anything is made, with why and what to set."""
    done = elternlotse("run", "--only", part, config=config)
    assert 2 == done.returncode
    assert f"»--only {part}« geht nur mit PostgreSQL: Eine SQLite-Datei gehört einem einzigen Programm." in done.stderr
    assert "  = Hilfe: Nennen Sie unter »store« in den Einstellungen eine Datenbank" in done.stderr
    assert not (config.parent / "data").exists()


def test_watching_is_for_one_program(config):
    """Who writes flows has one program; a part does not publish."""
    done = elternlotse("run", "--only", "web", "--watch", config=config)
    assert (2, True) == (done.returncode, "»--watch« ist für die Arbeit an Abläufen" in done.stderr)


@pytest.mark.parametrize(
    ("part", "pages", "stages"),
    [("web", 200, set()), ("worker", 404, {"take"}), ("sender", 404, set())],
)
async def test_each_part_says_how_it_is_and_does_its_own(tmp_path, monkeypatch, part, pages, stages):
    """O07: every program has the three addresses; only web has pages. It ends in order, within ten seconds."""
    url = await fresh_database()
    monkeypatch.setenv("ELTERNLOTSE_STORE", url)
    async with product(write_config(tmp_path, flows=SMALL), "run", "--only", part, "--port", "0") as program:
        await program.started()
        base = re.search(r"(http://localhost:\d+)/(?:chat|healthz)", program.output)
        assert base is not None
        async with httpx.AsyncClient(base_url=base[1], trust_env=False) as client:
            health, figures = json.loads((await client.get("/healthz")).text), (await client.get("/metrics")).text
            assert (True, [], True) == (health["ok"], health["troubles"], health["key_present"])
            assert (200, pages) == ((await client.get("/readyz")).status_code, (await client.get("/chat")).status_code)
        assert f'part="{part}"' in figures
        timed = set(re.findall(r'elternlotse_stage_seconds_count\{stage="(\w+)"\}', figures))
        assert timed == stages
        assert 0 == await program.stop()
    await drop_database(url)


async def test_the_whole_house_says_how_it_is_too(config):
    """O07: also on SQLite, in one program."""
    async with product(config) as house:
        await house.started()
        async with httpx.AsyncClient(base_url=house.url, trust_env=False) as client:
            health = json.loads((await client.get("/healthz")).text)
            assert (True, 200) == (health["ok"], (await client.get("/readyz")).status_code)
            assert 404 == (await client.get("/metrics", headers={"x-forwarded-for": "10.0.0.1"})).status_code
        assert 0 == await house.stop()


STUBBORN = """
import asyncio, os, signal
from bot.cli import run

run.PATIENCE = 0.2

async def main():
    run._end_on_signals()
    print("ready", flush=True)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            print("asked", flush=True)

asyncio.run(main())
"""


async def test_o06_an_end_that_takes_too_long_is_ended(tmp_path):
    """O06: a database that never answers is not waited for, however often one is asked; what was accepted is stored."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUBBORN, stdout=asyncio.subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout is not None
    try:
        assert b"ready\n" == await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert b"asked\n" == await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            said = (await process.stdout.read()).decode()
            assert 0 == await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    assert said == (
        "Elternlotse ist beendet, ohne auf die Datenbank zu warten. Alles, was angekommen ist, ist gespeichert.\n"
    )
