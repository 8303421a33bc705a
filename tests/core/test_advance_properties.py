"""What holds in every talk, whatever happens: pure, total, never silent, storable, and a person is near."""

from datetime import date, timedelta

import pytest
from core.small import made, small_files
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.talks import BEGIN
from bot.flow.effect import Ignore
from bot.flow.engine import advance
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Blocked,
    Chose,
    Command,
    Due,
    Edited,
    Flooded,
    Ignored,
    Reacted,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.everywhere import COMMANDS
from bot.flow.graph import Revision
from bot.flow.message import Reply
from bot.flow.session import FRAMES, Session, dump, load_session
from bot.flow.token import command
from bot.model import Language

EDITION = made(small_files())
REVISION = EDITION.revision
TOKENS = [*REVISION.buttons, "c.menu", "c.mensch", "c.hilfe", "c.sprache", "c.stopp", "l.de", "l.xx", "x", "", "m.1.g",
          "m.1.n", "s.anmeldung", "s.weg", "s.", "a.", "t.done", "t.resume", "t.leave", "t.other", "t.person", "t.answer",
          "t.again", "t.good", "t.bad", "t.?"]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(["1", "7", "19", "1.1.2020", "Mein Kind hat eine Frage", "Ja", "40210", "0211 4710123"]),
    st.text(max_size=30),
)
FLOWS = ["", "alles", "kind", "anmeldung", "fragen", "medien", "weg"]
ANSWERS = ("7", "19", "Ana", "1.1.2020", "40210", "0211 4710123")
EVENTS = st.one_of(
    st.builds(Started, st.sampled_from(FLOWS), st.sampled_from([None, Language("de"), Language("xx")])),
    st.builds(Said, WORDS),
    st.builds(Said, st.sampled_from(ANSWERS)),
    st.builds(Said, WORDS, st.lists(st.sampled_from(TOKENS), max_size=4).map(tuple)),
    st.builds(Chose, st.sampled_from(TOKENS)),
    st.builds(
        Shared, st.sampled_from(["photo", "voice"]), st.sampled_from(["", "Bitte lesen"]), st.sampled_from(["", "k-1"])
    ),
    st.builds(Command, st.sampled_from([*COMMANDS, "unbekannt"])),
    st.builds(Edited, WORDS),
    st.builds(Due, st.sampled_from(FLOWS), st.just(date(2026, 11, 10))),
    st.builds(AdviserWrote, WORDS),
    st.sampled_from([Reacted(), Flooded(), WaitExpired(), TicketClosed(), Blocked(), Unreadable(), Ignored("x")]),
)
STEPS = st.lists(st.tuples(EVENTS, st.sampled_from([0, 1, 11 * 60, 25 * 3600, 9 * 86400])), min_size=1, max_size=25)


def played(steps, revision: Revision = REVISION, session: Session | None = None):
    """Yield each event with the session before, the sprint, and the moment."""
    session, now = session or Session(), BEGIN
    for event, seconds in steps:
        now += timedelta(seconds=seconds)
        sprint = advance(revision, session, event, now)
        yield event, session, sprint, now
        session = sprint.session


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_advance_is_pure(steps):
    """The same session, event and moment give the same sprint."""
    for event, before, sprint, now in played(steps):
        assert sprint == advance(REVISION, before, event, now)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_a_session_survives_being_stored(steps):
    """Every session comes back from its JSON form as it was."""
    for _, _, sprint, _ in played(steps):
        assert sprint.session == load_session(dump(sprint.session))


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_never_silent(steps):
    """Every event leads to a reply, an effect on the question, or is ignored on purpose."""
    for event, before, sprint, _ in played(steps):
        assert sprint.effects, (event, before)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_where_a_talk_waits_there_is_a_step(steps):
    """The frames name flows and steps that exist, and never stack too deep."""
    for _, _, sprint, _ in played(steps):
        session = sprint.session
        assert len(session.frames) <= FRAMES
        for frame in session.frames:
            assert frame.flow in REVISION.flows
        if session.waits == "step":
            assert session.frames[-1].step in REVISION.flows[session.frames[-1].flow].steps


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_a_person_is_within_two_taps(steps):
    """From every state: one tap asks for a person, one more chooses the language where there is none yet."""
    for _, _, sprint, now in played(steps):
        session = advance(REVISION, sprint.session, Chose(command("mensch")), now).session
        if session.language is None:
            session = advance(REVISION, session, Chose("l.de"), now).session
        assert session.owner == "desk" or session.frames[-1].flow == "beratung"
        asked = advance(REVISION, session, Said("Meine Frage an einen Menschen"), now).session
        assert asked.written or asked.owner == "desk"


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_what_was_written_to_a_person_is_never_lost(steps):
    """Words collected for a question reach a ticket, whatever the parent does next."""
    session = Session(language=Language("de"))
    for event in (Command("mensch"), Said("Das ist mir wichtig")):
        session = advance(REVISION, session, event, BEGIN).session
    seen: list[str] = []
    for _, _, sprint, _ in played(steps, session=session):
        seen += [words for effect in sprint.effects for words in getattr(effect, "written", ())]
        session = sprint.session
    assert "Das ist mir wichtig" in [*seen, *session.written]


def _reworked(*, without_kind: bool) -> Revision:
    """Return a later revision: a step renamed, an answer of another type, tests of another kind, perhaps a flow gone."""
    call, ask = b"    call: kind\n    save: [alter]\n", b"    ask: Alter?\n    save: alter\n    type: number\n"
    changes = [(b"  name:\n", b"  vorname:\n"), (b"type: number", b"type: text"), (b"min: 0", b"min: 1"),
               (b"{alter: {at_least: 18}}", b"{alter: {is: abc}}"), (b"{alter: {at_most: 2}}", b"{alter: {is: abc}}")]  # fmt: skip
    if without_kind:
        changes = [changes[0], (call, ask)]
    files = {name: raw for name, raw in small_files().items() if not (without_kind and name == "flows/kind.yaml")}
    for old, new in changes:
        files = {name: raw.replace(old, new) for name, raw in files.items()}
    return made(files).revision


REWORKED = [_reworked(without_kind=False), _reworked(without_kind=True)]


@settings(max_examples=100, deadline=None)
@given(STEPS, st.sampled_from([0, 1]), STEPS)
def test_any_new_revision_can_take_a_talk_over(steps, which, more):
    """Flows vanish, steps are renamed, options change their kind: every talk goes on, or begins again saying so."""
    session = Session()
    for _, _, sprint, _ in played(steps):
        session = sprint.session
    for event, before, sprint, _ in played(more, REWORKED[which], session):
        assert sprint.effects, (event, before)


@pytest.mark.parametrize("asked", [AskedGerman, AskedTerm, AskedSource, AskedMore])
@settings(max_examples=50, deadline=None)
@given(steps=STEPS)
def test_asking_about_any_message_is_answered(asked, steps):
    """German, terms and sources of every message there was, at any moment after it."""
    replies: list[Reply] = []
    for _, _, sprint, now in played(steps):
        replies += [effect for effect in sprint.effects if isinstance(effect, Reply)]
        for reply in replies[-3:]:
            effects = advance(REVISION, sprint.session, asked(reply), now).effects
            assert any(not isinstance(effect, Ignore) for effect in effects)
