"""Any event, in any session, on any flows: never an error, never silence, and a person is near."""

import msgspec
from core import anything
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.talks import BEGIN
from bot.flow.engine import advance
from bot.flow.event import Chose, Said
from bot.flow.session import FRAMES, Session, dump, load_session
from bot.flow.token import command

SEEDS = st.integers(0, 2**40)
SESSIONS = 20
"""Sessions on each made-up house."""


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_any_event_in_any_session_on_any_flows_is_answered(seed):
    """A reply, an effect, or ignored on purpose; the stack stays within its bound, and the session can be stored."""
    chance, house = anything.house(seed)
    for _ in range(SESSIONS):
        session = anything.session(chance)
        for _ in range(4):
            event = anything.event(chance)
            sprint = advance(house, session, event, BEGIN)
            assert sprint == advance(house, session, event, BEGIN)
            assert sprint.effects, (event, session)
            assert len(sprint.session.frames) <= FRAMES
            assert sprint.session == load_session(dump(sprint.session))
            session = sprint.session


def asked_for_a_person(house, session: Session) -> Session:
    """Return the session after the taps that reach a person."""
    session = advance(house, session, Chose(command("mensch")), BEGIN).session
    return session if session.language else advance(house, session, Chose("l.de"), BEGIN).session


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_person_is_within_two_taps_of_any_session(seed):
    """One tap asks for a person; where there is no language, one more chooses it. What is written then is for them."""
    chance, house = anything.house(seed)
    for _ in range(SESSIONS):
        met = advance(house, anything.session(chance), anything.event(chance), BEGIN).session
        there = asked_for_a_person(house, met)
        told = advance(house, there, Said("Meine Frage an einen Menschen"), BEGIN)
        assert told.session.written or told.session.owner == "desk", met


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_what_a_parent_wrote_to_a_person_is_never_lost(seed):
    """Whatever happens next, on whatever flows: it reaches a ticket, or is still being written."""
    chance, house = anything.house(seed)
    for _ in range(SESSIONS):
        session = msgspec.structs.replace(anything.session(chance), written=("Das ist mir wichtig",))
        seen: list[str] = []
        for _ in range(3):
            sprint = advance(house, session, anything.event(chance), BEGIN)
            seen += [words for effect in sprint.effects for words in getattr(effect, "written", ())]
            session = sprint.session
        assert "Das ist mir wichtig" in [*seen, *session.written]
