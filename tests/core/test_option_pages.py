"""Buttons on pages: all of them are reached, none twice, the house's are on every page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.message import Option, interface
from bot.text.pages import Page, page_of


def options(*tokens: str) -> tuple[Option, ...]:
    return tuple(Option(token, interface("button.yes")) for token in tokens)


def tokens(page: Page) -> str:
    return "".join(option.token for option in page.options)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "abc"), (1, "def"), (2, "gh"), (3, "abc"), (7, "def"), (10**9 * 3, "abc")]
)
def test_a_page_has_room_for_the_button_to_the_next(number, shown):
    """Four places: three options and the button."""
    page = page_of(options(*"abcdefgh"), number, 4)
    assert (shown, True) == (tokens(page), page.more)


def test_what_fits_is_one_page():
    """As many as there are places, and no button."""
    assert Page(options(*"abcd"), more=False) == page_of(options(*"abcd"), 3, 4)


def test_the_houses_buttons_are_on_every_page():
    """A person is never a page away."""
    page = page_of(options("a", "b", "c", "d", "t.person", "c.menu"), 1, 5)
    assert ("cd" + "t.person" + "c.menu", True) == (tokens(page), page.more)


def test_where_only_the_house_is_left_there_is_no_next_page():
    """Its buttons alone may be too many; none of them is hidden."""
    page = page_of(options("t.a", "t.b", "t.c", "t.d"), 2, 2)
    assert ("t.at.bt.ct.d", False) == (tokens(page), page.more)


def test_a_page_has_at_least_one_option():
    """Also where the house's buttons take all places."""
    page = page_of(options("a", "b", "t.x", "t.y"), 1, 2)
    assert ("bt.xt.y", True) == (tokens(page), page.more)


@given(st.integers(1, 40), st.integers(2, 12), st.integers(0, 3))
def test_every_option_is_reached_by_going_on(count, places, house):
    """Page by page, each once before the first page comes again."""
    every = options(*(f"o{n}." for n in range(count)), *(f"t.{n}" for n in range(house)))
    seen: list[str] = []
    for number in range(count):
        page = page_of(every, number, places)
        new = [option.token for option in page.options if option.token.startswith("o")]
        if new[0] in seen:
            break
        seen += new
    assert [f"o{n}." for n in range(count)] == seen
