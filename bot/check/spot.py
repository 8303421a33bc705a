"""Where a few words of a German text stand in its file, for problems that point at them."""

from bot.source.nodes import Place, Scalar

_WORDS = 4
"""So many words are enough to find where a sentence begins."""


def spot(scalar: Scalar, fragment: str) -> Place:
    """Return the place of a fragment; of one that spans lines its beginning; else where the text begins."""
    beginning = " ".join(fragment.split()[:_WORDS])
    return _line(scalar, fragment) or _rest_of_line(_line(scalar, beginning)) or _first_line(scalar)


def _line(scalar: Scalar, fragment: str) -> Place | None:
    place = scalar.place
    for number in range(place.line, place.last + 1) if fragment else ():
        column = place.source.line(number).find(fragment, place.column - 1 if number == place.line else 0)
        if column >= 0:
            return Place(place.source, number, column + 1, len(fragment), number)
    return None


def _rest_of_line(place: Place | None) -> Place | None:
    if place is None:
        return None
    line = place.source.line(place.line).rstrip()
    return Place(place.source, place.line, place.column, len(line) - place.column + 1, place.line)


def _first_line(scalar: Scalar) -> Place:
    """Return a text's first line: of a block the one below its sign."""
    place = scalar.place
    if scalar.style != "block":
        return Place(place.source, place.line, place.column, place.length, place.line)
    for number in range(place.line + 1, place.last + 1):
        line = place.source.line(number)
        if line.strip():
            return Place(place.source, number, len(line) - len(line.lstrip()) + 1, len(line.strip()), number)
    return place
