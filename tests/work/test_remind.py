"""Reminders as parents get them: at the hour of their clock, once, as long as they want them and they are of use."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from core.small import DE, PROGRAM, small_files
from docs.markdown import ROOT
from fakes.talking import Talking, talking

from bot.app.files import program
from bot.channels.webchat.channel import WebChat
from bot.check.edition import compose
from bot.model import Account, Gone, Language, Sent
from bot.ports import Record
from bot.text.interface import ENGLISH_WORDS
from bot.work.remind import Remind

BERLIN = ZoneInfo("Europe/Berlin")
TELEGRAM = Account("telegram")
REMINDER = "Sie wollten erinnert werden: \u2068Sommerfest\u2069. Der Termin ist am \u206820.03.2026\u2069."
INTERFACE = program(ROOT / "locales")
FLOW = """flow: fest
title: Sommerfest
topic: allgemein
reviewed: 2026-01-15
examples: [Wann ist das Fest]
steps:
  erinnern:
    remind: Sollen wir Sie erinnern?
    calendar: fest
    before: 1 Wochen
"""


def files(*days: str, flow: str = FLOW, name: str = "fest") -> dict[str, bytes]:
    """Return the small flows with one more, and its calendar's days; a day may have a region behind it."""
    written = "".join(
        f"  - date: {day}\n    source: erfunden, nur zum Testen\n{f'    region: {region}' if region else ''}\n"
        for day, _, region in (each.partition(" ") for each in days or ("2026-03-20",))
    )
    known = small_files()
    calendars = known["flows/calendars/2026.yaml"] + f"fest:\n{written}".encode()
    return {**known, "flows/calendars/2026.yaml": calendars, f"flows/{name}.yaml": flow.encode()}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house with a day to be reminded of: 20 March, a week before."""
    async with talking(tmp_path, {TELEGRAM: WebChat()}, files()) as opened:
        yield opened


async def subscribe(house: Talking, who: str, language: str = "de", yes: str = "Ja") -> None:
    """Let a parent say yes to being reminded."""
    await house.hear(house.fragment(who, kind="start", flow="fest", language=language))
    await house.press(who, yes)
    await house.told(who)


async def at(house: Talking, wall: str) -> int:
    """Set the clock, let the house look, and work until nothing is left; return how many were due."""
    house.now = datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)
    said = await house.remind.step()
    while await house.converse.step():
        pass
    return said


async def hear(house: Talking, who: str, text: str) -> None:
    """Let a parent type something."""
    await house.hear(house.fragment(who, kind="text", text=text))


async def test_a_parent_is_reminded_once_at_nine_a_week_before(house: Talking) -> None:
    """Not a minute before, with the day and a way to stop it, and never again."""
    await subscribe(house, "ana")
    assert await at(house, "2026-03-13T08:59") == 0
    assert await at(house, "2026-03-13T09:00") == 1
    assert await house.told("ana") == [REMINDER]
    later = ("2026-03-13T09:01", "2026-03-14T09:00", "2026-03-20T19:59", "2026-03-21T09:00")
    assert [await at(house, wall) for wall in later] == [0, 0, 0, 0]
    assert await house.told("ana") == []


async def test_who_did_not_say_yes_is_not_reminded(house: Talking) -> None:
    """Consent is asked for; a no, or no answer, is none."""
    await house.hear(house.fragment("ana", kind="start", flow="fest", language="de"))
    await subscribe(house, "omar", yes="Nein")
    assert await at(house, "2026-03-13T09:00") == 0


async def test_d10_the_clock_jumps_and_nobody_is_reminded_twice(house: Talking) -> None:
    """D10: back and forth by 400 days, a day on, a day back."""
    await subscribe(house, "ana")
    assert [await at(house, "2025-02-06T12:00"), await at(house, "2026-03-13T12:00")] == [0, 1]
    assert await house.told("ana") == [REMINDER]
    walls = ["2027-04-17T12:00", "2025-02-06T12:00", "2026-03-12T12:00", "2026-03-14T12:00"]
    assert [await at(house, wall) for wall in walls] == [0, 0, 0, 0]
    assert await house.told("ana") == []


@pytest.mark.parametrize(
    ("wall", "due"),
    [("2026-03-13T21:00", 0), ("2026-03-14T03:00", 0), ("2026-03-15T11:00", 1), ("2026-03-20T19:00", 1), ("2026-03-20T20:00", 0), ("2026-04-01T10:00", 0)],
)  # fmt: skip
async def test_after_an_outage_it_is_said_as_long_as_it_is_of_use(house: Talking, wall: str, due: int) -> None:
    """The house was away over the moment: in the daytime until the day itself is over, never at night, never after."""
    await subscribe(house, "ana")
    assert await at(house, wall) == due


async def test_an_outage_between_due_and_said_says_nothing_late(house: Talking) -> None:
    """Committed on the day, worked out on the next: it is of no use any more, and the talk goes on."""
    await subscribe(house, "ana")
    house.now = datetime(2026, 3, 20, 18, tzinfo=UTC)
    assert await house.remind.step() == 1
    assert await at(house, "2026-03-21T10:00") == 0
    assert await house.told("ana") == []


async def test_who_says_so_three_days_before_is_reminded_on_the_next_morning(house: Talking) -> None:
    """Not at once, since it was just talked of, and not never."""
    house.now = datetime(2026, 3, 17, 10, tzinfo=UTC)
    await subscribe(house, "ana")
    walls = ["2026-03-17T11:01", "2026-03-17T19:00", "2026-03-18T08:59", "2026-03-18T09:00"]
    assert [await at(house, wall) for wall in walls] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("day", "nine"), [("2026-04-05", "2026-03-29T07:00+00:00"), ("2026-11-01", "2026-10-25T08:00+00:00")]
)
async def test_d10_on_the_days_clocks_change_it_is_nine_on_the_wall(tmp_path: Path, day: str, nine: str) -> None:
    """D10: a week before is the very Sunday on which the clocks went on, or back, in the night."""
    async with talking(tmp_path, files=files(day)) as house:
        await subscribe(house, "ana")
        moment = datetime.fromisoformat(nine)
        counts = []
        for house.now in (moment - timedelta(seconds=1), moment):
            counts.append(await house.remind.step())
        assert counts == [0, 1]


async def test_a_day_that_moves_is_another_day_and_one_that_goes_says_nothing(house: Talking) -> None:
    """A new revision moves the day, then adds one, then has none any more."""
    await subscribe(house, "ana")
    assert await at(house, "2026-03-13T10:00") == 1
    await house.publish(files("2026-03-25", "2026-03-24 Köln"), "test")
    assert [await at(house, "2026-03-17T10:00"), await at(house, "2026-03-18T10:00")] == [0, 1]
    assert "25.03.2026" in (await house.told("ana"))[-1]
    await house.publish(small_files(), "test")
    assert await at(house, "2026-03-19T10:00") == 0


async def test_a_flow_that_was_renamed_still_says_of_what(house: Talking) -> None:
    """The subscription names the old flow: the day is said, with a way to stop it, and nothing fails."""
    await subscribe(house, "ana")
    await house.publish(files(flow=FLOW.replace("flow: fest", "flow: feier"), name="feier"), "test")
    assert await at(house, "2026-03-13T10:00") == 1
    (told,) = await house.told("ana")
    assert "20.03.2026" in told
    assert (await house.store.figures())["failed"] == 0
    await house.press("ana", "Nicht mehr erinnern")
    await house.publish(files("2026-03-25"), "test")
    assert await at(house, "2026-03-18T10:00") == 0


def stop_words() -> list[str]:
    """Return every word that is STOPP, in every language there is."""
    catalogs = (INTERFACE.german, *INTERFACE.translated.values())
    words = {word.strip() for each in catalogs for word in each["command.stopp.words"].replace("،", ",").split(",")}
    return sorted({*words, *ENGLISH_WORDS["stopp"], "STOP", "STOPP", "Stopp!", "stopp", "/stopp", "/stop"})


async def test_stopp_ends_it_in_every_language(tmp_path: Path) -> None:
    """Each word of each catalog, whatever the parent's language is: who said it is not reminded, who did not is."""
    words = stop_words()
    assert len(words) > 12
    async with talking(tmp_path, files=translated(), program=INTERFACE, languages=languages()) as house:
        for number, word in enumerate(["Danke", *words]):
            await subscribe(house, f"parent{number}")
            await hear(house, f"parent{number}", word)
        assert await at(house, "2026-03-13T09:00") == 1
        assert await house.told("parent1") != [REMINDER]
        assert REMINDER in await house.told("parent0")


