"""Pictures, documents and audio as a browser gets them: under an address that says nothing, whole or in parts, kept for ever.

Parts are asked for by players (Safari plays nothing that it cannot ask for in parts). Only what is in ``KINDS`` is
given out, under our own name for it, whatever it may be inside.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.text.media import MediaFile
from bot.text.message import Attachment
from bot.web.pages import FOR_EVER

FindMedia = Callable[[str], Awaitable[MediaFile | None]]
"""Return the file of an address, or None."""

PATH = "/chat/media/"
KINDS: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
}
"""What a browser is told a file is, by its ending."""
PIECE = 64 * 1024
"""Bytes handed on at once: what a slow line has not taken yet is not copied for it."""
UNKNOWN_PICTURE = (640, 480)
"""The room that is kept for a picture of which no size is known."""

_ADDRESS = re.compile(rf"[0-9a-f]{{16}}/[0-9a-f]{{32}}\.({'|'.join(KINDS)})")
_PLAIN_NAME = re.compile(r"[\w .()-]+", re.ASCII)
_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")


def shown(media: Attachment) -> Mapping[str, object]:
    """Return a file as the page draws it."""
    seen = {"kind": media.kind, "src": f"{PATH}{media.address}", "alt": media.alt}
    if media.kind == "picture":
        width, height = (media.width, media.height) if media.width else UNKNOWN_PICTURE
        return seen | {"width": width, "height": height}
    return seen | {"about": f"{media.path.rpartition('/')[2]} · {size(media.size)}"}


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")


async def served(request: Request, find: FindMedia) -> Response:
    """Answer a request for a file: all of it, the part that was asked for, or that nothing has changed."""
    address = str(request.scope["path"]).removeprefix(PATH)
    ending = _ADDRESS.fullmatch(address)
    file = await find(address) if ending else None
    if ending is None or file is None:
        raise HTTPException(404)
    headers = _headers(file, KINDS[ending[1]])
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    part = wanted(request.headers.get("range", ""), len(file.body))
    if part is None or request.headers.get("if-range", headers["etag"]) != headers["etag"]:
        return _answer(file.body, range(len(file.body)), 200, headers)
    if not part:
        raise HTTPException(416, headers={"content-range": f"bytes */{len(file.body)}"})
    headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{len(file.body)}"
    return _answer(file.body, part, 206, headers)


def wanted(asked: str, length: int) -> range | None:
    """Return which bytes are asked for, an empty range where there are none such; None: no part, or not understood.

    Several parts at once are not understood: who asks for them gets the whole, as RFC 9110 (14.2) allows.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, length - int(last)), length)
    if last and int(last) < int(first):
        return None
    return range(min(int(first), length), min(int(last) + 1, length) if last else length)


def _headers(file: MediaFile, kind: str) -> dict[str, str]:
    name = file.name if _PLAIN_NAME.fullmatch(file.name) else "datei"
    return {
        "content-type": kind,
        "content-disposition": f'inline; filename="{name}"',
        "cache-control": FOR_EVER,
        "etag": f'"{file.address.rpartition("/")[2]}"',
        "accept-ranges": "bytes",
    }


def _answer(body: bytes, part: range, status: int, headers: Mapping[str, str]) -> Response:
    return StreamingResponse(_pieces(body, part), status, {**headers, "content-length": str(len(part))})


async def _pieces(body: bytes, part: range) -> AsyncIterator[bytes]:
    for start in range(part.start, part.stop, PIECE):
        yield body[start : min(start + PIECE, part.stop)]
