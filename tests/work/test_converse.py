"""Conversing on a real store: every message once, in order, one contact's trouble its own."""

from collections.abc import Sequence

import pytest
from fakes.talking import Talking, talking

from bot.channels.webchat.channel import WebChat
from bot.desk.ticket import Answered, Claimed, Closed, Moved, apply
from bot.flow.event import Event, Said
from bot.model import Account, Fragment
from bot.ports import AdviserChange

MENU = "Worum geht es?"
QUESTION = "Bitte schreiben Sie Ihre Frage."


async def ask(house: Talking, who: str, *words: str):
    """Bring a question to the desk and return its thread."""
    await house.say(who, "/mensch")
    await house.press(who, "Deutsch")
    await house.say(who, *words)
    await house.press(who, "Fertig")
    contact = await house.contact(who)
    ticket = next(thread.ticket for thread in await house.store.open_tickets() if thread.ticket.contact == contact)
    return await house.store.thread(ticket.id)


async def answer(house: Talking, thread, *happenings, news: str) -> None:
    """Let an adviser do something, as the desk's verbs do."""
    ticket, events = thread.ticket, ()
    for happening in happenings:
        moved = apply(ticket, happening, house.now)
        assert isinstance(moved, Moved)
        ticket, events = moved.ticket, (*events, *moved.events)
    fragment = Fragment(f"news-{ticket.id}-{ticket.version}", None, news.encode())
    change = AdviserChange(ticket, events, house=(fragment,))
    object.__setattr__(change.ticket, "version", thread.ticket.version + 1)
    assert await house.store.change(change)
    while await house.converse.step():
        pass


async def test_a_talk_goes_from_the_language_to_a_step(house):
    """A parent chooses a language and presses through a flow."""
    assert "In welcher Sprache" in (await house.say("ana", "Hallo"))[-1]
    assert (await house.press("ana", "Deutsch"))[-1].startswith(MENU)
    assert "Wie alt ist Ihr Kind?" == (await house.press("ana", "Alles"))[-1]
    assert "Wie heißen Sie?" == (await house.say("ana", "8"))[-1]


async def test_d02_the_same_fragment_again_changes_nothing(house):
    """D02: a repetition has no effect, at once or eight days later."""
    fragment = house.fragment("ana", kind="text", text="Hallo")
    await house.hear(fragment)
    once = await house.told("ana")
    await house.hear(fragment)
    house.pass_time(days=8)
    await house.hear(fragment, fragment)
    assert (1, []) == (len(once), await house.told("ana"))


async def test_d03_what_one_contact_sends_is_taken_in_order(house):
    """D03: also when many messages of many parents are worked out together."""
    parents = [f"parent{n}" for n in range(20)]
    for who in parents:
        await house.hear(house.fragment(who, kind="start", hint="de"), house.fragment(who, kind="press", token="l.de"))
        await house.hear(house.fragment(who, kind="text", text="/mensch"))
    await house.arrive(*[house.fragment(who, kind="text", text=f"Nummer {n}") for n in range(9) for who in parents])
    while await house.converse.step():
        pass
    for who in parents:
        await house.press(who, "Fertig")
    for thread in await house.store.open_tickets():
        whole = await house.store.thread(thread.ticket.id)
        assert [f"Nummer {n}" for n in range(9)] == [line.text for line in whole.lines]


async def test_a_question_reaches_the_desk_with_the_way_the_parent_came(house):
    """The thread has the words, the trail the stations."""
    await house.say("ana", "Hallo")
    await house.press("ana", "Deutsch")
    await house.press("ana", "Alles")
    await house.say("ana", "8", "/mensch", "Erstens", "Zweitens")
    told = await house.press("ana", "Fertig")
    assert told[-1].startswith("Danke! Ihre Frage ist bei uns angekommen.")
    assert "03.03.2026, 17:00" in told[-1]
    (thread,) = await house.store.open_tickets()
    whole = await house.store.thread(thread.ticket.id)
    assert ["Erstens", "Zweitens"] == [line.text for line in whole.lines]
    assert ("schule", "open", "de") == (whole.ticket.topic, whole.ticket.state, whole.ticket.language)
    assert ["start/wohin/choose", "kind/alter/ask"] == [passage.question.key for passage in whole.trail]


async def test_an_answer_reaches_the_parent_as_a_persons(house):
    """And what the parent writes then goes to the same ticket."""
    thread = await ask(house, "ana", "Frage")
    await house.told("ana")
    await answer(house, thread, Answered(1), news='{"kind": "adviser_wrote", "text": "Ja, *gern*."}')
    assert ["Ja, *gern*."] == await house.told("ana")
    await house.say("ana", "Danke!")
    whole = await house.store.thread(thread.ticket.id)
    assert ["Frage", "Danke!"] == [line.text for line in whole.lines]
    assert "claimed" == whole.ticket.state


async def test_words_that_cross_the_closing_reopen_the_question(house):
    """The parent writes while the adviser closes: nothing is lost, and no farewell is said over it."""
    thread = await ask(house, "ana", "Frage")
    await house.told("ana")
    await house.arrive(house.fragment("ana", kind="text", text="Noch etwas!"))
    await answer(house, thread, Claimed(1), Closed(1, "schule", "solved"), news='{"kind": "ticket_closed"}')
    whole = await house.store.thread(thread.ticket.id)
    assert ("open", ["Frage", "Noch etwas!"]) == (whole.ticket.state, [line.text for line in whole.lines])
    assert not any("abgeschlossen" in told for told in await house.told("ana"))


