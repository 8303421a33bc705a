"""Forgetting as it runs: on a parent's word at once, by the clock once an hour, and never because a clock has jumped."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.talking import Talking, talking
from structlog.testing import capture_logs

from bot.channels.webchat.channel import ACCOUNT
from bot.config.values import Keep
from bot.model import ContactId
from bot.ports import Store
from bot.services.copies import drop_copies
from bot.services.erased import NAME, ErasedList
from bot.store.erased import known_of_file
from bot.text.interface import GERMAN, NOTICE
from bot.work.forget import Forget, Outside, preview

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOODBYE = GERMAN["erase.done"]


class Steady:
    """Seconds that go on with the house's clock, but never jump."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house with a parent who has gone on after the notice."""
    async with talking(tmp_path) as opened:
        yield opened


def forget(house: Talking, folder: Path, keep: Keep = Keep(), store: Any = None) -> Forget:  # noqa: B008 - frozen
    """Return the verb over a house's store, or another one."""
    outside = Outside(ErasedList(folder).add, lambda before: drop_copies(folder, before), Steady())
    return Forget(store or house.store, house.wake, house.clock, keep, outside)


async def hourly(house: Talking, verb: Forget, hours: int) -> Mapping[str, int]:
    """Let hours pass, with a look after each; return what went in all."""
    gone: dict[str, int] = {}
    for _ in range(hours):
        house.pass_time(hours=1)
        for kind, count in (await verb.step()).items():
            gone[kind] = gone.get(kind, 0) + count
    return {kind: count for kind, count in gone.items() if count}


async def gone_on(house: Talking, who: str) -> ContactId:
    """Let a parent choose a language, read the notice, and go on."""
    await house.say(who, "/start", "Deutsch", "/menu")
    return await house.contact(who)


# -- on their word


async def test_x03_a_parent_has_everything_erased(house: Talking, tmp_path: Path) -> None:
    """X03: asked, asked once more, erased; the goodbye reaches the page; the number is noted; nothing else is left."""
    contact = await gone_on(house, "lina")
    told = await house.say("lina", "/loeschen")
    assert told[-1].startswith(GERMAN["erase.ask"])
    await house.hear(house.fragment("lina", kind="press", token="t.erase", label="Ja, alles löschen"))
    heir = await house.contact("lina")
    assert heir != contact
    assert [line.message.text for line in await house.store.chat(heir, "", 9) if line.message] == [GOODBYE]
    assert (await house.store.goodbye(heir)) is not None
    verb = forget(house, tmp_path)
    await verb.tidy()
    assert known_of_file(tmp_path / NAME).erased.keys() == {contact}
    (line,) = await house.store.chat(heir, "", 9)
    await house.store.seen(heir, [line.token], house.now)
    await verb.tidy()
    assert await house.store.contact_of(ACCOUNT, "lina") is None
    assert known_of_file(tmp_path / NAME).erased.keys() == {contact, heir}


async def test_x03_an_open_question_is_withdrawn(house: Talking) -> None:
    """X03: the parent hears it before, the desk sees it after: counted, and gone on their wish."""
    await gone_on(house, "lina")
    await house.say("lina", "/mensch", "Wann ist der Elternabend?", "Fertig")
    (thread,) = await house.store.open_tickets()
    told = await house.say("lina", "/loeschen")
    assert GERMAN["erase.question"] in told[-1]
    await house.press("lina", GERMAN["button.erase"])
    assert list(await house.store.open_tickets()) == []
    past = await house.store.past_question(thread.ticket.id)
    assert past is not None
    assert (past.why, past.outcome) == ("wish", "withdrawn")


async def test_what_is_written_after_the_goodbye_begins_anew(house: Talking) -> None:
    """In the same batch as the yes: the parent is greeted as somebody new, after the goodbye."""
    await gone_on(house, "lina")
    await house.say("lina", "/loeschen")
    yes = house.fragment("lina", kind="press", token="t.erase", label="Ja")
    await house.hear(yes, house.fragment("lina", kind="text", text="Hallo?"))
    lines = await house.store.chat(await house.contact("lina"), "", 9)
    told = [line.message.text for line in lines if line.message]
    assert told[0] == GOODBYE
    assert GERMAN["language.choose"] in told[1]


