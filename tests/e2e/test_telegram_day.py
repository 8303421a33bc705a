"""The same day on Telegram: the real product against our fake of the platform, by polling and by webhook."""

import socket
from pathlib import Path

import pytest
from fakes.bot_api import BotApi
from fakes.desk_client import DeskClient
from fakes.process import Product, product, write_config

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("telegram"), pytest.mark.usefixtures("on_both_engines")]
CHAT = 4711


def config_for(folder: Path, api: BotApi, public_url: str = "") -> Path:
    """Return a configuration whose Telegram is the fake."""
    config = write_config(folder)
    text = config.read_text("utf-8").replace("https://api.telegram.org", api.url)
    config.write_text(text.replace("public_url:\n", f"public_url: {public_url}\n"), "utf-8")
    return config


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def offered(api: BotApi, label: str) -> bool:
    """Say whether a button with this label is in sight."""
    return any(button["text"] == label for line in api.transcript(CHAT) for row in line.rows for button in row)


async def a_day(api: BotApi, house: Product) -> None:
    """A father asks in Ukrainian, is answered by a person, thanks, and the question is closed."""
    api.say(CHAT, "/start", "uk")
    await api.until(lambda: offered(api, "Українська"))
    api.press(CHAT, "Українська")
    await api.until(lambda: offered(api, "Батьківські збори"))
    api.press(CHAT, "Запитати людину")
    await api.until(lambda: offered(api, "Готово"))
    api.say(CHAT, "Чи можу я прийти з подругою?")
    api.say(CHAT, "Вона добре говорить німецькою.")
    api.press(CHAT, "Готово")
    await api.until(lambda: "Дякуємо!" in api.said(CHAT)[-1])
    async with DeskClient(house) as adviser:
        assert "Чи можу я прийти" in await adviser.get("/desk")
        await adviser.answer(1, "Так, *приходьте* разом.")
        await api.until(lambda: "Так, *приходьте* разом." in api.said(CHAT)[-1])
        api.say(CHAT, "Дуже дякую!")
        async for _ in _until_there(adviser, "Дуже дякую!"):
            pass
        await adviser.close(1, "allgemein", "solved")
    await api.until(lambda: offered(api, "Ще одне запитання"))
    assert len(api.answered) >= 3, "every press is answered on the platform"


async def _until_there(adviser: DeskClient, words: str):
    """Look at the ticket until the parent's words are there."""
    for _ in range(200):
        if words in await adviser.get("/desk/tickets/1"):
            return
        yield
    raise AssertionError(f"{words} never reached the desk")


async def test_by_polling(tmp_path):
    """Without a public address the platform is asked for updates; each is confirmed only after it is stored."""
    async with BotApi() as api:
        environment = {"TELEGRAM_TOKEN": api.token}
        async with product(config_for(tmp_path, api), environment=environment) as house:
            await house.started()
            await a_day(api, house)
            assert 0 == await house.stop()
        assert api.token not in house.output


async def test_by_webhook(tmp_path):
    """With a public address the platform brings updates, with the secret that it was told."""
    port = free_port()
    async with BotApi() as api:
        environment = {"TELEGRAM_TOKEN": api.token}
        config = config_for(tmp_path, api, f"http://localhost:{port}")
        async with product(config, "run", "--port", str(port), environment=environment) as house:
            await house.started()
            await a_day(api, house)
            assert f"http://localhost:{port}/webhook/telegram" == api.webhook["url"]
            assert 0 == await house.stop()
        assert api.token not in house.output


async def test_a_wrong_token_stops_nothing_and_says_what_to_do(tmp_path):
    """Web chat and desk run; the log names the cure, never the token."""
    async with BotApi() as api:
        api.revoke()
        environment = {"TELEGRAM_TOKEN": "99:wrong-token-value"}
        async with product(config_for(tmp_path, api), environment=environment) as house:
            await house.started()
            async with DeskClient(house) as adviser:
                assert "Fragen" in await adviser.get("/desk")
            assert 0 == await house.stop()
        assert "telegram" in house.output
        assert "wrong-token-value" not in house.output
