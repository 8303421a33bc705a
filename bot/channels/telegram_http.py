"""The way to Telegram's servers: python-telegram-bot's requests on aiohttp, and one raw question for polling.

Answers are read with a cap, redirects are not followed, and the library is given only answers it can digest.
The address of every request contains the bot's token, so no error of the network goes on with its own words.
"""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import msgspec
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# Without this the library warns of a coming change whenever a 429 is read. It is looked up at each use.
os.environ["PTB_TIMEDELTA"] = "true"
# At DEBUG the library writes the token and what was said into the log, at ERROR the answers it cannot read.
logging.getLogger("telegram").setLevel(logging.CRITICAL)

ANSWER_LIMIT = 20_000_000
"""Bytes of one answer: a hundred updates fit several times."""
LONGEST_WAIT = 86_400
"""Seconds that we obey at most when the platform names a wait."""


class NotReachedError(NetworkError):
    """The server was not reached: nothing was sent, and nobody else's request gets there either."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a call says, in the place of the library's ``RequestData``: its JSON values, ready.

    ``document`` is a file that goes with it: name, kind and bytes.
    """

    parameters: Mapping[str, object]
    document: tuple[str, str, bytes] | None = None


class AiohttpRequest(BaseRequest):
    """Requests on one aiohttp session. ``connect`` and ``read`` are seconds."""

    def __init__(self, connect: float, read: float) -> None:
        self._connect = connect
        self._read = read
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return self._read

    async def initialize(self) -> None:
        """Open the session. Bodies are taken as they come: a small compressed one could fill the memory."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            headers={
                "Accept-Encoding": "identity",
                "Content-Type": "application/json",
                "User-Agent": "elternlotse",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, url: str, fields: Mapping[str, object], document: tuple[str, str, bytes] | None = None) -> Any:
        """Call a method, perhaps with a file, and return its result, plain. Raises ``TelegramError`` kinds only.

        The library makes an object of each button and of all that comes back, which costs more than all the rest of a
        sending; its reading of refusals is used here all the same.
        """
        return await self.post(url, cast("RequestData", Fields(fields, document)))

    async def do_request(  # the library's own times are not used: every call but polling waits equally long
        self,
        url: str,
        method: str,  # noqa: ARG002 - the library only posts here
        request_data: RequestData | None = None,
        read_timeout: object = None,  # noqa: ARG002
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Return status and body of a call, checked. Raises ``TelegramError`` kinds only."""
        document = getattr(request_data, "document", None)  # ours has one, the library's has not
        fields = request_data.parameters if request_data else {}
        code, body = await self.ask(url, fields, self._read, document)
        return code, _digestible(code, body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer's object, as ``do_request`` has let it through."""
        return json_object(payload) or {}

    async def ask(
        self,
        url: str,
        fields: Mapping[str, object],
        read: float,
        document: tuple[str, str, bytes] | None = None,
    ) -> tuple[int, bytes]:
        """Post these fields as JSON, or with a file as a form, and return status and body as they came.

        Raises ``NotReachedError`` when nothing was sent, ``TimedOut`` when no answer came, else ``NetworkError``.
        """
        if self._session is None:
            raise NotReachedError("the channel is not open")
        limits = aiohttp.ClientTimeout(total=self._connect + read, sock_connect=self._connect, sock_read=read)
        try:
            body, headers = (msgspec.json.encode(fields), None) if document is None else _form(fields, *document)
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=limits
            ) as response:
                return response.status, await _read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotReachedError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _form(
    fields: Mapping[str, object], name: str, kind: str, document: bytes
) -> tuple[aiohttp.payload.Payload, Mapping[str, str]]:
    """Return a form with a file in it, and the headers that go with it."""
    form = aiohttp.FormData({key: str(value) for key, value in fields.items()})
    form.add_field("document", document, filename=name, content_type=kind)
    body = form()
    return body, {"Content-Type": body.content_type}


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise NetworkError("the answer is too large")
    return bytes(body)


def _digestible(code: int, body: bytes) -> bytes:
    """Return an answer that the library can read. A proxy's page or an ``ok: false`` with 200 is trouble on the way."""
    answer = json_object(body)
    if answer is None:
        raise NetworkError(f"{code}, but no answer of the platform")
    if code >= 300:
        return json.dumps({"ok": False, "description": reason(answer), "parameters": _parameters(answer)}).encode()
    if answer.get("ok") is not True or "result" not in answer:
        raise NetworkError(f"{code}, but not ok: {reason(answer)}")
    return body


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return an answer's object, or None where it is none."""
    try:
        answer = _load(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _load(body: bytes) -> object:
    """Read JSON, also such as only Python takes for some (half a character, a number beyond all bounds)."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return json.loads(body)


def reason(answer: Mapping[str, Any]) -> str:
    """Return the platform's own words for what is wrong, shortened."""
    description = answer.get("description")
    return description[:200] if isinstance(description, str) else "no reason given"


def _parameters(answer: Mapping[str, Any]) -> dict[str, int]:
    parameters = answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return {"retry_after": int(min(wait, LONGEST_WAIT))} if isinstance(wait, int | float) and wait >= 1 else {}
