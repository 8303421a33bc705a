"""The state table: what may happen to a question, and what never may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.ticket import (
    NEXT,
    OUTCOMES,
    AdviserGone,
    Answered,
    Claimed,
    Closed,
    Happening,
    Moved,
    Noted,
    ParentWrote,
    Refused,
    Reopened,
    Returned,
    RoutedWider,
    Ticket,
    TicketEvent,
    Transferred,
    Withdrawn,
    apply,
    diagram,
)
from bot.model import AdviserId, ContactId, Language, TicketId

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
MONA, EDA = AdviserId(1), AdviserId(3)

OPEN = Ticket(
    TicketId(7), ContactId(4711), "open", 1, "geld", "normal", Language("ar"), None, NOW, NOW, NOW + timedelta(hours=4)
)
CLAIMED = replace(OPEN, state="claimed", adviser=MONA, version=2)
WAITING = replace(CLAIMED, state="waiting", version=3)
CLOSED = replace(OPEN, state="closed", version=4)
STATES = {ticket.state: ticket for ticket in (OPEN, CLAIMED, WAITING, CLOSED)}

BY_MONA: tuple[Happening, ...] = (
    Claimed(MONA),
    Answered(MONA),
    Noted(MONA),
    Returned(MONA, LATER),
    Transferred(MONA, EDA, "Bitte du.", LATER),
    Closed(MONA, "geld", "solved"),
    ParentWrote(LATER),
    Reopened(LATER),
    Withdrawn(),
    AdviserGone(MONA, LATER),
    RoutedWider(1),
)


@pytest.mark.parametrize("happening", BY_MONA, ids=lambda happening: happening.kind)
@pytest.mark.parametrize("state", STATES)
def test_the_table_is_the_whole_truth(state, happening):
    """What stands in the table happens and leads where it says; what does not is refused with a reason."""
    outcome = apply(STATES[state], happening, NOW)
    if happening.kind in NEXT[state]:
        assert isinstance(outcome, Moved)
        assert outcome.ticket.state == NEXT[state][happening.kind]
    else:
        assert isinstance(outcome, Refused)
        assert outcome.reason in {"closed", "yours", "nobodys", "not_closed", "taken"}


def test_the_table_knows_every_happening_and_no_other():
    """Each happening stands somewhere in the table, and the table names nothing that cannot happen."""
    assert {kind for row in NEXT.values() for kind in row} == {happening.kind for happening in BY_MONA}


@pytest.mark.parametrize(
    ("ticket", "happening", "reason"),
    [
        (CLAIMED, Claimed(EDA), "taken"),
        (WAITING, Claimed(EDA), "taken"),
        (CLAIMED, Claimed(MONA), "yours"),
        (CLAIMED, Answered(EDA), "taken"),
        (WAITING, Answered(EDA), "taken"),
        (CLAIMED, AdviserGone(EDA, LATER), "taken"),
        (CLAIMED, RoutedWider(1), "taken"),
        (OPEN, Closed(MONA, "geld", "solved"), "nobodys"),
        (OPEN, Returned(MONA, LATER), "nobodys"),
        (CLAIMED, Transferred(MONA, EDA, "  \n", LATER), "note"),
        (CLOSED, Claimed(MONA), "closed"),
        (CLOSED, Answered(MONA), "closed"),
        (CLOSED, ParentWrote(LATER), "closed"),
        (WAITING, Reopened(LATER), "not_closed"),
    ],
)
def test_refusals_say_why(ticket, happening, reason):
    """A09: one owner at a time, and whoever is refused learns the reason."""
    assert apply(ticket, happening, NOW) == Refused(reason)


def test_an_answer_claims_an_open_question_first():
    """Answering what lies in the queue takes it and answers it, as two rows of history and one version."""
    outcome = apply(OPEN, Answered(MONA), NOW)
    assert outcome == Moved(
        replace(OPEN, state="waiting", version=2, adviser=MONA, changed_at=NOW),
        (TicketEvent("claimed", NOW, MONA), TicketEvent("answered", NOW, MONA)),
    )


def test_a_hand_over_offers_the_question_and_keeps_it_visible():
    """A transfer to a colleague returns the question to the queue with the colleague's name in its history."""
    outcome = apply(CLAIMED, Transferred(MONA, EDA, "Bitte du.", LATER), NOW)
    assert outcome == Moved(
        replace(CLAIMED, state="open", version=3, adviser=None, changed_at=NOW),
        (TicketEvent("transferred", NOW, MONA), TicketEvent("offered", NOW, EDA)),
    )


