"""Figures for several sizes: a table with the ratio of the largest to the smallest, and the same as JSON. Nothing is measured."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Line:
    """One line of a table: a figure on one engine, for each size."""

    what: str
    engine: str
    unit: str
    values: dict[int, list[float]] = field(default_factory=dict)

    def median(self, size: int) -> float:
        """Return the median for a size."""
        return statistics.median(self.values[size])

    @property
    def ratio(self) -> float:
        """Return the largest size's figure against the smallest's."""
        sizes = sorted(self.values)
        return self.median(sizes[-1]) / self.median(sizes[0])


@dataclass(frozen=True, slots=True)
class Table:
    """Lines over the same sizes."""

    title: str
    about: str
    lines: Sequence[Line]


def markdown(tables: Sequence[Table]) -> str:
    """Return the tables in Markdown."""
    return "\n\n".join(f"## {table.title}\n\n{table.about}\n\n{_lines(table)}" for table in tables)


def _lines(table: Table) -> str:
    sizes = sorted({size for line in table.lines for size in line.values})
    head = ["what", "engine", *(f"{size:,}" for size in sizes), "unit", "ratio"]
    body = [
        [line.what, line.engine, *(_number(line, size) for size in sizes), line.unit, f"{line.ratio:.2f}"]
        for line in table.lines
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def _number(line: Line, size: int) -> str:
    return f"{line.median(size):.3g}" if size in line.values else "–"


def as_json(tables: Sequence[Table]) -> dict[str, Any]:
    """Return all values."""
    return {
        table.title: [
            {"what": line.what, "engine": line.engine, "unit": line.unit, "values": line.values, "ratio": line.ratio}
            for line in table.lines
        ]
        for table in tables
    }
