"""A flow as a picture (SVG): one box a step, in the order they are written, and an arrow for every way on.

Ways to the step below go straight down; all others run in lanes beside the boxes, one lane a target, each in a colour
of its own. What leads into another flow or out of this one ends in a small sign. The words are those of one language;
right-to-left ones stand at the right of their box. Visits, where there are any, stand beside their arrow.
Nothing but text goes in and out: no font is measured, widths are estimated generously.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from bot.flow.graph import Ask, CallStep, Choose, Decide, Derive, Escalate, Flow, Form, Remind, Say
from bot.model import Language
from bot.text.languages import direction
from bot.text.ways import Exit, Find, comes_back, exits, said

FEW = 5
"""Fewer visits than this are not told apart: nobody is to be recognised."""

WIDTH, PAD, LINE, GAP = 380, 12, 18, 34
LEFT = 24
SIGN = 150
LANE = 18
CHARACTERS = 50
"""So many characters stand in a line of a box."""
COLOURS = ("#1d5fa6", "#a14a00", "#1f7a4d", "#8a2a6b", "#5a4fb0", "#7a6200")
_KIND: Mapping[type, tuple[str, str]] = {
    Say: ("say", "#eef4fb"),
    Choose: ("choose", "#fdf3e3"),
    Ask: ("ask", "#fdf3e3"),
    Form: ("form", "#fdf3e3"),
    Remind: ("remind", "#fdf3e3"),
    Derive: ("derive", "#f1f1f1"),
    Decide: ("decide", "#f1f1f1"),
    CallStep: ("call", "#ece9f8"),
    Escalate: ("escalate", "#e6f4ea"),
}


@dataclass(frozen=True, slots=True)
class _Box:
    """A step with its place: top edge, height, lines of its text, and its ways out with the height each leaves at."""

    name: str
    kind: str
    fill: str
    top: int
    height: int
    lines: tuple[str, ...]
    exits: tuple[tuple[Exit, int], ...]


def draw(
    name: str, flows: Mapping[str, Flow], find: Find, language: Language, visits: Mapping[tuple[str, str], int]
) -> str:
    """Return the picture of a flow. ``visits`` counts by (step, way), as ``effect.Passed`` names them."""
    flow = flows[name]
    boxes = tuple(_boxes(flow, flows, find))
    lanes = _lanes(flow, boxes)
    parts = [*_arrows(boxes, lanes, visits), *(part for box in boxes for part in _box(box, language))]
    width = LEFT + WIDTH + SIGN + LANE * (len(set(lanes.values())) + 1) + LEFT
    height = boxes[-1].top + boxes[-1].height + LEFT
    title = escape(find(flow.title))
    return "\n".join(
        (
            _opening(width, height, language),
            f'<title id="title">{title}</title>',
            _markers(),
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _words(title, language, LEFT, 30, "", bold=True, size=18),
            *parts,
            "</svg>\n",
        )
    )


def _opening(width: int, height: int, language: Language) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title" lang="{escape(language.replace("_", "-"))}" '
        f'font-family="system-ui, sans-serif" font-size="14">'
    )


def wrapped(words: str, width: int = CHARACTERS, most: int = 6) -> tuple[str, ...]:
    """Return a text in lines of at most so many characters; what is more than ``most`` lines becomes ``…``."""
    lines = [line for paragraph in words.split("\n") for line in _line(paragraph, width)]
    return tuple(lines) if len(lines) <= most else (*lines[: most - 1], lines[most - 1][: width - 2].rstrip() + " …")


def _line(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        while len(word) > width:
            yield from filter(None, (line,))
            yield word[:width]
            line, word = "", word[width:]  # noqa: PLW2901 - the rest of a word that is longer than a line
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def _boxes(flow: Flow, flows: Mapping[str, Flow], find: Find) -> Iterator[_Box]:
    top = 52
    for name, step in flow.steps.items():
        kind, fill = _KIND[type(step)]
        lines = wrapped(said(step, find))
        ways = tuple(way if comes_back(way, flows) else replace(way, to="") for way in exits(step, find))
        listed = [(way, wrapped(way.label, CHARACTERS - 4, 2)) for way in ways if way.label]
        head = PAD + LINE * (1 + len(lines))
        rows: list[tuple[Exit, int]] = []
        below = head + 4
        for way, words in listed:
            rows.append((way, top + below + LINE // 2))
            below += LINE * len(words) + 4
        height = (below if listed else head) + PAD
        rows += [(way, top + height - PAD) for way in ways if not way.label]
        yield _Box(name, kind, fill, top, height, lines, tuple(rows))
        top += height + GAP


def _lanes(flow: Flow, boxes: Sequence[_Box]) -> Mapping[str, int]:
    """Return the lane of each target that is reached from elsewhere than straight from above: overlapping ones differ."""
    below = dict(zip((box.name for box in boxes), [*(box.name for box in boxes[1:]), ""], strict=True))
    at = {box.name: box.top + LINE for box in boxes}
    spans: dict[str, list[int]] = {}
    for box in boxes:
        for way, height in box.exits:
            if way.to in flow.steps and (way.label or way.to != below[box.name]):
                spans.setdefault(way.to, [at[way.to]]).append(height)
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[str, int] = {}
    for target, heights in sorted(spans.items(), key=lambda item: max(item[1]) - min(item[1])):
        span = (min(heights), max(heights))
        free = (i for i, lane in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in lane))
        lanes[target] = next(free, len(taken))
        if lanes[target] == len(taken):
            taken.append([])
        taken[lanes[target]].append(span)
    return lanes


def _arrows(boxes: Sequence[_Box], lanes: Mapping[str, int], visits: Mapping[tuple[str, str], int]) -> Iterator[str]:
    right = LEFT + WIDTH
    tops = {box.name: box.top for box in boxes}
    most = max(visits.values(), default=0)
    for box in boxes:
        for way, y in box.exits:
            count = visits.get((box.name, way.way), 0)
            heavy = 1.5 if not most else 1.5 + 3 * count / most
            told = _count(count) if visits else ""
            x = right
            if sign := _sign(way):
                yield from _pill(x + 10, y, sign, tail=bool(way.to) and way.to in lanes)
                x += SIGN
            if way.to in lanes and (way.label or not _is_below(boxes, box, way.to)):
                yield _lane(x, y, tops[way.to] + LINE, lanes[way.to], heavy)
            elif way.to:
                yield _down(box, tops[way.to], heavy)
            yield from _told(told, way, box, y)


def _told(told: str, way: Exit, box: _Box, y: int) -> Iterator[str]:
    if not told:
        return
    x, height = (LEFT + WIDTH - 8, y + 4) if way.label else (LEFT + 46, box.top + box.height + 20)
    anchor = "end" if way.label else "start"
    yield f'<text x="{x}" y="{height}" text-anchor="{anchor}" font-size="12" fill="#444444">{escape(told)}</text>'


def _is_below(boxes: Sequence[_Box], box: _Box, target: str) -> bool:
    place = boxes.index(box)
    return place + 1 < len(boxes) and boxes[place + 1].name == target


def _lane(x: int, y: int, target: int, lane: int, heavy: float) -> str:
    colour = COLOURS[lane % len(COLOURS)]
    turn = LEFT + WIDTH + SIGN + LANE * (lane + 1)
    path = f"M{x} {y}H{turn}V{target}H{LEFT + WIDTH + 3}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{heavy:.1f}" '
        f'stroke-linejoin="round" marker-end="url(#arrow{lane % len(COLOURS)})"/>'
    )


def _down(box: _Box, target: int, heavy: float) -> str:
    x = LEFT + 36
    return (
        f'<path d="M{x} {box.top + box.height}V{target - 3}" stroke="#333333" stroke-width="{heavy:.1f}" '
        f'marker-end="url(#arrow)"/>'
    )


def _pill(x: int, y: int, words: str, *, tail: bool) -> Iterator[str]:
    width = SIGN - 20
    yield f'<path d="M{x - 10} {y}h10" stroke="#333333" stroke-width="1.5"/>'
    yield f'<rect x="{x}" y="{y - 11}" width="{width}" height="22" rx="11" fill="#ffffff" stroke="#333333"/>'
    shown = words if len(words) <= 18 else words[:17] + "…"
    yield (
        f'<text x="{x + width // 2}" y="{y + 4}" text-anchor="middle" font-size="12">'
        f"<title>{escape(words)}</title>{escape(shown)}</text>"
    )
    if tail:
        yield f'<path d="M{x + width} {y}h10" stroke="#333333" stroke-width="1.5"/>'


def _sign(way: Exit) -> str:
    if way.calls:
        return f"→ {way.calls}"
    if way.leaves:
        return "ein Mensch"
    return "" if way.to else "Ende"


def _box(box: _Box, language: Language) -> Iterator[str]:
    yield (
        f'<rect x="{LEFT}" y="{box.top}" width="{WIDTH}" height="{box.height}" rx="8" fill="{box.fill}" '
        f'stroke="#333333"/>'
    )
    y = box.top + PAD + 6
    yield f'<text x="{LEFT + PAD}" y="{y}" font-size="12" fill="#444444">{box.kind} · {escape(box.name)}</text>'
    for number, line in enumerate(box.lines, 1):
        yield _words(escape(line), language, LEFT + PAD, y + LINE * number, "#000000")
    for way, height in box.exits:
        if way.label:
            yield f'<path d="M{LEFT} {height - LINE // 2 - 3}h{WIDTH}" stroke="#cccccc"/>'
            for number, line in enumerate(wrapped(way.label, CHARACTERS - 4, 2)):
                yield _words(escape(line), language, LEFT + PAD, height + 4 + LINE * number, "#000000")


def _words(escaped: str, language: Language, x: int, y: int, fill: str, *, bold: bool = False, size: int = 14) -> str:
    """Return one line of text: in a right-to-left language from the right edge of the box to the left."""
    rtl = direction(language) == "rtl"
    at = LEFT + WIDTH - PAD if rtl else x
    turned = ' direction="rtl" unicode-bidi="plaintext"' if rtl else ""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{at}" y="{y}" font-size="{size}"{weight} fill="{fill or "#000000"}"{turned}>{escaped}</text>'


def _markers() -> str:
    def marker(name: str, colour: str) -> str:
        return (
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
        )

    each = "".join(marker(f"arrow{number}", colour) for number, colour in enumerate(COLOURS))
    return f"<defs>{marker('arrow', '#333333')}{each}</defs>"


def _count(count: int) -> str:
    return "" if not count else f"unter {FEW}" if count < FEW else f"{count:,}".replace(",", ".")
