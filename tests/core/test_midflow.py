"""Publishing while parents are in mid-flow: whatever was edited, a talk goes on or says that its part was reworked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

import msgspec
import pytest
from core.edits import a_person_is_near, anything, chance, editions, pressed, typed, walked
from core.small import made, small_files
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.edition import Edition
from bot.check.talks import BEGIN
from bot.flow.engine import Sprint, advance
from bot.flow.event import (
    AskedGerman,
    AskedMore,
    AskedTerm,
    Blocked,
    Chose,
    Command,
    Event,
    Ignored,
    Reacted,
    Said,
    Started,
    Unreadable,
    WaitExpired,
)
from bot.flow.fate import BEGINS, FREE, MENU, RENAMED, STAYS, fate
from bot.flow.graph import Revision
from bot.flow.message import Chosen, Reply, Text, interface
from bot.flow.session import Frame, Session
from bot.model import Language

FILES = small_files()
BEFORE = made(FILES)
SEEDS = st.integers(0, 2**40)
PARENTS = 6
"""Parents in mid-flow in each example."""


@lru_cache(1)
def afterwards() -> tuple[Edition, ...]:
    """Return what coordinators made of the flows, in many small edits."""
    return tuple(edition for _, edition in editions(FILES, chance(4), 120))


def parents(luck: Random, revision: Revision = BEFORE.revision) -> Iterator[tuple[Session, datetime]]:
    """Yield some sessions, wherever parents may be, with the moment they were left."""
    for _ in range(PARENTS):
        *_, last = walked(revision, luck, BEGIN, luck.randint(1, 12))
        yield last


def happenings(revision: Revision, session: Session, luck: Random) -> list[Event]:
    """Return all that may happen next to a parent: what they see pressed, and more."""
    seen = [Chose(option.token) for reply in session.last for option in reply.options]
    about = [kind(reply) for reply in session.last for kind in (AskedGerman, AskedTerm, AskedMore)]
    others = [Said("7"), Said("1.1.2025"), Said("Das ist mein Anliegen"), Unreadable(), WaitExpired(), Command("hilfe")]
    return [*seen, *about, *others, Started("alles"), anything(revision, session, luck)]


def texts(value: object) -> Iterator[Text]:
    """Yield every text that a message refers to."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from texts(tuple(getattr(value, field) for field in value.__struct_fields__))
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)


def sound(after: Edition, sprint: Sprint) -> bool:
    """Say whether a sprint answers, in words that there are, and has not given up."""
    replies = [effect for effect in sprint.effects if isinstance(effect, Reply)]
    failed = any(line.text == interface("talk.failed") for reply in replies for line in reply.lines)
    german = after.catalogs.german
    unknown = [t for t in texts(tuple(replies)) if t.domain in german and t.key not in german[t.domain]]
    return bool(sprint.effects) and not failed and not unknown


@settings(max_examples=100, deadline=None)
@given(SEEDS, SEEDS)
def test_whatever_is_edited_no_parent_gets_an_error_or_silence(seed, which):
    """Steps renamed, removed, reordered, retyped, flows gone: any event is answered, and a person is near."""
    after = afterwards()[which % len(afterwards())]
    luck = chance(seed)
    for session, now in parents(luck):
        for event in happenings(after.revision, session, luck):
            sprint = advance(after.revision, session, event, now)
            assert sound(after, sprint), (event, session)
            assert a_person_is_near(after.revision, sprint.session, now), (event, session)
            for act in (pressed, typed, anything):
                later = advance(after.revision, sprint.session, act(after.revision, sprint.session, luck), now)
                assert sound(after, later), (event, session)


@settings(max_examples=100, deadline=None)
@given(SEEDS, SEEDS)
def test_the_fate_that_is_foretold_is_the_one_that_comes(seed, which):
    """Who is said to stay is asked their question again; who is said to begin again is told so, where it was said."""
    after = afterwards()[which % len(afterwards())].revision
    for session, now in parents(chance(seed)):
        told = fate(after, session, now)
        if session.waits not in {"step", "resume"} or session.owner == "desk":
            continue  # it is told later: a form waits while the language is chosen, or while a person has the talk
        sprint = advance(after, session, Unreadable(), now)
        reworked = interface("talk.reworked") in texts(sprint.effects)
        assert (told.kind in {BEGINS, MENU}) == reworked
        if told.kind in {STAYS, RENAMED}:
            assert (told.flow, told.to) == (sprint.session.frames[-1].flow, sprint.session.frames[-1].step)
        elif told.kind in {BEGINS, MENU}:
            assert sprint.session.frames[0].flow == (told.flow if told.kind == BEGINS else "start")


