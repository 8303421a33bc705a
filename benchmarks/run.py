"""How quick Elternlotse is on this machine: ``make bench``. Prints a table; ``--write`` keeps it in RESULTS.md.

Every row is the median of several repetitions, so that one noisy second says nothing. Nothing is judged here.
The flows and the Arabic texts are the repository's own; the server is a process of its own with a fresh database.
"""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import checker
import core
import latency

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, its values over the repetitions, their unit, and the target, or none."""

    what: str
    values: Sequence[float]
    unit: str
    target: str = ""

    @property
    def median(self) -> float:
        """Return the median over the repetitions."""
        return statistics.median(self.values)


async def measure(repetitions: int) -> Sequence[Row]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        alone, together, flood = await latency.measure(Path(folder), repetitions)
    speed = core.measure(repetitions)
    flows = checker.measure(repetitions)
    return [
        Row("one parent alone, POST to 202, p50", [each.stored.p50 for each in alone], "ms"),
        Row("one parent alone, POST to answer on the stream, p50", [each.answered.p50 for each in alone], "ms", "≤ 30"),
        Row("one parent alone, POST to answer on the stream, p95", [each.answered.p95 for each in alone], "ms"),
        Row("64 parents at once, POST to 202, p50", [each.stored.p50 for each in together], "ms"),
        Row("64 parents at once, POST to answer on the stream, p50", [each.answered.p50 for each in together], "ms"),
        Row("64 parents at once, POST to answer on the stream, p95", [each.answered.p95 for each in together], "ms"),
        Row("64 parents at once, answers on streams", [each.rate for each in together], "/s"),
        Row("p95 of five parents during a flood, against before", flood, "times", "< 1.5"),
        Row("`advance`, one event, one core", [each.advance for each in speed], "/s", "≥ 40000"),
        Row("`render`, one menu in Arabic, one core", [each.render for each in speed], "/s"),
        Row("`check --prove`, 50 topics of 30 steps, 10 languages", [each.whole for each in flows], "s", "≤ 5"),
        Row("of it: reading and checking", [each.checked for each in flows], "s"),
        Row("of it: the proof", [each.proven for each in flows], "s"),
        Row("`check` of one changed file of them, warm", [each.one_file for each in flows], "ms", "≤ 100"),
        Row("time for a topic, among 200 against among 50", [each.growth for each in flows], "times", "about 1"),
    ]


def table(rows: Sequence[Row]) -> str:
    """Return the table in Markdown, which is also readable as it is."""
    cells: list[Sequence[str]] = [("what", "median", "lowest", "highest", "unit", "target")]
    cells += [
        (row.what, *map(_number, (row.median, min(row.values), max(row.values))), row.unit, row.target) for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in (head, rule, *body))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def machine() -> str:
    """Describe the machine, and how busy it was with other things."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}, load before the run {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Measure, print, and keep the result where that is wished."""
    parser = argparse.ArgumentParser(description="Measures Elternlotse on this machine.")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"keep the result in {RESULTS.name}")
    wish = parser.parse_args()
    described = f"{machine()}; medians of {wish.repetitions} repetitions."
    print(described)
    result = table(asyncio.run(measure(wish.repetitions)))
    print(result)
    if wish.write:
        RESULTS.write_text(f"{HEAD}\n{described}\n\n{result}\n", "utf-8")


HEAD = """# Results

Written by `make bench WRITE=--write`; do not edit. What is measured, and why so: the docstrings in this folder.
The client runs on the same machine and takes its share of the cores.
"""


if __name__ == "__main__":
    main()
