"""A parent's own data on the page: the files of what is kept of them, and the end of a talk that was erased.

Both are behind the parent's own cookie. The files belong to one message, for a day; they are made when they are asked for
and no browser keeps them. After the end the browser forgets who it was.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.flow.own_data import DATA
from bot.model import ContactId
from bot.ports import Clock, Store
from bot.text.message import Message
from bot.web import cookies
from bot.work.own_data import File

OwnFiles = Callable[[ContactId], Awaitable[Sequence[File]]]
"""Make the files of all that is kept of a contact."""

PATH = "/chat/data/"
ENDINGS: Mapping[str, str] = {"html": "data_read", "json": "data_program"}
"""How the files end, and the page's word for each."""
VALID = timedelta(days=1)
"""So long after the message its files are given out."""
FORGET = '"cookies", "storage"'
"""What a browser is told to forget (Clear-Site-Data)."""

_NAME = re.compile(rf"([A-Za-z0-9_-]{{1,64}})\.({'|'.join(ENDINGS)})")


def shown(token: str, message: Message, words: Mapping[str, str]) -> Sequence[Mapping[str, object]]:
    """Return the files that go with a message as the page draws them."""
    if message.enclosed != DATA:
        return ()
    return [
        {"kind": "document", "src": f"{PATH}{token}.{ending}", "alt": words[word], "about": ending.upper()}
        for ending, word in ENDINGS.items()
    ]


async def file(
    request: Request, store: Store, clock: Clock, own_files: OwnFiles, contact: ContactId | None
) -> Response:
    """Give out a file; 404 where there is none such for this contact, or its time is over."""
    asked = _NAME.fullmatch(request.path_params["name"])
    line = await store.line(contact, asked[1]) if asked is not None and contact is not None else None
    if asked is None or contact is None or line is None or line.message is None or line.message.enclosed != DATA:
        raise HTTPException(404)
    if abs(clock() - line.at) > VALID:
        raise HTTPException(404)
    made = next(each for each in await own_files(contact) if each.name.endswith(f".{asked[2]}"))
    headers = {"content-disposition": f'attachment; filename="{made.name}"', "cache-control": "no-store"}
    return Response(made.body, headers=headers, media_type=made.kind)


async def end(request: Request, store: Store, clock: Clock, cookie: str, contact: ContactId | None) -> Response:
    """Let a page go whose talk was erased: the goodbye counts as read, and the browser forgets its cookie.

    409 where the talk goes on.
    """
    goodbye = None if contact is None else await store.goodbye(contact)
    if contact is not None:
        if goodbye is None:
            raise HTTPException(409)
        await store.seen(contact, [goodbye.token], clock())
    answer = Response(status_code=204, headers={"clear-site-data": FORGET})
    for same_site in ("lax", "none") if cookies.trusted(request) else ("lax",):
        cookies.write(request, answer, cookie, "", 0, same_site)
    return answer
