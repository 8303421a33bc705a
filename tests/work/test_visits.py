"""Visits counted as talks take their way: all of a batch, and nothing of what failed."""

from bot.channels.webchat.channel import WebChat
from bot.flow.event import Event
from bot.model import Fragment


async def counts(house) -> dict[tuple[str, str, str], int]:
    """Return the visits by flow, step and way."""
    return {(each.flow, each.step, each.way): each.count for each in await house.store.visits()}


async def test_every_arrow_of_a_talk_is_counted_once(house):
    """Several messages of several parents, worked out together, each counted; a message that was repeated is not."""
    for who in ("ana", "omar"):
        await house.hear(house.fragment(who, kind="start", language="de"))
    presses = [house.fragment(who, kind="text", text="Alles") for who in ("ana", "omar")]
    again = [house.fragment(who, kind="text", text=text) for who in ("ana", "omar") for text in ("/menu", "Alles")]
    await house.hear(*presses, *again)
    await house.hear(*presses)
    assert 4 == (await counts(house))["start", "wohin", "alles"]


async def test_what_failed_took_no_way(house, monkeypatch):
    """A message that broke leaves no count behind; the next one counts."""
    await house.hear(house.fragment("ana", kind="start", language="de"))
    parse = WebChat.parse

    def broken(channel: WebChat, fragment: Fragment) -> list[Event | None]:
        return [*parse(channel, fragment), None]

    with monkeypatch.context() as during:
        during.setattr(WebChat, "parse", broken)
        await house.hear(house.fragment("ana", kind="text", text="Alles"))
    assert (1, {}) == ((await house.store.figures())["failed"], await counts(house))
    await house.hear(house.fragment("ana", kind="text", text="Alles"))
    assert 1 == (await counts(house))["start", "wohin", "alles"]
