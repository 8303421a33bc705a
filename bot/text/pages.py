"""Buttons on pages, where a channel shows fewer than there are. Typed labels and numbers count over all of them."""

from dataclasses import dataclass

from bot.flow.message import Option

_HOUSE = ("t.", "c.")
"""Buttons of the house, such as "Jemanden fragen": they are on every page."""


@dataclass(frozen=True, slots=True)
class Page:
    """The options that are shown now; ``more`` says that there are others, which need a button to get to."""

    options: tuple[Option, ...]
    more: bool = False


def page_of(options: tuple[Option, ...], number: int, places: int) -> Page:
    """Return a page of at most so many places, from 0; after the last comes the first again."""
    if len(options) <= places:
        return Page(options)
    house = tuple(option for option in options if option.token.startswith(_HOUSE))
    others = tuple(option for option in options if option not in house)
    size = max(1, places - 1 - len(house))
    begin = number * size % (-(-len(others) // size) * size or 1)
    return Page((*others[begin : begin + size], *house), more=len(others) > size)
