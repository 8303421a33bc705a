"""What publishing means for parents in mid-flow: counted before, and true afterwards."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from core.edits import chance, editions
from core.small import DE, made, small_files
from fakes.talking import Talking, talking

from bot.check.edition import Edition, Interface
from bot.flow.fate import BEGINS, MENU, RENAMED
from bot.model import Fragment, Language
from bot.text.interface import GERMAN
from bot.work import impact as counting
from bot.work.impact import CHANGED, Group, Impact, losses, weigh

FILES = small_files()


def edited(flow: str, *changes: tuple[str, str], without: Sequence[str] = ()) -> Edition:
    """Return the small flows with words of one replaced, and some left out."""
    text = FILES[f"flows/{flow}.yaml"].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    gone = {f"flows/{name}.yaml" for name in without}
    return made({path: raw for path, raw in {**FILES, f"flows/{flow}.yaml": text.encode()}.items() if path not in gone})


async def begun(house: Talking, flow: str, *words: str, who: Sequence[str] = ("lina",)) -> None:
    """Let parents begin a flow and type these words."""
    for each in who:
        said = [house.fragment(each, kind="text", text=text) for text in words]
        await house.hear(house.fragment(each, kind="start", flow=flow, language="de"), *said)


async def weighed(house: Talking, after: Edition) -> Impact:
    """Return what publishing an edition would mean now."""
    return await weigh(house.store, await house.publish.edition(), after, house.now)


async def test_nobody_there_means_nothing(house):
    """Without parents there is nothing to tell."""
    assert Impact(0, 0, (), (), (), (), 0) == await weighed(house, edited("kind", ("Wie alt", "Wie jung")))


async def test_the_same_again_means_nothing(house):
    """Who waits is counted; for nobody anything changes."""
    await begun(house, "fragen", who=("lina", "ada"))
    assert Impact(2, 2, (), (), (), (), 0) == await weighed(house, made(FILES))


async def test_each_group_is_told_by_where_it_goes(house):
    """Renamed, gone, asked otherwise, and flows that are no more: each step's parents once, with their number."""
    await begun(house, "fragen", who=("lina", "ada"))
    await begun(house, "fragen", "Ana", who=("bert",))
    await begun(house, "wege", who=("cem",))
    after = edited(
        "fragen",
        ("  name:\n    ask: Wie heißt Ihr Kind?\n", "  vorname:\n    ask: Wie heißt Ihr Kind?\n    was: name\n"),
        ("  kinder:\n", "  anzahl:\n"),
        without=("wege",),
    )
    impact = await weighed(house, after)
    assert impact.groups == (
        Group(RENAMED, "fragen", "name", "vorname", (), 2, 2),
        Group(BEGINS, "fragen", "kinder", "vorname", (), 1, 1),
        Group(MENU, "wege", "wohin", "", (), 1, 1),
    )
    assert (4, 4, 2) == (impact.waiting, impact.recent, impact.displaced)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("Wie heißt Ihr Kind?", "Wie heißen Sie?"), CHANGED),
        (("    min: 2\n", "    min: 3\n"), CHANGED),
        (("    ask: Wie heißt Ihr Kind?\n    save: name\n    min: 2\n    max: 40\n", "    ask: Wie heißt Ihr Kind?\n    save: name\n    type: number\n"), CHANGED),
        (("  kinder:\n    ask: Wie viele", "  kinder:\n    ask: Und wie viele"), ""),
    ],
)  # fmt: skip
async def test_a_step_that_asks_otherwise_is_told(house, change, kind):
    """Its parents stay, and see another question; what comes later is not their step."""
    await begun(house, "fragen")
    impact = await weighed(house, edited("fragen", change))
    assert ([kind] if kind else []) == [group.kind for group in impact.groups]
    assert 0 == impact.displaced