async def test_silence_brings_the_question_to_the_desk(house):
    """Ten minutes after the last word, without anybody doing anything."""
    await house.say("ana", "/mensch")
    await house.press("ana", "Deutsch")
    await house.say("ana", "Frage")
    house.pass_time(minutes=9)
    assert 0 == await house.expire.step()
    house.pass_time(minutes=2)
    assert 1 == await house.expire.step()
    assert 0 == await house.expire.step()
    while await house.converse.step():
        pass
    assert 1 == len(await house.store.open_tickets())


async def test_a_published_change_is_there_at_the_next_message(house):
    """Without a restart; the talk goes on where it was."""
    await house.say("ana", "Hallo")
    await house.press("ana", "Deutsch")
    stored = await house.store.revision(await house.store.current())
    changed = {path: raw.replace(b"Worum geht es?", b"Was brauchen Sie?") for path, raw in stored.files.items()}
    await house.publish(changed, "test")
    assert "Was brauchen Sie?" in (await house.say("ana", "xyz"))[-1]


async def test_i03_a_flood_is_answered_politely_once(house):
    """I03: a hundred messages in ten seconds; help is still help, and nothing written to a person is lost."""
    await ask(house, "ana", "Frage")
    house.pass_time(seconds=60)
    await house.told("ana")
    for n in range(100):
        await house.hear(house.fragment("ana", kind="text", text=f"Nachricht {n}"))
    polite = [told for told in await house.told("ana") if "sehr viele Nachrichten" in told]
    assert 1 == len(polite)
    assert "Hier hilft sofort jemand." in (await house.say("ana", "112"))[0]
    (thread,) = await house.store.open_tickets()
    whole = await house.store.thread(thread.ticket.id)
    assert ["Frage", *(f"Nachricht {n}" for n in range(100))] == [line.text for line in whole.lines]


async def test_i01_a_megabyte_and_strange_characters_are_answered(house):
    """I01: whatever was typed, the parent gets an answer and the house goes on."""
    await house.say("ana", "Hallo")
    await house.press("ana", "Deutsch")
    for words in (
        "a" * 1_000_000,
        "a" + "\u0301\u0316" * 4096,
        "\u202e" * 50,
        "   ",
        "😀" * 2000,
        "\x00\x07",
        "{x.__class__}",
    ):
        assert await house.say("ana", words or "?"), repr(words[:10])
        house.pass_time(seconds=11)


class Broken(WebChat):
    """A web chat whose step breaks at a certain word, or says halves of characters."""

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        if b"kaputt" in fragment.body:
            return [Said("vorher"), object()]  # type: ignore[list-item]  # the planted bug
        if b"halb" in fragment.body:
            return [Said("Das ist \ud83d halb")]
        return super().parse(fragment)


async def test_p04_a_poison_fragment_is_its_own_trouble(tmp_path):
    """P04, A13: it is set aside with the error's place, its parent gets an apology, its neighbours notice nothing."""
    async with talking(tmp_path, {Account("webchat"): Broken()}) as house:
        for who in ("ana", "ben"):
            await house.say(who, "Hallo")
            await house.press(who, "Deutsch")
            await house.told(who)
        await house.hear(
            house.fragment("ana", kind="text", text="kaputt"),
            house.fragment("ben", kind="text", text="Alles"),
            house.fragment("ana", kind="text", text="Alles"),
        )
        assert "Wie alt ist Ihr Kind?" == (await house.told("ben"))[-1]
        told = await house.told("ana")
        assert told[0].startswith("Entschuldigung, hier ist etwas schiefgegangen.")
        assert "Wie alt ist Ihr Kind?" == told[-1]
        assert 1 == (await house.store.figures())["failed"]


async def test_halves_of_characters_reach_the_desk_as_marks(tmp_path):
    """No store takes a lone surrogate: it is replaced before anything is written."""
    async with talking(tmp_path, {Account("webchat"): Broken()}) as house:
        thread = await ask(house, "ana", "halb")
        assert ["Das ist \ufffd halb"] == [line.text for line in thread.lines]


async def test_a_store_that_fails_loses_nothing(house, monkeypatch):
    """D08, as far as it goes here: what could not be written stays unread, and is worked out again."""
    await house.arrive(house.fragment("ana", kind="text", text="Hallo"))

    async def refuse(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(house.store, "commit", refuse)
        with pytest.raises(OSError, match="disk full"):
            await house.converse.step()
    assert 1 == await house.converse.step()
    assert 1 == len(await house.told("ana"))


async def test_an_urgent_question_makes_the_open_one_urgent(house):
    """Who asked about the class trip and then is in need is at the top of the queue, and gets the urgent card."""
    thread = await ask(house, "ana", "Klassenfahrt")
    stored = await house.store.revision(await house.store.current())
    path = "flows/beratung.yaml"
    urgent = b"\n    urgency: urgent\n    closed: Rufen Sie die 110 an.\n"
    await house.publish({**stored.files, path: stored.files[path].rstrip() + urgent}, "test")
    house.pass_time(hours=12)
    await house.say("ana", "/start", "Mensch", "Mein Kind ist weg")
    told = await house.press("ana", "Fertig")
    whole = await house.store.thread(thread.ticket.id)
    assert ("urgent", ["Klassenfahrt", "Mein Kind ist weg"]) == (
        whole.ticket.urgency,
        [line.text for line in whole.lines],
    )
    assert "Rufen Sie die 110 an." in told[-1]
    assert f"{thread.ticket.promise_at.astimezone():%d.%m.%Y}" in told[-1], "the promise stays what it was"