async def test_stopp_counts_also_while_a_person_has_the_talk(house: Talking) -> None:
    """Consent is taken back by one word, whoever listens; what the parent writes else goes to the person."""
    await subscribe(house, "ana")
    await house.say("ana", "/mensch", "Eine Frage")
    await house.press("ana", "Fertig")
    await house.say("ana", "STOPP", "Noch etwas")
    assert await at(house, "2026-03-13T09:00") == 0
    (thread,) = await house.store.open_tickets()
    whole = await house.store.thread(thread.ticket.id)
    assert whole is not None
    assert [line.text for line in whole.lines] == ["Eine Frage", "Noch etwas"]


@pytest.mark.parametrize("first", ["STOPP", "due"])
async def test_stopp_between_due_and_sending_wins(house: Talking, first: str) -> None:
    """Which of the two was stored first does not matter: after STOPP no reminder is said."""
    await subscribe(house, "ana")
    house.now = datetime(2026, 3, 13, 8, tzinfo=UTC)
    if first == "STOPP":
        await house.arrive(house.fragment("ana", kind="text", text="STOPP"))
    assert await house.remind.step() == 1
    if first == "due":
        await house.arrive(house.fragment("ana", kind="text", text="STOPP"))
    while await house.converse.step():
        pass
    told = await house.told("ana")
    assert REMINDER not in told
    assert any(each.startswith("Gut. Sie bekommen keine Nachrichten") for each in told)