async def test_an_answer_that_is_needed_now_and_was_not_given_is_told(house):
    """Parents whose step needs what they were never asked begin again, and the answer is named."""
    await begun(house, "fragen", "Ana")
    asked = "  neu:\n    ask: Wer sind Sie?\n    save: wer\n  kinder:\n    ask: Wie viele Kinder hat {wer}?\n"
    after = edited("fragen", ("  kinder:\n    ask: Wie viele Kinder haben Sie?\n", asked))
    (group,) = (await weighed(house, after)).groups
    assert Group(BEGINS, "fragen", "kinder", "name", ("wer",), 1, 1) == group


async def test_places_to_return_to_are_counted(house):
    """A called flow goes on; that its caller has no place for it any more is told with the number."""
    await begun(house, "alles", who=("lina", "ada"))
    impact = await weighed(house, edited("alles", ("  name:\n", "  wer:\n")))
    assert ((), (("alles", "name", 2),)) == (impact.groups, impact.returns)


async def test_who_has_been_silent_for_long_is_not_recent(house):
    """How many are likely to notice is told beside how many there are."""
    await begun(house, "fragen")
    house.pass_time(hours=25)
    await begun(house, "fragen", who=("ada",))
    impact = await weighed(house, edited("fragen", ("  name:\n", "  vorname:\n")))
    assert [(2, 1)] == [(group.number, group.recent) for group in impact.groups]
    assert (2, 1) == (impact.waiting, impact.recent)


async def test_with_nothing_to_compare_fates_are_told_all_the_same(house):
    """Where this program cannot read what is published, it still knows where everybody would go."""
    await begun(house, "fragen")
    impact = await weigh(house.store, None, edited("fragen", ("  name:\n", "  vorname:\n")), house.now)
    assert [BEGINS] == [group.kind for group in impact.groups]
    assert () == (await weigh(house.store, None, edited("fragen", ("Wie heißt", "Wie nennt man")), house.now)).groups


async def test_every_page_is_counted(house, monkeypatch):
    """More parents than fit in one page are all counted, and a talk that does not open is told."""
    monkeypatch.setattr(counting, "PAGE", 3)
    await begun(house, "fragen", who=[f"parent {number}" for number in range(7)])
    contact = await house.contact("parent 4")
    damage = "update session set body = x'00' where contact = ?"
    await house.store._engine.write(lambda c: c.execute(damage, (contact,)))
    impact = await weighed(house, edited("fragen", ("  name:\n", "  vorname:\n")))
    assert (6, 6, 1) == (impact.waiting, sum(group.number for group in impact.groups), impact.unreadable)


# -- what languages lose

TR = Language("tr")
WITH_TURKISH = Interface(GERMAN, {TR: {key: f"tr {german}" for key, german in GERMAN.items()}}, frozenset(GERMAN))


def turkish(*, without: str = "") -> dict[str, bytes]:
    """Return the small flows with a Turkish catalog that lacks the texts which begin so."""
    texts = {key: text.german for key, text in made(FILES).loaded.texts.items()}
    entries = (
        f"msgctxt {json.dumps(key)}\nmsgid {json.dumps(german, ensure_ascii=False)}\n"
        f"msgstr {json.dumps('tr ' + german, ensure_ascii=False)}\n"
        for key, german in texts.items()
        if not without or not key.startswith(without)
    )
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    return {**FILES, "locales/tr/LC_MESSAGES/flows.po": "\n".join([head, *entries]).encode()}


