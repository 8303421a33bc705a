"""The figures of one program as Prometheus reads them: what the verbs count and time, and how the store stands.

Labels name channels, stages, states and posts; never a person, a contact or an address. What each figure means and when
to worry: docs/betrieb/ueberwachung.md.
"""

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.model import Account, Outcome
from bot.ports import Stage, Vitals
from bot.work.health import Pulse, waited

AGES = ((1, "1h"), (4, "4h"), (24, "1d"), (72, "3d"), (168, "7d"))
"""Hours below which a question counts as so old; above the last it is ``older``."""
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class PrometheusMeter:
    """The meter of one program (``ports.Meter``). ``part`` is what it does: ``all web worker sender``."""

    def __init__(self, version: str, part: str, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._running: dict[Timed, float] = {}
        self._registry = CollectorRegistry()
        own = self._registry
        self._seconds = Histogram(
            "elternlotse_stage_seconds", "Seconds a stage took", ["stage"], registry=own, buckets=SECONDS
        )
        self._sizes = Histogram(
            "elternlotse_batch_size", "How many went through a stage together", ["stage"], registry=own, buckets=SIZES
        )
        self._failures = Counter("elternlotse_stage_failures", "Stages that failed", ["stage"], registry=own)
        self._sent = Counter(
            "elternlotse_sends", "Sendings by what became of them", ["account", "outcome"], registry=own
        )
        self._repeated = Counter(
            "elternlotse_sends_repeated", "Sendings begun again, perhaps taken before", ["account"], registry=own
        )
        self._given_up = Counter("elternlotse_messages_given_up", "Messages given up", ["account"], registry=own)
        self._state = _State(version, part)
        own.register(self._state)
        ProcessCollector(registry=own)

    def timed(self, stage: Stage) -> "Timed":
        """Time one stage, whatever becomes of it."""
        return Timed(self._timer, self._running, self._seconds.labels(stage), self._failures.labels(stage))

    def batch(self, stage: Stage, size: int) -> None:
        """Note how many went through a stage together."""
        self._sizes.labels(stage).observe(size)

    def sent(self, account: Account, outcome: Outcome) -> None:
        """Note what became of one sending."""
        self._sent.labels(account, type(outcome).__name__.lower()).inc()

    def repeated(self, account: Account, count: int) -> None:
        """Note sendings that are begun again although the platform may have taken the message before."""
        self._repeated.labels(account).inc(count)

    def given_up(self, account: Account) -> None:
        """Note a message that is not tried any more."""
        self._given_up.labels(account).inc()

    def longest_step(self) -> float:
        """Return for how many seconds the stage that was begun first has been running; 0 where none is."""
        return self._timer() - min(self._running.values()) if self._running else 0.0

    def exposition(self, pulse: Pulse, *, ready: bool) -> bytes:
        """Return all figures in the text form of Prometheus."""
        self._state.seen = (pulse, ready)
        return generate_latest(self._registry)


class Timed:
    """One run of a stage."""

    def __init__(
        self, timer: Callable[[], float], running: "dict[Timed, float]", seconds: Histogram, failures: Counter
    ) -> None:
        self._timer = timer
        self._running = running
        self._seconds = seconds
        self._failures = failures

    def __enter__(self) -> Self:
        self._running[self] = self._timer()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._seconds.observe(self._timer() - self._running.pop(self))
        if isinstance(error, Exception):
            self._failures.inc()


class _State(Collector):
    """How things stand at the moment they are asked for."""

    def __init__(self, version: str, part: str) -> None:
        self._about = {"version": version, "part": part}
        self.seen: tuple[Pulse, bool] | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield what was seen last."""
        yield InfoMetricFamily("elternlotse", "This program", self._about)
        if self.seen is not None:
            pulse, ready = self.seen
            yield from _program(pulse, ready=ready)
            if pulse.vitals is not None:
                yield from _store(pulse.vitals, pulse.skew)


def _program(pulse: Pulse, *, ready: bool) -> Iterator[Metric]:
    yield _gauge("store_up", "Whether the store can be read", pulse.vitals is not None)
    yield _gauge("ready", "Whether what is sent here can be kept", ready)
    yield _gauge("disk_free_bytes", "Bytes free where the data lie", pulse.disk_free)
    yield _gauge("key_present", "Whether the master key is there", pulse.has_key)
    yield _gauge("pages_open", "Pages of parents and advisers that are connected", pulse.streams)
    yield _gauge("loop_lag_seconds", "How late this program's loop was lately", pulse.loop_lag)
    yield _gauge("longest_step_seconds", "Seconds the oldest running stage has taken", pulse.longest_step)
    posts = GaugeMetricFamily("elternlotse_post_held", "Whether this program is on a post", labels=["post"])
    for name, held in pulse.posts.items():
        posts.add_metric([name], held)
    yield posts
    yield CounterMetricFamily(
        "elternlotse_store_reconnections", "Ways to the database lost and found again", pulse.reconnections
    )


def _store(vitals: Vitals, skew: float) -> Iterator[Metric]:
    yield _gauge("clock_skew_seconds", "This machine's clock minus the database's", skew)
    yield _gauge("unread", "Fragments that nobody has read", vitals.unread.count)
    yield _gauge("unread_oldest_seconds", "Age of the oldest of them", waited(vitals.unread, vitals))
    due = GaugeMetricFamily("elternlotse_outbox_due", "Messages that are due to be sent", labels=["account"])
    oldest = GaugeMetricFamily("elternlotse_outbox_oldest_seconds", "Since when the first is due", labels=["account"])
    for account, waiting in vitals.outbox.items():
        due.add_metric([account], waiting.count)
        oldest.add_metric([account], waited(waiting, vitals))
    dead = GaugeMetricFamily("elternlotse_dead_letters", "Messages that were given up", labels=["account"])
    for account in {**vitals.outbox, **vitals.dead}:
        dead.add_metric([account], vitals.dead.get(account, 0))
    yield from (due, oldest, dead)
    yield _gauge("fragments_failed", "Fragments the program could not handle", vitals.failed)
    yield _gauge("fragments_aside", "Fragments that concern nobody", vitals.aside)
    yield _gauge("tickets_late", "Questions whose promised answer is late", sum(each.late for each in vitals.tickets))
    yield _tickets(vitals)


def _tickets(vitals: Vitals) -> Metric:
    found: Tally[tuple[str, str]] = Tally()
    for each in vitals.tickets:
        found[each.state, _age(each.hours)] += each.count
    tickets = GaugeMetricFamily("elternlotse_tickets", "Questions that are not closed", labels=["state", "age"])
    for state in ("open", "claimed", "waiting"):
        for age in (*(name for _, name in AGES), "older"):
            tickets.add_metric([state, age], found[state, age])
    return tickets


def _age(hours: int) -> str:
    return next((name for bound, name in AGES if hours < bound), "older")


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"elternlotse_{name}", about, float(value))