@pytest.mark.parametrize("kind", [AskedGerman, AskedMore])
def test_a_file_whose_description_is_gone_is_not_said_as_a_key(kind):
    """Also what goes with a message, and what its links are called, must still be there."""
    session = left(Started("medien"))
    assert session.last[-1].media
    after = without("medien")
    sprint = advance(after.revision, session, kind(session.last[-1]), BEGIN)
    assert sound(after, sprint)
    assert interface("button.gone") == sprint.effects[0].lines[0].text


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_on_the_same_revision_nobody_moves(seed):
    """Publishing what is published already changes nothing for anybody."""
    for session, now in parents(chance(seed)):
        told = fate(BEFORE.revision, session, now)
        assert told.kind in {FREE, STAYS}
        assert (told.lacks, told.lost) == ((), ())


# -- what was found once, and must not come back


def changed(**files: tuple[str, str]) -> Edition:
    """Return the small flows with words of some files replaced; an empty file is left out."""
    raw = dict(FILES)
    for name, (old, new) in files.items():
        path = f"flows/{name}.yaml"
        assert old in raw[path].decode()
        raw[path] = raw[path].decode().replace(old, new).encode()
    return made(raw)


def without(*names: str, **files: tuple[str, str]) -> Edition:
    """Return the small flows without some of them."""
    raw = {path: content for path, content in FILES.items() if path not in {f"flows/{name}.yaml" for name in names}}
    for name, (old, new) in files.items():
        path = f"flows/{name}.yaml"
        raw[path] = raw[path].decode().replace(old, new).encode()
    return made(raw)


def left(*events: Event, language: str = "de") -> Session:
    """Return the session of a parent who did this on the revision before."""
    session = Session(language=Language(language), told=("de", "privacy"))
    for event in events:
        session = advance(BEFORE.revision, session, event, BEGIN).session
    return session


def choice(revision: Revision, step: str, option: str) -> Chose:
    """Press an option of the flow with every kind of step."""
    return Chose(
        next(t for t, at in revision.buttons.items() if (at.step, at.option, at.flow) == (step, option, "alles"))
    )


AT_THE_CHOICE = (Started("alles"), Said("7"), Said("Ana"), Said("1.3.2026"))
"""How a parent comes to "Was noch?"."""


@pytest.mark.parametrize("event", [Unreadable(), Command("hilfe"), Said("weiter"), Chose("t.resume")])
def test_a_talk_that_asks_whether_to_go_on_survives_its_flow(event):
    """Somebody was asked "Weiter bei …?", and the flow is gone: they are told, and get the menu."""
    after_a_day = BEGIN + timedelta(hours=25)
    asked = advance(BEFORE.revision, left(Started("wege")), Said("Ich bin wieder da"), after_a_day).session
    assert "resume" == asked.waits
    sprint = advance(without("wege").revision, asked, event, after_a_day)
    assert interface("talk.reworked") in texts(sprint.effects)
    assert "start" == sprint.session.frames[-1].flow


def test_a_message_whose_words_are_gone_is_not_said_as_a_key():
    """The button for German below an old message: what cannot be said any more is answered politely, and the question asked."""
    session = left(*AT_THE_CHOICE)
    after = made({**FILES, "flows/alles.yaml": FILES["flows/alles.yaml"].replace(b"noch-etwas", b"noch-mehr")})
    sprint = advance(after.revision, session, AskedGerman(session.last[0]), BEGIN)
    assert sound(after, sprint)
    assert interface("button.gone") == sprint.effects[0].lines[0].text


def test_a_chosen_answer_keeps_its_meaning_under_a_new_name():
    """An option renamed with ``was`` is shown by its new label, and branches take it for what it is."""
    raw = FILES["flows/alles.yaml"].replace(
        b"  danke:\n", b"  pause:\n    ask: Noch da?\n    save: da\n    type: text\n  danke:\n"
    )
    before = made({**FILES, "flows/alles.yaml": raw}).revision
    session = left(*AT_THE_CHOICE)
    session = advance(before, session, choice(before, "noch-etwas", "weiter"), BEGIN).session
    assert "pause" == session.frames[-1].step
    now = raw.replace(b"      - label: Weiter\n", b"      - label: Los\n        was: weiter\n")
    after = made({**FILES, "flows/alles.yaml": now})
    sprint = advance(after.revision, session, Said("Ja"), BEGIN)
    shown = dict(sprint.effects[0].lines[0].values)["wahl"]
    assert Chosen("los", Text("flows", "alles/noch-etwas/los/label")) == shown
    gone = made({**FILES, "flows/alles.yaml": raw.replace(b"      - label: Weiter\n", b"      - label: Los\n")})
    told = fate(gone.revision, session, BEGIN)
    assert (BEGINS, ("wahl",)) == (told.kind, told.lacks), "an option that is gone is no answer"