async def test_x03_the_list_is_caught_up_after_a_kill(house: Talking, tmp_path: Path) -> None:
    """X03: erased and killed before it was noted: the next beginning notes it."""
    contact = await gone_on(house, "lina")
    await house.store.erase([contact], house.now)
    house.pass_time(days=400)
    await forget(house, tmp_path).tidy()
    assert known_of_file(tmp_path / NAME).erased.keys() == {contact}


# -- consent


async def test_x06_who_goes_on_after_the_notice_has_agreed(house: Talking) -> None:
    """X06: the notice comes before the first question; the next tap is the consent, kept with the notice's version."""
    told = await house.say("lina", "/start", "Deutsch")
    assert GERMAN["welcome.privacy"] in told[1]
    assert (await house.store.belongings(await house.contact("lina")))["consent"] == ()
    await house.say("lina", "/menu")
    (agreed,) = (await house.store.belongings(await house.contact("lina")))["consent"]
    assert (agreed["version"], agreed["at"]) == (NOTICE, house.now)
    await house.say("lina", "/hilfe")
    assert len((await house.store.belongings(await house.contact("lina")))["consent"]) == 1


async def test_x06_who_does_not_go_on_leaves_nothing(house: Talking, tmp_path: Path) -> None:
    """X06: words written before the notice are not kept when nobody goes on: a day later there is nothing at all."""
    await house.say("lina", "Meine Tochter heißt Mia und wird geschlagen", "Deutsch")
    await house.say("omar", "Hallo, ich habe eine lange Frage")
    verb = forget(house, tmp_path)
    assert await hourly(house, verb, 24) == {}
    assert await hourly(house, verb, 2) == {"strangers": 2}
    assert await house.store.contact_of(ACCOUNT, "lina") is None
    assert await house.store.contact_of(ACCOUNT, "omar") is None


# -- by the clock


async def test_x05_everything_goes_in_its_time(house: Talking, tmp_path: Path) -> None:
    """X05: fragments after 7 days, messages 7 days after they were shown, ids after 40, the quiet contact after 180."""
    contact = await gone_on(house, "lina")
    lines = await house.store.chat(contact, "", 99)
    await house.store.seen(contact, [line.token for line in lines if line.token], house.now)
    verb = forget(house, tmp_path)
    when: dict[str, float] = {}
    begun = house.now
    for _ in range(185 * 2):
        house.pass_time(hours=12)
        for kind, count in (await verb.step()).items():
            if count:
                when.setdefault(kind, round((house.now - begun) / DAY, 1))
    assert when == {"fragments": 7.5, "messages": 7.5, "links": 10.5, "ids": 40.5, "quiet": 180.5}
    assert await house.store.contact_of(ACCOUNT, "lina") is None


async def test_x05_the_spans_are_the_settings(house: Talking, tmp_path: Path) -> None:
    """X05: what is set is what counts."""
    await gone_on(house, "lina")
    verb = forget(house, tmp_path, Keep(received_days=1, ids_days=31, idle_days=8))
    assert (await hourly(house, verb, 26))["fragments"] == 3


async def test_x05_a_preview_says_what_would_go_and_changes_nothing(house: Talking) -> None:
    """X05: the counts of a dry run are those of the run after it."""
    await gone_on(house, "lina")
    await house.say("omar", "/start")
    house.pass_time(days=200)
    counts = await preview(house.store, Keep(), house.now, 999)
    assert counts == await preview(house.store, Keep(), house.now, 999)
    found = {kind: count for kind, count in counts.items() if count}
    assert found == {"fragments": 4, "links": 1, "unsaid": 5, "strangers": 1, "quiet": 2}


async def test_x05_killed_midway_it_goes_on(house: Talking, tmp_path: Path) -> None:
    """X05: a store that fails in the middle costs nothing but the next look."""
    for number in range(5):
        await gone_on(house, f"p{number}")
    await hourly(house, forget(house, tmp_path), 7 * 24 - 1)
    assert await hourly(house, forget(house, tmp_path, store=Broken(house.store)), 2) == {"fragments": 15}
    assert await house.store.past("messages", house.now - 7 * DAY, 99) == 0
    assert await hourly(house, forget(house, tmp_path), 1) == {}
    assert await house.store.contact_of(ACCOUNT, "p0") is not None


