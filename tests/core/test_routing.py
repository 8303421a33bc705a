"""Routing: who may take a question, who sees it, in which order, and who may do what."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.desk import BERND, CARLA, EDA, EVERYBODY, MONA, NOON, TOPICS, person, ticket
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.may import can, can_manage
from bot.desk.routing import TOP, Roster, circle, may_take, question, queue, rung, trouble, visible
from bot.desk.ticket import TicketEvent
from bot.model import AdviserId, Language, TicketId

HOUR = timedelta(hours=1)
FATMA = person(4, "Fatma", teams=("recht",), languages=(Language("ar"),))
GONE = person(5, "Gone", disabled_at=NOON)
PEOPLE = (*EVERYBODY, FATMA, GONE)


def roster(*people, later=timedelta(0), topics=TOPICS) -> Roster:
    """The house, so much later."""
    return Roster(people or PEOPLE, topics, NOON + later)


def asked(number: int = 7, *events: TicketEvent, **what):
    """A question with what routing reads from its history."""
    made = ticket(number, **what)
    return question(made, (TicketEvent("opened", made.opened_at), *events))


def names(ids) -> set[str]:
    """Names of people by their ids."""
    return {each.name for each in PEOPLE if each.id in ids}


@pytest.mark.parametrize(
    ("later", "step", "who"),
    [
        (0 * HOUR, 0, {"Mona"}),
        (1 * HOUR, 1, {"Mona", "Fatma"}),
        (30 * HOUR, 2, {"Mona", "Fatma", "Eda", "Carla"}),
        (78 * HOUR, TOP, {"Mona", "Fatma", "Eda", "Carla"}),
    ],
)
def test_the_circle_widens_with_the_hours_of_the_topic(later, step, who):
    """First the team that speaks the language, then all who speak it, then the team; the last rung adds nobody."""
    assert (rung(asked(), roster(later=later)), names(circle(asked(), roster(later=later)))) == (step, who)


def test_an_empty_room_is_not_waited_for():
    """Where nobody of the team speaks the language, those of other teams who do may take the question at once."""
    assert names(circle(asked(), roster(EDA, FATMA, CARLA))) == {"Fatma"}


def test_who_was_disabled_is_nobody():
    """A disabled person is in no circle and sees nothing."""
    assert circle(asked(language=Language("ar")), roster(GONE)) == frozenset()
    assert not visible(asked(), GONE, roster())


@pytest.mark.parametrize(
    ("events", "to"),
    [
        ((TicketEvent("claimed", NOON, MONA.id), TicketEvent("transferred", NOON, MONA.id)), None),
        ((TicketEvent("transferred", NOON, MONA.id), TicketEvent("offered", NOON, EDA.id)), EDA.id),
        ((TicketEvent("offered", NOON, EDA.id), TicketEvent("claimed", NOON, MONA.id)), None),
        ((TicketEvent("offered", NOON, EDA.id), TicketEvent("noted", NOON, MONA.id)), EDA.id),
        (
            (
                TicketEvent("answered", NOON, MONA.id),
                TicketEvent("closed", NOON, MONA.id),
                TicketEvent("reopened", NOON),
            ),
            MONA.id,
        ),
        ((TicketEvent("claimed", NOON, MONA.id), TicketEvent("returned", NOON, MONA.id)), None),
    ],
)
def test_a_question_remembers_to_whom_it_was_handed(events, to):
    """The colleague it was handed to, or who had it before it was reopened, comes first until somebody takes it."""
    assert asked(7, *events).offered == to


def test_whom_it_was_handed_to_may_take_it():
    """A colleague without the language may take what was handed to them, and sees it above the others."""
    handed = asked(8, TicketEvent("transferred", NOON, MONA.id), TicketEvent("offered", NOON, BERND.id))
    turkish = asked(7, language=Language("tr"), topic="geld")
    entries = queue([turkish, handed], BERND, roster())
    assert [(entry.question.ticket.id, entry.offered, entry.takeable) for entry in entries] == [
        (8, True, True),
        (7, False, True),
    ]


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ((), NOON - HOUR),
        ((TicketEvent("claimed", NOON, MONA.id),), NOON - HOUR),
        ((TicketEvent("answered", NOON, MONA.id), TicketEvent("parent_wrote", NOON + HOUR)), NOON + HOUR),
        (
            (
                TicketEvent("answered", NOON, MONA.id),
                TicketEvent("parent_wrote", NOON + HOUR),
                TicketEvent("parent_wrote", NOON + 2 * HOUR),
            ),
            NOON + HOUR,
        ),
        ((TicketEvent("answered", NOON, MONA.id), TicketEvent("returned", NOON + HOUR, MONA.id)), NOON + HOUR),
    ],
)
def test_waiting_begins_with_the_first_word_that_nobody_answered(events, since):
    """The parent has waited since their first message after the last answer, whoever had the question meanwhile."""
    assert asked(7, *events).since == since


@pytest.mark.parametrize(
    ("who", "what", "seen"),
    [
        (MONA, {}, True),
        (EDA, {}, True),
        (BERND, {}, False),
        (FATMA, {}, False),
        (CARLA, {}, True),
        (EDA, {"state": "claimed", "adviser": MONA.id}, True),
        (BERND, {"state": "claimed", "adviser": MONA.id}, False),
        (BERND, {"state": "claimed", "adviser": BERND.id}, True),
        (CARLA, {"topic": "gibt-es-nicht"}, True),
        (EDA, {"topic": "gibt-es-nicht"}, False),
        (MONA, {"topic": "gibt-es-nicht"}, True),
        (EDA, {"state": "closed"}, False),
        (CARLA, {"state": "closed"}, True),
    ],
)
def test_a_person_sees_what_is_theirs(who, what, seen):
    """A01: own questions, those of the own teams, those one may take; coordinators all; of closed ones only the own."""
    assert visible(asked(**what), who, roster()) == seen


def test_who_worked_on_a_question_still_sees_it_closed():
    """A person may look at a closed question they had, so that a slip of the finger can be told to a coordinator."""
    closed = asked(7, TicketEvent("answered", NOON, MONA.id), TicketEvent("closed", NOON, MONA.id), state="closed")
    assert (visible(closed, MONA, roster()), visible(closed, EDA, roster())) == (True, False)


@pytest.mark.parametrize(
    ("people", "later", "what", "why"),
    [
        ((), 0 * HOUR, {}, ""),
        ((EDA, BERND, CARLA), 0 * HOUR, {}, "nobody"),
        ((), 49 * HOUR, {}, "late"),
        ((), 49 * HOUR, {"state": "claimed", "adviser": MONA.id}, "late"),
        ((), 49 * HOUR, {"state": "waiting", "adviser": MONA.id}, ""),
        ((EDA, BERND, CARLA), 78 * HOUR, {"promise_at": NOON + 999 * HOUR}, "late"),
    ],
)
def test_coordinators_learn_why_a_question_is_stuck(people, later, what, why):
    """What nobody may take, and what is late, is named with its reason; nothing is ever invisible."""
    assert trouble(asked(**what), roster(*people, later=later)) == why


def test_the_queue_stands_in_the_order_of_routing():
    """Mine, open by urgency, promise and age, with colleagues, then those that wait for the parent."""
    early, late = NOON + HOUR, NOON + 9 * HOUR
    questions = [
        asked(1, state="waiting", adviser=MONA.id),
        asked(2, state="claimed", adviser=EDA.id),
        asked(3, promise_at=late, opened_at=NOON - 2 * HOUR),
        asked(4, promise_at=late, opened_at=NOON - 3 * HOUR),
        asked(5, promise_at=early),
        asked(6, promise_at=late, urgency="urgent"),
        asked(8, state="claimed", adviser=MONA.id),
    ]
    assert [entry.question.ticket.id for entry in queue(questions, MONA, roster())] == [8, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("action", "who", "what", "allowed"),
    [
        ("claim", MONA, {}, True),
        ("claim", EDA, {}, False),
        ("claim", CARLA, {}, True),
        ("answer", EDA, {}, False),
        ("answer", MONA, {"state": "claimed", "adviser": MONA.id}, True),
        ("answer", CARLA, {"state": "claimed", "adviser": MONA.id}, False),
        ("note", EDA, {}, True),
        ("note", BERND, {}, False),
        ("close", EDA, {"state": "claimed", "adviser": MONA.id}, False),
        ("close", MONA, {"state": "claimed", "adviser": MONA.id}, True),
        ("transfer", CARLA, {"state": "claimed", "adviser": MONA.id}, True),
        ("return", EDA, {"state": "waiting", "adviser": MONA.id}, False),
        ("see", GONE, {}, False),
    ],
)
def test_one_function_says_who_may_do_what(action, who, what, allowed):
    """A01: taking and answering is for the circle, the rest for the owner and coordinators, a note for all who see it."""
    assert can(who, action, asked(**what), roster()) == allowed


def test_only_coordinators_manage_people():
    """A10: no adviser and no disabled coordinator invites or disables anybody."""
    assert [can_manage(who) for who in (CARLA, MONA, replace(CARLA, disabled_at=NOON))] == [True, False, False]


languages = st.sampled_from([Language("ar"), Language("de"), Language("tr"), Language("uk")])
anybody = st.builds(
    lambda number, role, teams, speaks, gone: person(
        number, role=role, teams=tuple(teams), languages=tuple(speaks), disabled_at=NOON if gone else None
    ),
    st.integers(1, 6),
    st.sampled_from(["adviser", "coordinator"]),
    st.sets(st.sampled_from(["beratung", "recht"])),
    st.sets(languages),
    st.booleans(),
)
houses = st.lists(anybody, max_size=6, unique_by=lambda one: one.id)
tickets = st.builds(
    lambda number, state, topic, language, hours: asked(
        number,
        state=state,
        topic=topic,
        language=language,
        opened_at=NOON - hours * HOUR,
        adviser=AdviserId(1) if state in {"claimed", "waiting"} else None,
    ),
    st.integers(1, 99),
    st.sampled_from(["open", "claimed", "waiting", "closed"]),
    st.sampled_from(["mitwirkung", "geld", "weg"]),
    languages,
    st.integers(0, 200),
)


@given(houses, tickets, st.integers(0, 200))
def test_the_circle_only_grows(people, one, hours):
    """Whoever may take a question may still take it later, and never loses it by waiting."""
    soon, later = roster(person(6), *people), roster(person(6), *people, later=hours * HOUR)
    assert circle(one, soon) <= circle(one, later)


@given(houses, tickets)
def test_nothing_is_invisible(people, one):
    """Coordinators see every question; an open one that nobody may take tells them so."""
    house = Roster(people, TOPICS, NOON)
    for each in house.present:
        assert each.role != "coordinator" or visible(one, each, house)
    if one.ticket.state == "open" and not circle(one, house):
        assert trouble(one, house) == "nobody"


@given(houses, tickets)
def test_whoever_may_act_also_sees(people, one):
    """A01: no action is allowed on a question its actor may not see, and taking is only for open ones."""
    house = Roster(people, TOPICS, NOON)
    for each in people:
        for action in ("claim", "answer", "note", "transfer", "return", "close"):
            assert visible(one, each, house) or not can(each, action, one, house)
        assert not may_take(one, each, house) or one.ticket.state == "open"


@given(st.lists(tickets, max_size=12, unique_by=lambda one: one.ticket.id), houses)
def test_a_queue_holds_each_visible_question_once(questions, people):
    """The queue loses nothing and doubles nothing, and its order does not depend on the store's."""
    house = Roster(people, TOPICS, NOON)
    for each in house.present:
        ids = [entry.question.ticket.id for entry in queue(questions, each, house)]
        assert sorted(ids) == sorted(one.ticket.id for one in questions if visible(one, each, house))
        assert ids == [entry.question.ticket.id for entry in queue(reversed(questions), each, house)]


def test_ids_are_the_last_word_of_the_order():
    """Two questions alike in everything stand in the order they came."""
    twins = [asked(12), asked(11)]
    assert [entry.question.ticket.id for entry in queue(twins, MONA, roster())] == [TicketId(11), TicketId(12)]
