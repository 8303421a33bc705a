"""What was seen of a running house, moment by moment, and the picture of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from plot import Curve, Panel, picture


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one moment: minute, bytes of memory, share of a core, files, threads, bytes kept, answers, latencies."""

    minute: float
    memory: int
    cpu: float
    files: int
    threads: int
    database: int
    log: int
    answers: int
    p50: float
    p95: float


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of values in order; 0 where there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def drawn(engine: str, looks: Sequence[Look]) -> str:
    """Return the picture of a run."""

    def curve(name: str, values: Sequence[float]) -> Curve:
        return Curve(name, [(look.minute, value) for look, value in zip(looks, values, strict=True)])

    memory = [look.memory / 2**20 for look in looks]
    return picture(
        f"Elternlotse on {engine} under steady load: memory and how long answers take",
        [
            Panel("Memory of the process", "MB", [curve("resident", memory)]),
            Panel(
                "From a parent's message to its answer",
                "ms",
                [curve("p50", [look.p50 for look in looks]), curve("p95", [look.p95 for look in looks])],
            ),
            Panel("Share of one core", "%", [curve("process", [100 * look.cpu for look in looks])]),
        ],
    )