class Broken:
    """A store that fails behind the first kind of what is old."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def forget(self, kind: str, before: datetime, at: datetime, limit: int) -> int:
        if kind != "fragments":
            raise OSError("database is locked")
        return await self._store.forget(kind, before, at, limit)


# -- clocks that jump


async def test_d10_a_clock_a_year_ahead_erases_nothing(house: Talking, tmp_path: Path) -> None:
    """D10: for one look the clock is a year ahead: nothing goes, then or when it is right again."""
    await gone_on(house, "lina")
    verb = forget(house, tmp_path)
    await hourly(house, verb, 3)
    right = house.now
    house.now = right + 365 * DAY
    assert await verb.step() == {}
    house.now = right + HOUR
    assert await verb.step() == {}
    assert await hourly(house, verb, 24) == {}
    assert await house.store.contact_of(ACCOUNT, "lina") is not None


@pytest.mark.parametrize("jump", [-400 * DAY, -2 * DAY, 2 * DAY, 400 * DAY], ids=str)
async def test_d10_a_jump_is_believed_only_when_it_lasts(house: Talking, tmp_path: Path, jump: timedelta) -> None:
    """D10: at the second look with the same clock it is taken for the time; a restart in between changes nothing."""
    await gone_on(house, "lina")
    await hourly(house, forget(house, tmp_path), 2)
    house.now += jump
    assert await forget(house, tmp_path).step() == {}
    house.pass_time(hours=1)
    assert "fragments" in await forget(house, tmp_path).step()


async def test_d10_a_jump_of_hours_lets_go_earlier_by_no_more(house: Talking, tmp_path: Path) -> None:
    """D10: what is younger than its span by more than the jump stays."""
    await gone_on(house, "lina")
    verb = forget(house, tmp_path)
    await hourly(house, verb, 1)
    for _ in range(6 * 24):
        house.pass_time(hours=1)
        assert not (await verb.step()).get("fragments")
    house.now += timedelta(hours=22)
    assert (await verb.step())["fragments"] == 0
    house.now += timedelta(hours=2)
    assert (await verb.step())["fragments"] == 3


async def test_d10_a_jump_is_told_and_a_first_start_is_not(house: Talking, tmp_path: Path) -> None:
    """D10: whoever reads warnings learns that the clock jumped, and of nothing that happens at every first start."""
    verb = forget(house, tmp_path)
    with capture_logs() as logs:
        await hourly(house, verb, 3)
        assert [] == [log for log in logs if log["log_level"] != "info"]
        house.now += 400 * DAY
        await verb.step()
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["forget.clock_moved"]


async def test_a_first_look_lets_nothing_go(house: Talking, tmp_path: Path) -> None:
    """A house that has never forgotten anything begins with the second look."""
    await gone_on(house, "lina")
    house.pass_time(days=30)
    verb = forget(house, tmp_path)
    assert await verb.step() == {}
    assert (await hourly(house, verb, 1))["fragments"] == 3


# -- the list and the copies


def test_the_list_notes_each_once_and_mends_itself(tmp_path: Path) -> None:
    """What a power cut left half written is taken away; two who write do not write twice."""
    at = datetime.fromisoformat("2026-03-02T09:00:00.000001+00:00")
    one, two = ErasedList(tmp_path / "data"), ErasedList(tmp_path / "data")
    one.add({ContactId(7): at})
    with (tmp_path / "data" / NAME).open("a") as file:
        file.write("8 17")
    assert known_of_file(tmp_path / "data" / NAME).erased.keys() == {7}
    two.add({ContactId(7): at, ContactId(8): at})
    one.add({ContactId(8): at, ContactId(9): at})
    one.add({ContactId(9): at})
    micros = 1772442000000001
    assert known_of_file(tmp_path / "data" / NAME).erased == dict.fromkeys([7, 8, 9], micros)
    assert len((tmp_path / "data" / NAME).read_text().splitlines()) == 3
    assert (tmp_path / "data" / NAME).stat().st_mode & 0o777 == 0o600


def test_old_copies_go_and_nothing_else(tmp_path: Path) -> None:
    """The copies that the program made itself, with what SQLite keeps beside them; not the database, not a backup."""
    names = [
        "backup-before-0005.sqlite", "elternlotse-bis-2026-01-02-030405.sqlite",
        "elternlotse-bis-2026-01-02-030405.sqlite-wal", "elternlotse.sqlite", "meine-sicherung.sqlite",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    now = datetime.fromisoformat("2036-03-02T09:00:00+00:00")
    assert drop_copies(tmp_path, now - 40 * 365 * DAY) == 0
    assert drop_copies(tmp_path, now) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elternlotse.sqlite", "meine-sicherung.sqlite"]
