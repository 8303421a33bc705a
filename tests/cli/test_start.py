"""What ``run`` says when it starts, and what commands beside it know of the running house."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from cli.test_commands import SMALL, elternlotse
from fakes.bot_api import BotApi
from fakes.process import product, write_config

from bot.model import Account, Fragment, Received
from bot.privacy.keys import key_from_folder
from bot.services.clock import now
from bot.store.sqlite import SqliteStore

pytestmark = pytest.mark.xdist_group("start")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with data of one's own and small flows."""
    return write_config(tmp_path, flows=SMALL)


async def invited(config: Path) -> str:
    """Invite somebody and return the link's beginning."""
    done = await asyncio.to_thread(elternlotse, "people", "invite", config=config)
    assert 0 == done.returncode, done.stderr
    return done.stdout.partition("/invitation/")[0]


async def test_a_link_leads_to_the_house_that_runs(config):
    """``people invite`` knows the running house's port; when none runs, also after a kill, the configured one counts."""
    async with product(config) as house:
        await house.started()
        assert house.url == await invited(config)
        await house.kill()
    assert "http://localhost:8080" == await invited(config)
    async with product(config) as house:
        await house.started()
        assert house.url == await invited(config)
        assert 0 == await house.stop()
    assert "http://localhost:8080" == await invited(config)


async def test_a_second_house_does_not_spoil_the_firsts_address(config):
    """Who tries to start a house beside a running one is told, and links still lead to the one that runs."""
    async with product(config) as house:
        await house.started()
        done = await asyncio.to_thread(elternlotse, "run", "--port", "0", config=config)
        assert (2, True) == (done.returncode, "läuft schon ein Elternlotse" in done.stderr)
        assert house.url == await invited(config)
        assert 0 == await house.stop()


async def test_a_house_opens_although_its_folder_cannot_be_read(tmp_path):
    """What is published runs; a link that somebody put into the folder, or a folder that is gone, is only told."""
    flows = Path(shutil.copytree(SMALL, tmp_path / "flows"))
    config = write_config(tmp_path, flows=flows)
    async with product(config) as house:
        await house.started()
        assert 0 == await house.stop()
    (flows / "fremd.yaml").symlink_to(flows / "start.yaml")
    async with product(config) as house:
        await house.started()
        assert 0 == await house.stop()
    shutil.rmtree(flows)
    async with product(config) as house:
        await house.started()
        assert "flows/ ist anders als die veröffentlichte Fassung" in house.output
        assert 0 == await house.stop()


async def test_the_first_start_published_by_nobody(config):
    """``flows list`` says that the first start published, and not that somebody of that name did."""
    async with product(config) as house:
        await house.started()
        done = await asyncio.to_thread(elternlotse, "flows", "list", config=config)
        assert ", beim ersten Start. Abläufe je Sprache: " in done.stdout
        assert 0 == await house.stop()
    assert 0 == elternlotse("flows", "publish", config=changed(config)).returncode
    assert ", von " in elternlotse("flows", "list", config=config).stdout


def changed(config: Path) -> Path:
    """Let the configuration name other flows: the project's own."""
    config.write_text(config.read_text("utf-8").replace(str(SMALL), str(SMALL.parents[2] / "flows")), "utf-8")
    return config


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("none", "Telegram: an (@elternlotse_bot)\n"),
        ("token", "Telegram: aus. Das Token wird abgelehnt. Vergleichen Sie TELEGRAM_TOKEN mit dem bei BotFather"),
        ("network", "Telegram: aus. Telegram ist nicht zu erreichen. Prüfen Sie das Netz und api_url."),
    ],
)
async def test_telegrams_outcome_is_told_and_nothing_before_it_is_known(config, trouble, says):
    """O01: the greeting claims nothing; then comes whether Telegram is on, or what to do, and never the token."""
    async with BotApi(token="123456:geheimes-token") as api:
        url = {"network": "http://127.0.0.1:9"}.get(trouble, api.url)
        config.write_text(config.read_text("utf-8").replace("https://api.telegram.org", url), "utf-8")
        if trouble == "token":
            api.revoke()
        async with product(config, environment={"TELEGRAM_TOKEN": api.token}) as house:
            await house.started()
            greeting = house.output
            await house.said(says)
            assert 0 == await house.stop()
    assert "Telegram:              wird geprüft …\n" in greeting
    assert ("Telegram: an" in house.output) == (trouble == "none")
    assert "geheimes-token" not in house.output


async def test_what_was_given_up_is_told_at_the_start(config):
    """How many of what, and which command shows them; a house without such trouble says nothing of it."""
    async with product(config) as house:
        await house.started()
        assert 0 == await house.stop()
    assert "Liegen geblieben" not in house.output
    await give_up(config.parent / "data")
    async with product(config) as house:
        await house.started()
        assert 0 == await house.stop()
    (line,) = [line for line in house.output.splitlines() if line.startswith("Liegen geblieben")]
    assert line == (
        "Liegen geblieben: Eingänge, an denen das Programm scheiterte: 1; "
        "Eingänge, die zu keinem Gespräch gehören: 2. Ansehen und wiederholen: elternlotse data replay"
    )


async def give_up(data: Path) -> None:
    """Let a house have one fragment that failed and two that nobody sent."""
    master = key_from_folder(data / "keys", os.urandom).master
    store = await SqliteStore.open(data / "elternlotse.sqlite", master, now)
    names = {"poll 1": None, "poll 2": None, "broken": "lina"}
    await store.receive([Received(Account("telegram"), Fragment(name, to, b"{}"), now()) for name, to in names.items()])
    await store.close()
    connection = sqlite3.connect(data / "elternlotse.sqlite", isolation_level=None)
    connection.execute("update inbound set state = 'failed', read_at = at, error = x'00' where state = 'unread'")
    connection.close()
