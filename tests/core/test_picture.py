"""A picture's size, read from its head, for every format that flows may have."""

import pytest
from core.pictures import exif, extended, jpeg, lossless, lossy, png, segment, webp
from hypothesis import given
from hypothesis import strategies as st

from bot.text.picture import SEGMENTS, UNKNOWN, measure


@pytest.mark.parametrize("kind", [png, jpeg, lossless, lossy, extended])
@pytest.mark.parametrize("size", [(1, 1), (320, 200), (200, 320), (9000, 257)])
def test_every_format_says_its_size(kind, size):
    """Width and height are those that the file was made with."""
    if kind is png and size[0] == 9000:
        size = (900, 25)
    assert size == measure(kind(*size))


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2, 0xC3, 0xC9])
def test_every_kind_of_jpeg(frame):
    """Progressive photos have their size elsewhere than tables, which look alike."""
    tables = segment(0xC4, b"\x08\x00\x07\x00\x09" * 3)
    assert (640, 480) == measure(jpeg(640, 480, segment(0xE0, b"JFIF\0"), tables, b"\xff\xff", frame=frame))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(10))
def test_a_phone_that_was_held_upright(orientation, order):
    """A photo that is shown turned has its height as width."""
    size = measure(jpeg(400, 300, exif(orientation, order, others=3)))
    assert ((300, 400) if 5 <= orientation <= 8 else (400, 300)) == size


def test_what_is_no_picture_has_no_size():
    """Neither other kinds of files nor sizes of nothing are taken for a size."""
    for raw in (b"", b"%PDF-1.4", b"GIF89a\x01\x00\x01\x00", png(1, 1)[:20], jpeg(0, 5), webp(b"ALPH", b"\1" * 20)):
        assert UNKNOWN == measure(raw)


def test_a_jpeg_of_endless_segments_ends():
    """The search is bounded: a file made of empty segments costs nothing."""
    assert UNKNOWN == measure(jpeg(5, 5, segment(0xE2, b"") * SEGMENTS))
    assert (5, 5) == measure(jpeg(5, 5, segment(0xE2, b"") * (SEGMENTS - 1)))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", png(3, 2)[:16], b"\xff\xd8", jpeg(3, 2, exif(6))[:30], lossy(3, 2)[:16]]),
)
def test_no_bytes_are_a_fault(raw, head):
    """Whatever a file holds after a good beginning, a size comes back, or none."""
    width, height = measure(head + raw)
    assert (width > 0) == (height > 0)


@pytest.mark.parametrize(
    "whole", [png(700, 500), jpeg(700, 500, exif(1)), lossy(700, 500), lossless(700, 500), extended(700, 500)]
)
def test_a_file_that_breaks_off(whole):
    """A file that ends too soon has its whole size or none, never a part of the number."""
    assert {UNKNOWN, (700, 500)} == {measure(whole[:end]) for end in range(len(whole) + 1)}
