"""Asks Telegram for updates, for ever: no answer of the platform, and no update in it, ends the asking.

The offset moves when the next payload is asked for, which says that the one before is stored.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError

from bot.channels.telegram_decode import KINDS
from bot.channels.telegram_http import json_object, reason
from bot.channels.telegram_split import split, updates_of
from bot.model import Fragment

Ask = Callable[[str, Mapping[str, str]], Awaitable[tuple[int, bytes]]]
"""Call a method with these fields; status and body come back, or a ``TelegramError`` is raised."""

WANTED = json.dumps(KINDS)
"""The kinds of update we ask for, as the platform wants to read them."""
EMPTY_PAUSE = 0.25
"""Seconds between two questions where the server does not hold one until something happens."""
TRIES = 3
"""How often an answer that cannot be cut is asked for before what is broken in it is set aside."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after trouble: ``first`` seconds, twice as long each time in a row, at most ``longest``."""

    first: float
    longest: float

    async def wait(self, troubles: int) -> float:
        """Wait after so many troubles in a row; return the seconds waited."""
        seconds = min(self.longest, self.first * 2.0 ** min(troubles - 1, 30))
        await asyncio.sleep(seconds)
        return seconds


async def updates(
    ask: Ask, seconds: int, patience: Patience, stored: Callable[[Sequence[Fragment]], None]
) -> AsyncIterator[bytes]:
    """Yield ``getUpdates`` answers that have updates in them; ``stored`` is told of each that was stored.

    ``seconds`` is how long the platform holds a question.
    """
    await _take_over(ask)
    fields = {"timeout": str(seconds), "allowed_updates": WANTED}
    nameless = 0
    while True:
        begun = asyncio.get_running_loop().time()
        answer = await _answer(ask, fields, patience)
        fragments = split(answer)
        if fragments:
            yield answer
            stored(fragments)
        elif asyncio.get_running_loop().time() - begun < EMPTY_PAUSE:
            await asyncio.sleep(EMPTY_PAUSE)
        numbers = _numbers(answer, fragments)
        if numbers:
            fields["offset"] = str(max(numbers) + 1)
        nameless = nameless + 1 if fragments and not numbers else 0
        if nameless:
            _log.error("telegram_updates_without_id", help="The server's answers name no update. Check api_url.")
            await patience.wait(nameless)


async def _answer(ask: Ask, fields: Mapping[str, str], patience: Patience) -> bytes:
    """Return the next answer, cut or not.

    One that cannot be cut is asked for update by update, so that its sound updates come through. The one that stays
    broken, however often it is asked for, is returned as it is: it is set aside, and the rest goes on behind it.
    """
    answer = await insist(ask, "getUpdates", fields, patience)
    for attempt in range(1, TRIES):
        if updates_of(answer) is not None:
            break
        _log.error(
            "telegram_updates_broken", attempt=attempt, help="The server's JSON is broken. We ask again, singly."
        )
        await patience.wait(attempt)
        answer = await insist(ask, "getUpdates", {**fields, "limit": "1"}, patience)
    return answer


def _numbers(answer: bytes, fragments: Sequence[Fragment]) -> list[int]:
    """Return the ids of an answer's updates; of one that cannot be cut, what looks like one."""
    if updates_of(answer) is None:
        return [int(number) for number in _LIKE_AN_ID.findall(answer)]
    return [int(fragment.external_id) for fragment in fragments if len(fragment.external_id) < _HASH]


async def insist(ask: Ask, method: str, fields: Mapping[str, str], patience: Patience) -> bytes:
    """Call a method until it succeeds and return the answer; every failure is a line for operators."""
    troubles = 0
    while True:
        try:
            code, body = await ask(method, fields)
            if _is_good(method, code, body):
                return body
            trouble, advice = explain(code, body)
        except TelegramError as error:
            code, trouble, advice = 0, error.message, "The platform was not reached. Check the network and api_url."
        troubles += 1
        _log.warning("telegram_call_failed", method=method, status=code, error=trouble, help=advice)
        await patience.wait(troubles)
        if code == _CONFLICT and method == "getUpdates":
            await _take_over(ask)


def _is_good(method: str, code: int, body: bytes) -> bool:
    if not 200 <= code < 300:
        return False
    if method == "getUpdates":
        return updates_of(body) is not None or _LIKE_AN_ID.search(body) is not None
    answer = json_object(body)
    return answer is not None and answer.get("ok") is True


def explain(code: int, body: bytes) -> tuple[str, str]:
    """Return what the platform says is wrong, and what to do."""
    answer = json_object(body)
    said = "no answer of the platform" if answer is None else reason(answer)
    return said, _ADVICE.get(code, "The platform is in trouble, or api_url leads elsewhere. We go on asking.")


async def _take_over(ask: Ask) -> None:
    """Remove a webhook that was set before or meanwhile; where this fails, the platform refuses us and it is tried again."""
    try:
        await ask("deleteWebhook", {})
    except TelegramError:
        return


_HASH = 64
_LIKE_AN_ID = re.compile(rb'"update_id"\s*:\s*([0-9]{1,18})\b')
_CONFLICT = 409
REFUSED = "The bot's token is refused. Compare TELEGRAM_TOKEN with what BotFather shows, then start again."
_ADVICE = {
    401: REFUSED,
    404: REFUSED,
    _CONFLICT: "Another program asks for this bot's updates. Stop it: only one may ask at a time.",
    429: "We asked too often and wait longer now.",
}