@pytest.fixture
async def bilingual(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house in German and Turkish, with one parent of each language at the same question."""
    async with talking(tmp_path, files=turkish(), program=WITH_TURKISH, languages=[DE, TR]) as house:
        for who, language in (("lina", "de"), ("ada", "tr")):
            await house.hear(house.fragment(who, kind="start", flow="fragen", language=language))
            await house.told(who)
        yield house


async def test_a_language_that_goes_is_told_before_and_after(bilingual):
    """Its parents are counted; the next message tells them so in what is left of it, and asks for another."""
    files = turkish(without="start/")
    proposal = await bilingual.publish.propose(files)
    impact = await weighed(bilingual, proposal.edition)
    assert (((TR, 1),), ()) == (impact.languages, impact.german)
    assert ["tr wird nicht mehr angeboten"] == [
        loss.partition(",")[0] for loss in losses(proposal.before, proposal.edition)
    ]
    await bilingual.publish.carry_out(proposal, "Kim")
    told = await bilingual.say("ada", "Ana")
    assert f"tr {GERMAN['language.lost']}" == told[0]
    assert "tr Wie heißt Ihr Kind?" not in told
    assert ["Wie viele Kinder haben Sie?"] == await bilingual.say("lina", "Ana")


async def test_a_flow_that_loses_a_language_is_told_before_and_after(bilingual):
    """Its parents are counted; the next message tells them once, and goes on in German."""
    proposal = await bilingual.publish.propose(turkish(without="fragen/kinder"))
    impact = await weighed(bilingual, proposal.edition)
    assert ((), ((TR, "fragen", 1),)) == (impact.languages, impact.german)
    assert ["»fragen« erscheint auf tr"] == [
        loss.partition(" vorerst")[0] for loss in losses(proposal.before, proposal.edition)
    ]
    await bilingual.publish.carry_out(proposal, "Kim")
    notice = " ".join(f"tr {GERMAN['flow.not_translated']}".split())
    assert [notice, "Wie viele Kinder haben Sie?"] == await bilingual.say("ada", "Ana")
    assert ["Wann ist Ana geboren?"] == [_plain(said) for said in await bilingual.say("ada", "2")]
    assert 0 == sum(count for *_, count in (await weighed(bilingual, proposal.edition)).german), "they know by now"


def _plain(said: str) -> str:
    return said.replace("\u2068", "").replace("\u2069", "")


# -- a thousand parents


async def test_nobody_of_a_thousand_gets_an_error_or_silence(house):
    """Published while 1,000 parents are in mid-flow, everybody's next message is answered or reaches a person."""
    luck = chance(6)
    old = (await house.publish.edition()).revision
    fragments: list[Fragment] = []
    everybody = [f"parent {number}" for number in range(1000)]
    flows = sorted(old.flows)
    for who in everybody:
        start = house.fragment(who, kind="start", flow=luck.choice(flows), language="de")
        fragments += [start, *(_next(house, who, old.buttons, luck) for _ in range(luck.randint(0, 4)))]
    await _arrive(house, fragments)
    before = {who: (await house.store.chat(await house.contact(who), "", 200))[-1].cursor for who in everybody}
    possible = [(await weighed(house, after), files) for files, after in editions(FILES, luck, 40)]
    impact, files = max(possible, key=lambda each: each[0].displaced)
    assert impact.waiting > 500
    assert impact.displaced > 100

    await house.publish(files, "Kim")
    house.pass_time(minutes=1)
    await _arrive(house, [_next(house, who, old.buttons, luck) for who in everybody])
    told = {who: await _told(house, who, before[who]) for who in everybody}
    assert not [who for who, said in told.items() if GERMAN["talk.failed"] in said]
    figures = await house.store.figures()
    assert (0, 0) == (figures["failed"], figures["unread"])
    silent = [who for who, said in told.items() if not said]
    for who in silent:
        session = await house.session(who)
        assert session.owner == "desk" or session.written or session.taken, "with a person, collected, or pressed twice"
    assert len(silent) < 100


async def _told(house: Talking, who: str, since: str) -> list[str]:
    return [line.message.text for line in await house.store.chat(await house.contact(who), since, 200) if line.message]


async def _arrive(house: Talking, fragments: Sequence[Fragment]) -> None:
    """Let many parents write at once, and the house work until nothing is left."""
    await house.arrive(*fragments)
    while await house.converse.step():
        pass


def _next(house: Talking, who: str, buttons: Mapping[str, object], luck) -> Fragment:
    """Return what a parent does next: a button, words, a command."""
    match luck.randrange(4):
        case 0 | 1:
            return house.fragment(who, kind="press", token=luck.choice(sorted(buttons)), label="x")
        case 2:
            return house.fragment(who, kind="text", text=luck.choice(["7", "1", "2", "1.1.2025", "Ana", "Meine Frage"]))
        case _:
            return house.fragment(who, kind="press", token=luck.choice(["c.hilfe", "c.sprache", "c.menu"]), label="x")