def test_a_note_is_no_part_of_the_history():
    """X01: what a person writes stands in the thread, where it is sealed, never in a row of the history."""
    outcome = apply(CLAIMED, Transferred(MONA, None, "Yusuf braucht Hilfe", LATER), NOW)
    assert isinstance(outcome, Moved)
    assert outcome.events == (TicketEvent("transferred", NOW, MONA),)


@pytest.mark.parametrize("happening", [Returned(MONA, LATER), Transferred(MONA, None, "x", LATER), ParentWrote(LATER)])
def test_a_promise_outlives_every_change_of_hands(happening):
    """While the parent waits, the promise stays as it was given; it begins anew only where nothing was owed."""
    owed, free = apply(CLAIMED, happening, NOW), apply(WAITING, happening, NOW)
    assert isinstance(owed, Moved)
    assert isinstance(free, Moved)
    assert (owed.ticket.promise_at, free.ticket.promise_at) == (CLAIMED.promise_at, LATER)


@pytest.mark.parametrize(
    ("after", "state"), [(timedelta(days=7), "open"), (timedelta(days=7, seconds=1), "late"), (timedelta(0), "open")]
)
def test_a_closed_question_comes_back_for_seven_days(after, state):
    """The button "Noch eine Frage" reopens within seven days, with a new promise; later it is another question."""
    outcome = apply(CLOSED, Reopened(LATER), CLOSED.changed_at + after)
    assert (outcome.ticket.state if isinstance(outcome, Moved) else outcome.reason) == state


@pytest.mark.parametrize("wrong", [{"adviser": MONA}, {"state": "claimed"}, {"state": "lost"}])
def test_a_wrong_ticket_cannot_exist(wrong):
    """A ticket with an owner in the queue, or without one in work, or in no known state, is refused at once."""
    with pytest.raises(ValueError, match="A question cannot be"):
        replace(OPEN, **wrong)


def test_a_question_ends_solved_or_unsolved():
    """Another outcome cannot be said."""
    with pytest.raises(ValueError, match="solved or unsolved"):
        Closed(MONA, "geld", "vielleicht")


def test_the_docs_show_the_table():
    """The reference page holds the diagram that the table draws."""
    page = Path("docs/reference/tickets.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```" in page


people = st.sampled_from([AdviserId(n) for n in range(1, 5)])
moments = st.integers(0, 90 * 24).map(lambda hours: NOW + timedelta(hours=hours))
happenings = st.one_of(
    st.builds(Claimed, people),
    st.builds(Answered, people),
    st.builds(Noted, people),
    st.builds(Returned, people, moments),
    st.builds(Transferred, people, st.none() | people, st.sampled_from(["", "ja"]), moments),
    st.builds(Closed, people, st.just("geld"), st.sampled_from(OUTCOMES)),
    st.builds(ParentWrote, moments),
    st.builds(Reopened, moments),
    st.builds(Withdrawn),
    st.builds(AdviserGone, people, moments),
    st.builds(RoutedWider, st.integers(0, 3)),
)


@given(st.lists(st.tuples(happenings, st.timedeltas(timedelta(0), timedelta(days=9))), max_size=40))
def test_any_sequence_keeps_the_promises_of_the_table(story):
    """A09: whatever happens in whatever order, one owner at most, each change one version, no owner changed by a rival."""
    ticket, now = OPEN, NOW
    for happening, pause in story:
        now += pause
        before, outcome = ticket, apply(ticket, happening, now)
        if isinstance(outcome, Refused):
            assert outcome.reason
            continue
        ticket = outcome.ticket
        assert ticket.version == before.version + 1
        assert ticket.changed_at == now
        assert (ticket.adviser is None) == (ticket.state in {"open", "closed"})
        assert (ticket.id, ticket.contact, ticket.opened_at) == (before.id, before.contact, before.opened_at)
        assert outcome.events[-1].at == now
        if before.adviser and ticket.adviser:
            assert ticket.adviser == before.adviser
        if before.state in {"open", "claimed"}:
            assert ticket.promise_at == before.promise_at
