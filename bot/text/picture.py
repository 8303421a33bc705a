"""How large a picture is, read from its head: nothing is decoded, and only what is needed is looked at.

A page needs it before the picture is there, so that nothing moves when it comes. Bytes of any kind may come in.
Sources: ISO/IEC 15948 (PNG), ITU-T T.81 (JPEG), CIPA DC-008 (Exif), RFC 9649 (WebP).
"""

from collections.abc import Iterator

UNKNOWN = (0, 0)
SEGMENTS = 200
"""So many segments of a JPEG are looked at: any more before the picture itself are no photo's."""
_NO_FRAME = {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112


def measure(raw: bytes) -> tuple[int, int]:
    """Return width and height in pixels, as it is shown (a photo may lie on its side); ``UNKNOWN`` where it is no telling."""
    if raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[12:16] == b"IHDR" and len(raw) >= 24:
        found = _big(raw[16:20]), _big(raw[20:24])
    elif raw.startswith(b"\xff\xd8"):
        found = _jpeg(raw)
    elif raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        found = _webp(raw[12:16], raw[20:30])
    else:
        found = UNKNOWN
    return found if all(found) else UNKNOWN


def _jpeg(raw: bytes) -> tuple[int, int]:
    turned = False
    for marker, body in _segments(raw):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _lies_on_its_side(body[6:])
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME and len(body) >= 5:
            height, width = _big(body[1:3]), _big(body[3:5])
            return (height, width) if turned else (width, height)
    return UNKNOWN


def _segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and contents of each segment before the picture's data."""
    place = 2
    for _ in range(SEGMENTS):
        while raw[place : place + 2] == b"\xff\xff":
            place += 1
        length = _big(raw[place + 2 : place + 4])
        if raw[place : place + 1] != b"\xff" or length < 2:
            return
        yield raw[place + 1], raw[place + 4 : place + 2 + length]
        place += 2 + length


def _lies_on_its_side(tiff: bytes) -> bool:
    """Say whether a camera noted that width and height are to be exchanged (orientations 5 to 8)."""
    order = "little" if tiff.startswith(b"II") else "big"
    start = _number(tiff[4:8], order)
    count = _number(tiff[start : start + 2], order)
    for place in range(start + 2, min(start + 2 + 12 * count, len(tiff)), 12):
        if _number(tiff[place : place + 2], order) == _ORIENTATION:
            return 5 <= _number(tiff[place + 8 : place + 10], order) <= 8
    return False


def _webp(kind: bytes, head: bytes) -> tuple[int, int]:
    """Read a WebP's first chunk: with loss, without loss, or with extras."""
    match kind:
        case b"VP8 " if head[3:6] == b"\x9d\x01\x2a" and len(head) >= 10:
            return _little(head[6:8]) & 0x3FFF, _little(head[8:10]) & 0x3FFF
        case b"VP8L" if head[:1] == b"\x2f" and len(head) >= 5:
            bits = _little(head[1:5])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(head) >= 10:
            return _little(head[4:7]) + 1, _little(head[7:10]) + 1
        case _:
            return UNKNOWN


def _big(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _number(raw: bytes, order: str) -> int:
    return _little(raw) if order == "little" else _big(raw)
