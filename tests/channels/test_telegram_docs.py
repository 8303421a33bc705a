"""The reference page of Telegram says what the program does."""

from pathlib import Path

from bot.channels.telegram_webhook import HEADER, PATH
from bot.text.typed import LIMIT
from bot.work.pace import Rates

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "telegram.md").read_text(encoding="utf-8")


def test_the_pages_numbers_are_the_programs():
    """Address, header, limits and waits on the page are the ones in the code."""
    rates = Rates()
    said = [
        PATH,
        HEADER,
        f"at most {LIMIT:,} code points",
        f"after {rates.attempts} attempts a dead letter",
        f"at most {rates.longest_wait / 60:.0f} minutes",
    ]

    assert [words for words in said if words not in PAGE] == []
    assert (rates.in_a_row, rates.chat_burst, rates.chat) == (5, 3, 1.0), "five chats in a row; a burst of three"


def test_the_pages_settings_are_in_the_configuration():
    """Every setting that the page names stands in config.yaml."""
    config = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
    names = ("api_url", "mode", "messages_per_second", "messages_per_chat_second", "unsure_seconds", "public_url")

    assert [name for name in names if f"{name}:" not in config or name not in PAGE] == []
