"""Figures as rows: a table to read, and the same as JSON. Nothing is measured or judged here."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, its values over the repetitions, their unit, and the target, or none."""

    what: str
    values: Sequence[float]
    unit: str
    target: str = ""

    @property
    def median(self) -> float:
        """Return the median over the repetitions."""
        return statistics.median(self.values)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rows that belong together, under a title, with a sentence on how to read them."""

    title: str
    about: str
    rows: Sequence[Row]


def markdown(chapters: Sequence[Chapter]) -> str:
    """Return all chapters in Markdown, which is also readable as it is."""
    return "\n\n".join(f"## {each.title}\n\n{each.about}\n\n{_table(each.rows)}" for each in chapters)


def as_json(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """Return all values."""
    return {
        each.title: [
            {"what": row.what, "unit": row.unit, "target": row.target, "median": row.median, "values": list(row.values)}
            for row in each.rows
        ]
        for each in chapters
    }


def _table(rows: Sequence[Row]) -> str:
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