async def test_stopp_and_a_new_yes_before_it_is_said_leave_the_yes(house: Talking) -> None:
    """What the parent said last holds, also within one batch."""
    await subscribe(house, "ana")
    house.now = datetime(2026, 3, 13, 8, tzinfo=UTC)
    await house.arrive(house.fragment("ana", kind="text", text="STOPP"))
    await house.arrive(house.fragment("ana", kind="start", flow="fest"))
    await house.arrive(house.fragment("ana", kind="text", text="Ja"))
    assert await house.remind.step() == 1
    while await house.converse.step():
        pass
    assert REMINDER in await house.told("ana")


async def telegram(house: Talking, who: str) -> None:
    """Let a parent say yes on a channel that sends."""
    await house.arrive(house.fragment(who, kind="start", flow="fest", language="de"), account=TELEGRAM)
    await house.arrive(house.fragment(who, kind="text", text="Ja"), account=TELEGRAM)
    while await house.converse.step():
        pass
    await sent(house)


async def sent(house: Talking, outcome: Sent | Gone | None = None) -> Sequence[str]:
    """Send all that waits, and return it."""
    texts = []
    while items := await house.store.due(TELEGRAM, house.now, 100):
        texts += [" ".join(item.message.text.split()) for item in items]
        await house.store.record([Record(item.id, outcome or Sent(), house.now) for item in items])
    return texts


async def test_stopp_takes_back_what_waits_to_be_sent(house: Talking) -> None:
    """The platform is slow: the reminder still waits when STOPP comes, and does not go out after it."""
    await telegram(house, "ana")
    assert await at(house, "2026-03-13T09:00") == 1
    await house.arrive(house.fragment("ana", kind="text", text="STOPP"), account=TELEGRAM)
    while await house.converse.step():
        pass
    (told,) = await sent(house)
    assert told.startswith("Gut. Sie bekommen keine Nachrichten")


async def test_a_platform_that_was_away_over_the_day_brings_no_late_reminder(house: Talking) -> None:
    """What waited until the day was over is taken back; the next message goes out."""
    await telegram(house, "ana")
    assert await at(house, "2026-03-20T10:00") == 1
    house.now = datetime(2026, 3, 21, 9, tzinfo=UTC)
    assert await sent(house) == []
    await house.arrive(house.fragment("ana", kind="text", text="/menu"), account=TELEGRAM)
    while await house.converse.step():
        pass
    assert [each[:8] for each in await sent(house)] == ["Worum ge"]


async def test_who_has_blocked_us_is_left_alone(house: Talking) -> None:
    """Nothing is due for them; when they come back in time, they are reminded."""
    await telegram(house, "ana")
    await house.arrive(house.fragment("ana", kind="text", text="/menu"), account=TELEGRAM)
    while await house.converse.step():
        pass
    await sent(house, Gone("blocked"))
    assert await at(house, "2026-03-13T09:00") == 0
    await house.arrive(house.fragment("ana", kind="text", text="/menu"), account=TELEGRAM)
    assert await at(house, "2026-03-13T12:00") == 1
    assert REMINDER in await sent(house)


