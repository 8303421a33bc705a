"""What a parent can answer, as far as a talk can tell: endlessly many answers become a few that stand for all.

Of what may be typed one value stands for every class that later comparisons part (``compared.py``), tried with the real
reader and the real comparisons. An answer that nothing compares any more is only "given", and one that nothing uses is
nothing (``alive.py``).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.check.proof.alive import NONE, alive, saved
from bot.check.proof.compared import Probe, probes
from bot.flow.dates import RULES, Given
from bot.flow.graph import Ask, Form, Goto, Revision, Test, Today
from bot.flow.meaning.paths import END
from bot.flow.message import Chosen, Day, Value
from bot.flow.session import Frame
from bot.flow.values import holds, read

MONTHS = range(-30 * 12, 5 * 12)
"""The months, counted from the talk's, in which days are looked for that a calculation tells apart."""
SLIPS = ("hm", "", "n" * 1001, "7")
"""What is typed by mistake: the first of these that a question does not take."""


class Answers:
    """The answers of one revision, on one day."""

    def __init__(self, revision: Revision, now: datetime) -> None:
        self._revision = revision
        self._now = now
        self._probes = probes(revision.flows)
        self._live = alive(revision.flows)
        self.saved = saved(revision.flows)
        self._words: dict[tuple[str, str], tuple[str, ...]] = {}

    def key(self, frame: Frame, at: str) -> Hashable:
        """Return what distinguishes a frame from others that go on at this step, or (``END``) end."""
        live = self._live.get(frame.flow)
        if live is None or not frame.answers:
            return ()
        tested, used = live.tested.get(at, NONE), live.used.get(at, NONE)
        if frame.part:
            behind = self._behind(frame.flow, at)
            tested, used = tested | live.tested[behind], used | live.used[behind]
        return self._told(frame.flow, frame.answers, tested, used)

    def returned(self, flow: str, answers: tuple[tuple[str, Value], ...]) -> Hashable:
        """Return what callers of a flow can tell apart of the answers that it ends with."""
        live = self._live[flow]
        return self._told(flow, answers, live.tested[END], live.used[END])

    def words(self, flow: str, asked: Ask) -> tuple[str, ...]:
        """Return what is typed as an answer: one for each class, the longest of its class where length matters."""
        key = (flow, asked.save)
        if key not in self._words:
            self._words[key] = tuple(self._accepted(flow, asked).values())
        return self._words[key]

    def slip(self, asked: Ask) -> tuple[str, ...]:
        """Return words that are no answer; none where everything is one."""
        known = (words for words in SLIPS if read(asked, words, self._now) is None)
        return tuple(next(([words] for words in known), []))

    def _behind(self, flow: str, form: str) -> str:
        """Return where a form leads: what was answered in it matters there, not in the form itself."""
        step = self._revision.flows[flow].steps[form]
        return step.then.step if isinstance(step, Form) and isinstance(step.then, Goto) else END

    def _told(
        self, flow: str, answers: tuple[tuple[str, Value], ...], tested: frozenset[str], used: frozenset[str]
    ) -> Hashable:
        return tuple(
            (name, self._class(flow, name, value)) if name in tested else (name,)
            for name, value in answers
            if name in tested or name in used
        )

    def _class(self, flow: str, name: str, value: Value) -> Hashable:
        """Return a value's class. Typed values stand for theirs already, so they are their own."""
        return self._signature(flow, name, value) if isinstance(value, Chosen) else value

    def _signature(self, flow: str, name: str, value: Value) -> Hashable:
        return tuple(self._outcome(probe, value) for probe in self._probes.get((flow, name), ()))

    def _outcome(self, probe: Probe, value: Value) -> Hashable:
        if probe.inner is None:
            return holds(Test("", probe.test, probe.value), value, self._now)  # type: ignore[arg-type]
        if not isinstance(value, Day):
            return None
        return tuple(self._calculated(probe, value, others) for others in self._others(probe))

    def _calculated(self, probe: Probe, value: Day, others: tuple[date, ...]) -> Hashable:
        days = (*others[: probe.at], value.date, *others[probe.at :])
        result = RULES[probe.rule].compute(days, Given(self._now.date()))
        assert probe.inner is not None  # noqa: S101 - told by the caller
        if result is None:
            return None
        return self._outcome(probe.inner, Day(result) if isinstance(result, date) else result)

    def _others(self, probe: Probe) -> Iterator[tuple[date, ...]]:
        """Yield days for the other answers of a calculation: this one, and some years before and after it."""
        count = int(probe.value) - 1 if isinstance(probe.value, int) else 0
        today = self._now.date()
        for days in (0, -6 * 365, 365) if count else (0,):
            yield (today + timedelta(days=days),) * count

    # -- what is typed

    def _accepted(self, flow: str, asked: Ask) -> dict[Hashable, str]:
        found: dict[Hashable, str] = {}
        for words in self._candidates(flow, asked):
            value = read(asked, words, self._now)
            if value is not None:
                found.setdefault(self._signature(flow, asked.save, value), words)
        return found

    def _candidates(self, flow: str, asked: Ask) -> Iterable[str]:
        probes = self._probes.get((flow, asked.save), ())
        bounds = [bound for bound in (asked.minimum, asked.maximum) if bound is not None]
        literals = [*bounds, *(literal for probe in probes for literal in _literals(probe))]
        match asked.type:
            case "number":
                return map(str, _numbers(literals))
            case "date":
                return (f"{day:%d.%m.%Y}" for day in self._days(flow, asked.save, probes, literals))
            case "phone":
                return ("0211 4567890", "+49 211 4567890")
            case "postcode":
                return ("40210", *(each for each in literals if isinstance(each, str)))
            case _:
                return _texts(literals)

    def _days(self, flow: str, name: str, probes: tuple[Probe, ...], literals: list[object]) -> Iterator[date]:
        today = self._now.date()
        own = [today if isinstance(each, Today) else each for each in literals]
        near = [day + timedelta(days=more) for day in own if isinstance(day, date) for more in (0, -1, 1)]
        yield from (today - timedelta(days=100), today + timedelta(days=100), *near)
        if any(probe.inner is not None for probe in probes):
            yield from _parted(
                [today + timedelta(days=30 * month) for month in MONTHS],
                lambda day: self._signature(flow, name, Day(day)),
            )


def _literals(probe: Probe) -> Iterator[object]:
    if probe.inner is None:
        yield from probe.value if isinstance(probe.value, tuple) else (probe.value,)


def _numbers(literals: list[object]) -> list[int]:
    near = {each + more for each in literals if isinstance(each, int) for more in (-1, 0, 1)}
    return sorted(number for number in {0, 7, 999_999_999, *near} if number >= 0)


def _texts(literals: list[object]) -> list[str]:
    """Return texts: a plain one, every one that is compared with, and lengths on each side of every bound."""
    lengths = sorted({each + more for each in literals if isinstance(each, int) for more in (-1, 0, 1)})
    return [
        "Amina",
        *(each for each in literals if isinstance(each, str)),
        *("n" * each for each in lengths if each > 0),
    ]


def _parted(days: list[date], signature: Callable[[date], Hashable]) -> Iterator[date]:
    """Yield the first day, and the days around each place where the signature changes."""
    yield days[0]
    for early, late in pairwise(days):
        before, after = early, late
        if signature(before) == signature(after):
            continue
        while (after - before).days > 1:
            middle = before + (after - before) // 2
            if signature(middle) == signature(early):
                before = middle
            else:
                after = middle
        yield from (before, after)
