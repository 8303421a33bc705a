"""A poster with a code to scan: the flow's title, the code, one sentence, the link in words. SVG, ready to print.

The code is drawn by segno; it corrects errors at level M, so it stands a crease or a drop of rain.
"""

from dataclasses import dataclass
from html import escape

import segno

from bot.model import Language
from bot.text.draw import wrapped
from bot.text.languages import direction

WIDTH, HEIGHT = 420, 594
"""A5, in half millimetres and a bit; the printer scales it."""
_CODE = 300


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster: title, sentence and the house's name in words, and where the code leads."""

    title: str
    sentence: str
    house: str
    link: str
    language: Language


def draw_poster(poster: Poster) -> str:
    """Return the poster."""
    code = segno.make(poster.link, error="m", micro=False)
    modules = code.symbol_size(border=4)[0]
    shown = code.svg_inline(border=4, scale=_CODE / modules, lineclass=None, svgclass=None, omitsize=False)
    rtl = ' direction="rtl"' if direction(poster.language) == "rtl" else ""
    titles = wrapped(poster.title, 24)
    down = 60 + 40 * len(titles)
    parts = [_text(line, 60 + 40 * number, 32, rtl, bold=True) for number, line in enumerate(titles)]
    parts.append(f'<g transform="translate({(WIDTH - _CODE) // 2} {down - 10})">{shown}</g>')
    below = down + _CODE + 22
    sentences = wrapped(poster.sentence, 34)
    parts += [_text(line, below + 28 * number, 20, rtl) for number, line in enumerate(sentences)]
    link = poster.link.removeprefix("https://")
    parts += [
        _text(line, below + 28 * len(sentences) + 12 + 15 * number, 12, "")
        for number, line in enumerate(wrapped(link, 60))
    ]
    parts.append(_text(poster.house, HEIGHT - 24, 12, ""))
    return "\n".join((_opening(poster), *parts, "</svg>\n"))


def _opening(poster: Poster) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="148mm" height="210mm" '
        f'lang="{escape(poster.language.replace("_", "-"))}" font-family="system-ui, sans-serif">'
        f"<title>{escape(poster.title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    )


def _text(words: str, y: int, size: int, turned: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{WIDTH // 2}" y="{y}" font-size="{size}" text-anchor="middle"{weight}{turned}>{escape(words)}</text>'
    )
