"""The house's own channel: notes it does not know concern no parent, and it talks to nobody outside."""

from datetime import date

import pytest
from channels.telegram_kit import item

from bot.channels.house import House
from bot.flow.event import Due, Ignored
from bot.model import HOUSE, Fragment, Rejected
from bot.text.message import Message


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind":"adviser_wrote"}',
        b'{"kind":"due"}',
        b'{"kind":"due","day":"bald"}',
        b'{"kind":"weather"}',
        b'{"text":"x"}',
        b'{"kind":7}',
        b"[",
        b"\xff",
        b"",
    ],
)
def test_a_note_it_does_not_know_is_ignored_with_a_reason(body):
    """A parent did not write it and gets no answer to it; operators can read why nothing happened."""
    [event] = House().parse(Fragment("1", None, body))

    assert isinstance(event, Ignored)
    assert event.why.startswith("a note of the house")


def test_a_day_that_is_near_is_due():
    """Of which flow, and which day; also where the flow is not named any more."""
    said = b'{"kind":"due","flow":"schulanmeldung","day":"2026-11-10"}'
    assert [Due("schulanmeldung", date(2026, 11, 10))] == House().parse(Fragment("1", None, said))
    assert [Due("", date(2026, 11, 10))] == House().parse(Fragment("2", None, b'{"kind":"due","day":"2026-11-10"}'))


async def test_it_never_sends():
    """Whatever were put into its outbox would be refused for good, not tried for ever."""
    house = House()

    assert await house.send(item(Message("Hallo", "de", "ltr"), 1, 1)) == Rejected("the house sends nothing")
    assert house.account == HOUSE
