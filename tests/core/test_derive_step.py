"""``derive``: silent, from answers of the right type and days that hold everywhere; else the answer is not given."""

from datetime import date

import pytest
from core.handmade import ask as made
from core.handmade import at, day, flow, heard, revision, say

from bot.check.talks import BEGIN
from bot.flow.effect import Passed
from bot.flow.event import Said
from bot.flow.graph import Derive, Goto
from bot.flow.message import Chosen, Day, interface

OLD = ("r", "alt")


def derived(step: Derive, answers=(), calendars=None):
    """Return the answer after a step, None where none is given, having passed it from an ``ask`` above."""
    house = revision(flow("f", made("davor", "text", Goto("d")), step, made("danach", "text")), calendars=calendars)
    session = at("davor", answers=tuple(sorted((*answers, OLD))))
    sprint = heard(house, session, BEGIN, Said("x"))
    assert (Passed("f", "davor", "d"), Passed("f", "d", "danach")) == sprint.passed
    assert 1 == len(sprint.effects), "it says nothing"
    assert "danach" == sprint.session.frames[0].step
    return dict(sprint.session.frames[0].answers).get("r")


def step(rule: str, *of: str, calendar: str = "") -> Derive:
    return Derive("d", "r", rule, Goto("danach"), of, calendar)


@pytest.mark.parametrize(
    ("rule", "answers", "result"),
    [
        ("one_month_after", (("tag", Day(date(2026, 1, 30))),), Day(date(2026, 3, 2))),
        ("school_year_of_birth", (("tag", Day(date(2020, 2, 1))),), 2026),
        ("age_on", (("tag", Day(date(2020, 3, 3))),), 5),
        ("days_until", (("tag", Day(date(2026, 3, 5))),), 3),
        ("school_registration_by", (("tag", Day(date(2020, 2, 1))),), Day(date(2025, 11, 15))),
    ],
)
def test_a_result_is_kept_as_a_day_or_a_number(rule, answers, result):
    """In place of what was there before; today is the day of the talk."""
    assert result == derived(step(rule, "tag"), answers)


def test_a_rule_takes_its_answers_in_their_order():
    """The second one may be left out, or be there."""
    answers = (("bis", Day(date(2030, 3, 3))), ("tag", Day(date(2020, 3, 3))))
    assert 10 == derived(step("age_on", "tag", "bis"), answers)
    assert 0 == derived(step("age_on", "bis", "tag"), answers)


@pytest.mark.parametrize(
    ("rule", "of", "answers"),
    [
        ("school_registration_by", ("tag",), (("tag", Day(date(2025, 2, 1))),)),
        ("days_until", ("tag",), ()),
        ("days_until", (), ()),
        ("days_until", ("tag",), (("tag", 7),)),
        ("days_until", ("tag",), (("tag", "1.1.2026"),)),
        ("days_until", ("tag",), (("tag", Chosen("yes", interface("button.yes"))),)),
        ("days_until", ("tag", "bis"), (("bis", Day(date(2026, 1, 1))), ("tag", Day(date(2026, 1, 1))))),
        ("age_on", ("tag", "bis"), (("tag", Day(date(2020, 3, 3))),)),
        ("next_date_of", ("tag",), (("tag", Day(date(2026, 1, 1))),)),
        ("gibt-es-nicht", ("tag",), (("tag", Day(date(2026, 1, 1))),)),
    ],
)
def test_without_a_result_the_answer_is_not_given(rule, of, answers):
    """The law has none, an answer is missing or of another type, too many, or the rule is unknown: never an error."""
    assert derived(step(rule, *of), answers) is None


CALENDARS = {
    "c": (day("2026-03-01"), day("2026-03-05", "Düsseldorf"), day("2026-03-09", "NRW"), day("2026-03-12")),
    "lokal": (day("2026-03-05", "Köln"),),
}


@pytest.mark.parametrize(("calendar", "result"), [("c", Day(date(2026, 3, 9))), ("lokal", None), ("weg", None)])
def test_of_a_calendar_only_days_count_that_hold_everywhere(calendar, result):
    """The next one; none where the calendar has no such day, or is no more."""
    assert result == derived(step("next_date_of", calendar=calendar), calendars=CALENDARS)


def test_a_result_can_be_said_at_once():
    """It is an answer like any other."""
    steps = (made("davor", "date", Goto("d")), Derive("d", "r", "days_until", Goto("danach"), ("davor",)))
    house = revision(flow("f", *steps, say("f", "danach", Goto("frage"), "r"), made("frage", "text")))
    sprint = heard(house, at("davor"), BEGIN, Said("4.3.2026"))
    assert (("r", 2),) == sprint.effects[0].lines[0].values
