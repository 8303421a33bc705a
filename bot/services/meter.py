"""The figures of one program as Prometheus reads them: what the verbs count and time, and how the store stands.

Labels name channels, stages, states and posts; never a person, a contact or an address. What each figure means and when
to worry: docs/betrieb/ueberwachung.md.
"""

import time
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from types import TracebackType

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.model import Account, Outcome
from bot.ports import Stage, Vitals
from bot.work.health import Pulse, waited

AGES = ((1, "1h"), (4, "4h"), (24, "1d"), (72, "3d"), (168, "7d"))
"""Hours below which a question counts as so old; above the last it is ``older``."""
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class PrometheusMeter:
    """The meter of one program (``ports.Meter``), for one event loop. ``part`` is ``all web worker sender``.

    It counts in plain numbers, which takes a microsecond or two, and makes figures of them only when somebody asks. What
    is counted of ``accounts`` begins at 0: Prometheus does not see a figure grow that was not there before.
    """

    def __init__(
        self,
        version: str,
        part: str,
        accounts: Sequence[Account] = (),
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._timer = timer
        self._running: dict[Timed, float] = {}
        self._took: dict[str, Spread] = {}
        self._sizes: dict[str, Spread] = {}
        self._failures: Tally[str] = Tally()
        self._sent: Tally[tuple[str, str]] = Tally()
        self._repeated: Tally[str] = Tally(dict.fromkeys(accounts, 0))
        self._given_up: Tally[str] = Tally(dict.fromkeys(accounts, 0))
        self._state = _State(version, part)
        self._registry = CollectorRegistry()
        self._registry.register(self._state)
        ProcessCollector(registry=self._registry)

    def timed(self, stage: Stage) -> "Timed":
        """Time one stage, whatever becomes of it."""
        return Timed(self, stage)

    def batch(self, stage: Stage, size: int) -> None:
        """Note how many went through a stage together."""
        if stage not in self._sizes:
            self._sizes[stage] = Spread(SIZES)
        self._sizes[stage].add(size)

    def sent(self, account: Account, outcome: Outcome) -> None:
        """Note what became of one sending."""
        self._sent[account, type(outcome).__name__.lower()] += 1

    def repeated(self, account: Account, count: int) -> None:
        """Note sendings that are begun again although the platform may have taken the message before."""
        self._repeated[account] += count

    def given_up(self, account: Account) -> None:
        """Note a message that is not tried any more."""
        self._given_up[account] += 1

    def begun(self, run: "Timed") -> None:
        """Note that a run of a stage begins."""
        self._running[run] = self._timer()

    def ended(self, run: "Timed", error: BaseException | None) -> None:
        """Note that a run of a stage has ended. A stop is no failure."""
        if run.stage not in self._took:
            self._took[run.stage] = Spread(SECONDS)
        self._took[run.stage].add(self._timer() - self._running.pop(run))
        self._failures[run.stage] += isinstance(error, Exception)

    def longest_step(self) -> float:
        """Return for how many seconds the stage that was begun first has been running; 0 where none is."""
        return self._timer() - min(self._running.values()) if self._running else 0.0

    def exposition(self, pulse: Pulse, *, ready: bool) -> bytes:
        """Return all figures in the text form of Prometheus."""
        self._state.seen = [*_program(pulse, ready=ready), *self._counted()]
        if pulse.vitals is not None:
            self._state.seen += _store(pulse.vitals, pulse.skew)
        return generate_latest(self._registry)

    def _counted(self) -> Iterator[Metric]:
        yield _histogram("stage_seconds", "Seconds a stage took", self._took)
        yield _histogram("batch_size", "How many went through a stage together", self._sizes)
        yield _counter("stage_failures", "Stages that failed", "stage", self._failures)
        yield _counter("sends_repeated", "Sendings begun again, perhaps taken before", "account", self._repeated)
        yield _counter("messages_given_up", "Messages given up", "account", self._given_up)
        sends = CounterMetricFamily(
            "elternlotse_sends", "Sendings by what became of them", labels=["account", "outcome"]
        )
        for labels, count in self._sent.items():
            sends.add_metric(labels, count)
        yield sends


class Timed:
    """One run of a stage."""

    __slots__ = ("_meter", "stage")

    def __init__(self, meter: PrometheusMeter, stage: Stage) -> None:
        self._meter = meter
        self.stage = stage

    def __enter__(self) -> None:
        self._meter.begun(self)

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._meter.ended(self, error)


class Spread:
    """How often values fell below each of some bounds, and what they come to together."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def buckets(self) -> Sequence[tuple[str, float]]:
        """Return each bound with how many values were not above it, the last without a bound."""
        names = [*map(str, map(float, self._bounds)), "+Inf"]
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))


class _State(Collector):
    """Hands over what was gathered for whoever asks just now."""

    def __init__(self, version: str, part: str) -> None:
        self._about = {"version": version, "part": part}
        self.seen: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """Yield what was seen last."""
        yield InfoMetricFamily("elternlotse", "This program", self._about)
        yield from self.seen


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


def _counter(name: str, about: str, label: str, counts: Mapping[str, int]) -> Metric:
    counter = CounterMetricFamily(f"elternlotse_{name}", about, labels=[label])
    for value, count in counts.items():
        counter.add_metric([value], count)
    return counter


def _histogram(name: str, about: str, spreads: Mapping[str, Spread]) -> Metric:
    histogram = HistogramMetricFamily(f"elternlotse_{name}", about, labels=["stage"])
    for stage, spread in spreads.items():
        histogram.add_metric([stage], spread.buckets(), spread.total)
    return histogram
