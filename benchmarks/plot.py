"""Draws curves over time as SVG: panels below each other, labelled axes, readable on a light and on a dark ground.

Pure: values in, text out. No dependency, no script; the colours follow the reader's own setting.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 200
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 34, 30
"""Room around a panel's curves, for its title, its numbers and its time."""
COLOURS = ("a", "b", "c")
"""The names of the curves' colours, in their order."""
STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #222 } .title { font-weight: 600; font-size: 13px }
.grid { stroke: #8884; stroke-width: 1 } .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.a { stroke: #0b62a4 } .b { stroke: #b3540e } .c { stroke: #5b7f00 }
text.a, text.b, text.c { stroke: none } text.a { fill: #0b62a4 } text.b { fill: #b3540e } text.c { fill: #5b7f00 }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .a { stroke: #6cb6ff } .b { stroke: #ffa657 } .c { stroke: #a5d66a }
text.a { fill: #6cb6ff } text.b { fill: #ffa657 } text.c { fill: #a5d66a } }"""


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: its name, and its points as pairs (minute, value)."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of several curves in one unit."""

    title: str
    unit: str
    curves: Sequence[Curve]

    @property
    def top(self) -> float:
        """The highest number on the axis: nothing lies above it."""
        highest = max((value for curve in self.curves for _, value in curve.points), default=1.0)
        return _round_up(highest)


def picture(title: str, panels: Sequence[Panel]) -> str:
    """Return panels below each other as one SVG."""
    until = max((minute for panel in panels for curve in panel.curves for minute, _ in curve.points), default=1.0)
    height = HEIGHT * len(panels) + 8
    drawn = "\n".join(
        f'<g transform="translate(0 {HEIGHT * place})">\n{_panel(panel, until)}\n</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title, QUOTES)}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n{drawn}\n</svg>\n"
    )


QUOTES = {'"': "&quot;"}


def _panel(panel: Panel, until: float) -> str:
    return "\n".join([*_frame(panel, until), *_curves(panel, until)])


def _frame(panel: Panel, until: float) -> Iterator[str]:
    """Yield title, lines with their numbers, and the minutes below."""
    yield f'<text class="title" x="{LEFT}" y="18">{escape(panel.title)} ({escape(panel.unit)})</text>'
    for step in range(5):
        value = panel.top * step / 4
        y = _y(value, panel.top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
    for minute in _minutes(until):
        x = _x(minute, until)
        yield f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{minute:g}</text>'
    yield f'<text x="{LEFT - 24}" y="{HEIGHT - 10}" text-anchor="end">min</text>'


def _curves(panel: Panel, until: float) -> Iterator[str]:
    for place, (curve, colour) in enumerate(zip(panel.curves, COLOURS, strict=False)):
        points = " ".join(f"{_x(minute, until):.1f},{_y(value, panel.top):.1f}" for minute, value in curve.points)
        yield f'<polyline class="curve {colour}" points="{points}"/>'
        x = WIDTH - RIGHT - 120 * (len(panel.curves) - 1 - place)
        yield f'<text class="{colour}" x="{x}" y="18" text-anchor="end">{escape(curve.name)}</text>'


def _x(minute: float, until: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * minute / max(until, 1e-9)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value, top) / top


def _minutes(until: float) -> Sequence[float]:
    """Return the minutes that get a number: some, at round distances."""
    step = _round_up(until / 10)
    return [step * number for number in range(int(until / step) + 1)]


def _round_up(value: float) -> float:
    """Return the next number that begins with 1, 2, 4, 5, 6 or 8."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next((step * unit for step in (1, 2, 4, 5, 6, 8) if step * unit >= value * (1 - 1e-9)), 10 * unit)
