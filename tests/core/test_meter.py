"""The figures: what is counted and timed comes out in the form that Prometheus reads, and of nobody in particular."""

import re
from dataclasses import replace

import pytest
from fakes.vitals import NOON, QUESTIONS, TELEGRAM, WELL, Patient, ago
from prometheus_client.parser import text_string_to_metric_families

from bot.model import Gone, Rejected, Retry, Sent, Unsure
from bot.ports import Waiting
from bot.services.meter import PrometheusMeter

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def figures(meter: PrometheusMeter, patient: Patient) -> Samples:
    """Return all samples of a meter by name and labels, as a reader of the text finds them."""
    text = meter.exposition(await patient.health().pulse(), ready=True).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def at(found: Samples, name: str, **labels: str) -> float | None:
    """Return one sample's value, None where there is no such."""
    return found.get((f"elternlotse_{name}", frozenset(labels.items())))


async def test_stages_are_timed_whatever_becomes_of_them():
    """One that failed took its time too, and is counted as failed; a stop is no failure."""
    seconds = iter([0.0, 0.3, 1.0, 1.5])
    meter = PrometheusMeter("1", "worker", timer=lambda: next(seconds))
    with meter.timed("commit"):
        pass
    with pytest.raises(OSError, match="full"), meter.timed("commit"):
        raise OSError("full")
    found = await figures(meter, Patient())
    assert 2 == at(found, "stage_seconds_count", stage="commit")
    assert at(found, "stage_seconds_sum", stage="commit") == pytest.approx(0.8)
    assert 1 == at(found, "stage_failures_total", stage="commit")
    assert 2 == at(found, "stage_seconds_bucket", stage="commit", le="0.5")
    assert (0, 2) == tuple(at(found, "stage_seconds_bucket", stage="commit", le=le) for le in ("0.25", "+Inf"))


async def test_the_step_that_does_not_end_is_seen_while_it_runs():
    """The oldest of those that run counts; when all have ended, none."""
    now = [0.0]
    meter = PrometheusMeter("1", "worker", timer=lambda: now[0])
    with meter.timed("take"):
        now[0] = 60.0
        with meter.timed("send"):
            now[0] = 100.0
            assert 100.0 == meter.longest_step()
    assert 0.0 == meter.longest_step()


async def test_outcomes_are_counted_by_channel():
    """Each kind of outcome has its name; what is begun again and what is given up are counted apart."""
    meter = PrometheusMeter("1", "sender")
    for outcome in (Sent(), Sent(), Retry(1), Unsure(1), Gone(), Rejected("a parent's words")):
        meter.sent(TELEGRAM, outcome)
    meter.repeated(TELEGRAM, 3)
    meter.given_up(TELEGRAM)
    meter.batch("record", 7)
    found = await figures(meter, Patient())
    kinds = {"sent": 2, "retry": 1, "unsure": 1, "gone": 1, "rejected": 1}
    assert kinds == {kind: at(found, "sends_total", account="telegram", outcome=kind) for kind in kinds}
    assert (3, 1) == (
        at(found, "sends_repeated_total", account="telegram"),
        at(found, "messages_given_up_total", account="telegram"),
    )
    assert (1, 7) == (at(found, "batch_size_count", stage="record"), at(found, "batch_size_sum", stage="record"))


async def test_queues_have_their_ages():
    """How many wait and since when, unread and unsent."""
    waiting = replace(WELL, unread=Waiting(3, ago(seconds=90)), outbox={TELEGRAM: Waiting(2, ago(seconds=40))})
    found = await figures(PrometheusMeter("1", "all"), Patient(vitals=waiting))
    assert (3, 90) == (at(found, "unread"), at(found, "unread_oldest_seconds"))
    assert (2, 40) == (
        at(found, "outbox_due", account="telegram"),
        at(found, "outbox_oldest_seconds", account="telegram"),
    )


async def test_questions_are_told_by_state_and_age():
    """Every combination is there, also with nobody in it, so that a graph does not break off."""
    found = await figures(PrometheusMeter("1", "all"), Patient(vitals=replace(WELL, tickets=QUESTIONS)))
    tickets = {labels: value for (name, labels), value in found.items() if name == "elternlotse_tickets"}
    assert (18, 7) == (len(tickets), sum(tickets.values()))
    assert (2, 1, 4, 2) == (
        at(found, "tickets", state="open", age="1h"),
        at(found, "tickets", state="open", age="older"),
        at(found, "tickets", state="waiting", age="3d"),
        at(found, "tickets_late"),
    )


async def test_what_was_given_up_and_what_could_not_be_handled():
    """A channel without dead letters says 0, so that an alert can see them come."""
    given_up = replace(WELL, dead={TELEGRAM: 2}, failed=1, aside=4)
    found = await figures(PrometheusMeter("1", "all"), Patient(vitals=given_up))
    assert (2, 1, 4) == (at(found, "dead_letters", account="telegram"), at(found, "fragments_failed"), at(found, "fragments_aside"))  # fmt: skip
    assert 0 == at(await figures(PrometheusMeter("1", "all"), Patient()), "dead_letters", account="telegram")


async def test_the_program_and_its_posts_are_told():
    """Which part it is, its posts, its memory, its reconnections."""
    patient = Patient(posts={"deliver:telegram": True, "poll:telegram": False})
    found = await figures(PrometheusMeter("1.2", "sender"), patient)
    assert 1 == at(found, "info", version="1.2", part="sender")
    assert (1, 0) == (at(found, "post_held", post="deliver:telegram"), at(found, "post_held", post="poll:telegram"))
    assert 2 == at(found, "store_reconnections_total")
    assert found["process_resident_memory_bytes", frozenset()] > 1_000_000


async def test_what_may_be_alarming_begins_at_zero():
    """A figure that was not there before does not grow: what is given up first would go unseen."""
    found = await figures(PrometheusMeter("1", "sender", [TELEGRAM]), Patient())
    assert (0, 0) == (
        at(found, "messages_given_up_total", account="telegram"),
        at(found, "sends_repeated_total", account="telegram"),
    )


async def test_two_programs_in_one_process_do_not_share_figures():
    """A meter keeps its figures to itself."""
    one, other = PrometheusMeter("1", "all"), PrometheusMeter("1", "all")
    one.given_up(TELEGRAM)
    assert at(await figures(other, Patient()), "messages_given_up_total", account="telegram") is None


async def test_x01_labels_name_nobody():
    """X01: no label holds more than a word of the house: a stage, a channel, a state, an age, a post, a bound."""
    meter = PrometheusMeter("1", "all")
    with meter.timed("send"):
        meter.sent(TELEGRAM, Rejected("Lina Muster 0211 1234"))
    found = await figures(meter, Patient(vitals=replace(WELL, tickets=QUESTIONS, at=NOON)))
    words = {(name, value) for _, labels in found for name, value in labels}
    assert {name for name, _ in words} <= {
        "stage",
        "account",
        "outcome",
        "state",
        "age",
        "post",
        "le",
        "version",
        "part",
    }
    assert [value for _, value in words if not re.fullmatch(r"[a-z_:]+|[0-9.e-]+|\+Inf|[0-9]+[hd]", value)] == []
