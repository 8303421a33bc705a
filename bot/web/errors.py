"""The last resort: whatever goes wrong inside becomes a plain, generic answer with a number, and a line in the log.

Nothing of the error reaches the caller, and no words of it the log: an error's text may quote what a parent wrote.
The log gets the error's kind and the places it came through.
"""

import html
import json
import traceback
from collections.abc import Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REASONS = {
    400: "Diese Anfrage haben wir nicht verstanden.",
    403: "Das ist hier nicht erlaubt. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.",
    404: "Diese Seite gibt es nicht.",
    405: "Das geht hier nicht.",
    408: "Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.",
    413: "Das ist zu groß.",
    415: "Diese Art von Daten nehmen wir nicht an.",
    429: "Das waren zu viele Versuche. Bitte warten Sie etwas.",
    503: "Das geht gerade nicht. Bitte versuchen Sie es gleich noch einmal.",
}
FAILED = "Da ist bei uns etwas schiefgegangen. Bitte versuchen Sie es noch einmal."

PAGE = (
    '<!doctype html><html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title>{style}</head><body><main><h1>{title}</h1><p>{reason}</p></main></body></html>"
)

_log = structlog.get_logger()


class LastResort:
    """Answers for every error that reaches it. ``new_id`` makes the number that answer and log line share.

    ``style`` is the address of a stylesheet for the page, or empty. ``is_away`` tells whether an error only means that
    the store is away: that is 503, and whoever asked may ask again.
    """

    def __init__(
        self, app: ASGIApp, new_id: Callable[[], str], style: str, is_away: Callable[[BaseException], bool]
    ) -> None:
        self.app = app
        self._new_id = new_id
        self._is_away = is_away
        self._style = f'<link rel="stylesheet" href="{html.escape(style)}">' if style else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer for it where that fails."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except HTTPException as refusal:
            answer = self._answer(Request(scope), refusal.status_code, "", refusal.headers)
        except Exception as error:  # noqa: BLE001 - this is the place where nothing may escape
            answer = self._failed(Request(scope), error)
        else:
            return
        if not started:
            await answer(scope, receive, send)

    def _failed(self, request: Request, error: Exception) -> Response:
        if self._is_away(error):
            _log.error("store_away", path=request.scope["path"], error=kind(error))
            return self._answer(request, 503, "", {"retry-after": "2"})
        number = self._new_id()
        _log.error("request_failed", id=number, path=request.scope["path"], error=kind(error), places=places(error))
        return self._answer(request, 500, number, None)

    def _answer(self, request: Request, status: int, number: str, headers: object) -> Response:
        reason = REASONS.get(status, FAILED)
        kept = dict(headers) if isinstance(headers, dict) else {}
        if "text/html" in request.headers.get("accept", ""):
            shown = f"{reason} (Nummer {number})" if number else reason
            page = PAGE.format(title="Elternlotse", reason=html.escape(shown), style=self._style)
            return HTMLResponse(page, status, kept)
        body = {"error": reason} | ({"id": number} if number else {})
        return Response(json.dumps(body, ensure_ascii=False), status, kept, "application/json")


def kind(error: BaseException) -> str:
    """Return an error's class, without its words."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def places(error: BaseException) -> str:
    """Return where an error came through, the deepest place last, without a line of text."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " > ".join(f"{frame.filename.rpartition('bot/')[2]}:{frame.lineno}" for frame in frames)
