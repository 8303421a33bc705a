"""Numbers within right-to-left words are read as they are dialled."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from bot.text.order import FSI, PDI, in_order, quotes_in_order


def seen(text: str) -> str:
    """Return how a right-to-left line looks, from left to right, as a bidi implementation shows it."""
    return "".join(c for c in get_display(text, base_dir="R") if c not in "\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("number", ["+49 211 123-45", "0800 111 0 550", "116 016", "24.11.2026", "17:00", "0211/12 34"])
def test_a_number_keeps_its_order(number):
    """The case of a parent who writes their number into an Arabic sentence."""
    assert number in seen(in_order(f"رقمي {number} شكرًا"))


def test_without_isolates_it_would_not():
    """The test before can fail."""
    assert "+49 211 123-45" not in seen("رقمي +49 211 123-45 شكرًا")


def test_a_german_sentence_keeps_its_closing_signs():
    """The full stop stays at its end."""
    assert "„Bitte kommen Sie.“" in seen(quotes_in_order("قولوا: „Bitte kommen Sie.“"))


@given(st.text(max_size=100))
def test_nothing_is_lost_and_left_to_right_text_is_untouched(text):
    """Only isolates are added, in pairs."""
    ordered = in_order(text)
    assert text.replace(FSI, "").replace(PDI, "") == ordered.replace(FSI, "").replace(PDI, "")
    if text.isascii():
        assert text == ordered
