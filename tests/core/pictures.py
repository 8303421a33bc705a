"""Pictures of any size, made on the spot: a whole PNG, and the heads of the other formats."""

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """Return a whole, grey PNG."""
    rows = (b"\0" + b"\x80" * width) * height
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def jpeg(width: int, height: int, *before: bytes, frame: int = 0xC0) -> bytes:
    """Return the head of a JPEG: some segments, then the frame."""
    sof = struct.pack(">BBHBHHB", 0xFF, frame, 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + b"".join(before) + sof


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int, order: str = "<", others: int = 0) -> bytes:
    """Return the segment in which a camera notes how it was held."""
    mark = b"II" if order == "<" else b"MM"
    entries = [(0x010F, 1)] * others + [(0x0112, orientation)]
    listed = b"".join(struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    tiff = mark + struct.pack(f"{order}HIH", 42, 8, len(entries)) + listed
    return segment(0xE1, b"Exif\0\0" + tiff)


def webp(kind: bytes, body: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def lossless(width: int, height: int) -> bytes:
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))


def lossy(width: int, height: int) -> bytes:
    return webp(b"VP8 ", b"\x50\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width | 1 << 14, height))


def extended(width: int, height: int) -> bytes:
    return webp(b"VP8X", b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