def test_an_answer_of_another_type_is_none():
    """A step that needs a number does not run on a text: its flow begins again, and the report can say why."""
    after = changed(kind=("    type: number\n    min: 0\n    max: 20\n", "    type: text\n"),
                    alles=("      - when: {alter: {at_least: 18}}", "      - when: {alter: {is: erwachsen}}"),
                    wege=("at_most: 2", "is: klein"))  # fmt: skip
    session = left(*AT_THE_CHOICE[:3])
    told = fate(after.revision, session, BEGIN)
    assert (BEGINS, "alles", "tag", "anfang", ("alter",)) == (told.kind, told.flow, told.step, told.to, told.lacks)


def test_a_place_to_return_to_that_is_gone_is_foretold():
    """A parent inside a called flow keeps it; that its caller cannot go on is known before, and told after."""
    session = left(Started("alles"))
    assert ["alles", "kind"] == [frame.flow for frame in session.frames]
    after = made({**FILES, "flows/alles.yaml": FILES["flows/alles.yaml"].replace(b"  name:\n", b"  wer:\n")}).revision
    told = fate(after, session, BEGIN)
    assert (STAYS, (("alles", "name"),)) == (told.kind, told.lost)
    sprint = advance(after, session, Said("7"), BEGIN)
    assert interface("talk.reworked") in texts(sprint.effects)


# -- languages that a publishing takes away

TR = Language("tr")
TURKISH = replace(
    BEFORE.revision,
    languages=(*BEFORE.revision.languages, TR),
    whole={name: whole | {TR} for name, whole in BEFORE.revision.whole.items()},
)


def told_in_turkish(revision: Revision, *events: Event) -> tuple[Session, list[Text]]:
    """Return a Turkish talk at "Was noch?" after some events on another revision, and what it was told."""
    session = Session(language=TR, told=("privacy", "tr"))
    for event in AT_THE_CHOICE:
        session = advance(TURKISH, session, event, BEGIN).session
    said: list[Text] = []
    for event in events:
        sprint = advance(revision, session, event, BEGIN)
        session = sprint.session
        said += texts(sprint.effects)
    return session, said


def test_a_talk_that_loses_its_language_is_told_at_its_next_message():
    """The language is asked for again; until then what is left of the old one is spoken."""
    session, said = told_in_turkish(replace(TURKISH, languages=(Language("de"),)), Said("Frage"))
    assert interface("language.lost") == said[0]
    assert (None, TR, "language") == (session.language, session.hint, session.waits)
    session, said = told_in_turkish(replace(TURKISH, languages=(Language("de"),)), Said("Frage"), Chose("l.de"))
    assert 1 == said.count(interface("language.lost"))
    assert "noch-etwas" == session.frames[-1].step


def test_a_talk_whose_flow_loses_its_language_is_told_once():
    """The flow goes on in German, with a way to a person; and in the parent's language as soon as it is there again."""
    lost = replace(TURKISH, whole={**TURKISH.whole, "alles": frozenset({Language("de")})})
    session, said = told_in_turkish(lost, Said("7"), Said("8"))
    assert 1 == said.count(interface("flow.not_translated"))
    assert ["de"] == [frame.language for frame in session.frames]
    sprint = advance(TURKISH, session, Said("9"), BEGIN)
    assert [None] == [frame.language for frame in sprint.session.frames]
    assert interface("flow.not_translated") not in texts(sprint.effects)


@pytest.mark.parametrize("event", [WaitExpired(), Blocked(), Reacted(), Ignored("status")])
def test_nothing_is_told_where_nothing_was_said(event):
    """What the parent did not say is no occasion: the language stays, also for the question that goes to a person."""
    session, said = told_in_turkish(replace(TURKISH, languages=(Language("de"),)), event)
    assert TR == session.language
    assert interface("language.lost") not in said


def test_a_flow_that_is_gone_leads_to_the_menu():
    """Who waits in a flow that is no more is foretold the menu; who waits nowhere is free."""
    before, after = made(small_files()).revision, replace(made(small_files()).revision, flows={})
    name = next(name for name in before.flows if name != "start")
    waiting = Session(language=Language("de"), frames=(Frame(name, before.flows[name].first),), waits="step")

    assert MENU == fate(after, waiting, BEGIN).kind
    assert (name, before.flows[name].first) == (fate(after, waiting, BEGIN).flow, fate(after, waiting, BEGIN).step)
    assert FREE == fate(after, Session(language=Language("de")), BEGIN).kind
