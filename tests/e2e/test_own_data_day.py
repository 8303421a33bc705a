"""A parent on Telegram sees what is kept of them and has it erased: the real product, on either engine."""

import json
from pathlib import Path

import pytest
from e2e.test_telegram_day import CHAT, config_for, offered
from fakes.bot_api import BotApi
from fakes.desk_client import DeskClient
from fakes.process import product

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("telegram"), pytest.mark.usefixtures("on_both_engines")]

QUESTION = "Чи можу я прийти з подругою?"


async def asks(api: BotApi, adviser: DeskClient) -> None:
    """Let a father ask in Ukrainian, and be answered."""
    api.say(CHAT, "/start", "uk")
    await api.until(lambda: offered(api, "Українська"))
    api.press(CHAT, "Українська")
    await api.until(lambda: offered(api, "Запитати людину"))
    api.press(CHAT, "Запитати людину")
    await api.until(lambda: offered(api, "Готово"))
    api.say(CHAT, QUESTION)
    api.press(CHAT, "Готово")
    await api.until(lambda: "Дякуємо!" in api.said(CHAT)[-1])
    await adviser.answer(1, "Так, приходьте разом.")
    await api.until(lambda: "Так, приходьте разом." in api.said(CHAT)[-1])


def documents(api: BotApi) -> dict[str, bytes]:
    """Return the files in the chat by their endings."""
    return {line.document[0].rpartition(".")[2]: line.document[2] for line in api.transcript(CHAT) if line.document}


async def sees(api: BotApi) -> None:
    """Let him ask for all that is kept, by typing, while a person has the talk."""
    api.say(CHAT, "мої дані")
    await api.until(lambda: len(documents(api)) == 2)
    files = documents(api)
    assert QUESTION in files["html"].decode()
    assert 'lang="uk"' in files["html"].decode()
    assert [row["text"] for row in json.loads(files["json"])["message"]] == [QUESTION, "Так, приходьте разом."]


async def leaves(api: BotApi) -> None:
    """Let him have everything erased; his question is open."""
    api.say(CHAT, "видалити все")
    await api.until(lambda: offered(api, "Так, видалити все"))
    assert "У вас ще є відкрите запитання" in api.said(CHAT)[-1]
    api.press(CHAT, "Так, видалити все")
    await api.until(lambda: "Ваші дані видалено." in api.said(CHAT)[-1])


async def test_x03_x04_seen_and_erased(tmp_path: Path) -> None:
    """X03, X04: in his language, while a person has the talk; the goodbye comes, the desk sees it, and he may begin anew."""
    async with BotApi() as api:
        config = config_for(tmp_path, api)
        async with product(config, environment={"TELEGRAM_TOKEN": api.token}) as house:
            await house.started()
            async with DeskClient(house) as adviser:
                await asks(api, adviser)
                await sees(api)
                await leaves(api)
                assert "Auf Wunsch gelöscht" in await adviser.get("/desk/tickets/1")
            noted = config.parent / "data" / "erased.ids"
            await api.until(noted.exists)
            assert noted.read_text().startswith("1 ")
            api.say(CHAT, "/start", "uk")
            await api.until(lambda: "Ваші дані видалено." not in api.said(CHAT)[-1] and offered(api, "Türkçe"))
            assert 0 == await house.stop()
        assert QUESTION not in house.output