async def test_d10_two_verbs_at_once_remind_once(house: Talking) -> None:
    """D10: two programs look at the same moment."""
    for number in range(20):
        await subscribe(house, f"parent{number}")
    house.now = datetime(2026, 3, 13, 8, tzinfo=UTC)
    other = Remind(house.store, house.wake, house.clock, house.publish.edition, BERLIN)
    await other.step()
    assert await at(house, "2026-03-13T09:00") == 0
    assert [await house.told(f"parent{number}") for number in range(20)] == [[REMINDER]] * 20


async def test_d02_a_kill_between_due_and_said_says_it_once(house: Talking, tmp_path: Path) -> None:
    """D02: committed and not yet worked out; the house that opens next says it, and notes nothing anew."""
    await subscribe(house, "ana")
    house.now = datetime(2026, 3, 13, 8, tzinfo=UTC)
    assert await house.remind.step() == 1
    async with talking(tmp_path, files=files()) as again:
        assert await at(again, "2026-03-13T09:01") == 0
        assert (await again.told("ana")).count(REMINDER) == 1


async def test_a_reminder_waits_for_nobody_and_disturbs_no_talk(house: Talking) -> None:
    """In the middle of a question it comes between, and the answer that follows is still understood."""
    await subscribe(house, "ana")
    await house.hear(house.fragment("ana", kind="start", flow="kind"))
    await house.told("ana")
    assert await at(house, "2026-03-13T09:00") == 1
    assert REMINDER in await house.told("ana")
    before = await house.session("ana")
    assert (before.frames[-1].flow, before.waits) == ("kind", "step")


async def test_while_a_person_has_the_talk_it_comes_and_the_talk_stays_theirs(house: Talking) -> None:
    """It is no answer to the question, and what the parent writes goes on to the person."""
    await subscribe(house, "ana")
    await house.say("ana", "/mensch", "Eine Frage")
    await house.press("ana", "Fertig")
    await house.told("ana")
    assert await at(house, "2026-03-13T09:00") == 1
    assert await house.told("ana") == [REMINDER]
    assert (await house.session("ana")).owner == "desk"


async def test_a_store_that_fails_is_asked_again(house: Talking) -> None:
    """An hour without a disk: nothing is lost, and nobody hears it twice."""
    await subscribe(house, "ana")
    await house.store._engine._writer.execute_fetchall(
        "create trigger full before insert on reminded begin select raise(abort, 'full'); end"
    )
    assert await at(house, "2026-03-13T09:00") == 0
    await house.store._engine._writer.execute_fetchall("drop trigger full")
    assert [await at(house, "2026-03-13T09:01"), await at(house, "2026-03-13T09:02")] == [1, 0]


def languages() -> tuple[Language, ...]:
    """Return every language there is."""
    return (DE, *INTERFACE.translated)


def translated() -> dict[str, bytes]:
    """Return the flows with a catalog for every language: the German, with the language before it."""
    german = compose(files(), PROGRAM, [DE]).loaded.texts
    return files() | {
        f"locales/{language}/LC_MESSAGES/flows.po": _catalog(language, {k: t.german for k, t in german.items()})
        for language in INTERFACE.translated
    }


def _catalog(language: str, texts: dict[str, str]) -> bytes:
    def quoted(words: str) -> str:
        return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    entries = (
        f"msgctxt {quoted(key)}\nmsgid {quoted(german)}\nmsgstr {quoted(f'{language} {german}')}\n"
        for key, german in texts.items()
    )
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    return "\n".join([head, *entries]).encode()


@pytest.mark.parametrize("language", sorted(INTERFACE.translated))
async def test_a_parent_is_reminded_in_their_language_with_buttons(tmp_path: Path, language: str) -> None:
    """From yes to the day, in every language: the sentence is theirs, and so are the buttons, which work."""
    words = INTERFACE.translated[Language(language)]
    async with talking(tmp_path, files=translated(), program=INTERFACE, languages=languages()) as house:
        await subscribe(house, "ana", language, words["button.yes"])
        assert await at(house, "2026-03-13T09:00") == 1
        line = (await house.store.chat(await house.contact("ana"), "", 99))[-1]
        assert line.message is not None
        assert f"{language} Sommerfest" in line.message.text
        assert "20.03.2026" in line.message.text
        assert (line.message.language, [button.label for button in line.message.buttons]) == (
            language,
            [words["button.open"], words["button.stop"]],
        )
        told = await house.press("ana", words["button.open"])
        assert any(f"{language} Sollen wir Sie erinnern?" in each for each in told)
        await house.press("ana", words["button.stop"])
        await house.publish(translated() | files("2026-03-25"), "test")
        assert await at(house, "2026-03-18T10:00") == 0
