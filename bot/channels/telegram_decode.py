"""Understands one Telegram update. Pure, reads only the fields it needs, never raises: every update gives one event.

Updates are kept as raw bytes and may be years old when they are read again, so this is a decoder of our own and asks
little: a field that is missing or of another type counts as absent.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flow.event import Blocked, Chose, Command, Edited, Event, Ignored, Reacted, Said, Shared, Started, Unreadable
from bot.flow.everywhere import COMMANDS
from bot.model import Fragment, Language
from bot.text.typed import tidy


def parse(fragment: Fragment) -> Sequence[Event]:
    """Return what an update means, always exactly one event."""
    update = _load(fragment.body)
    for kind, read in _READERS.items():
        body = update.get(kind)
        if isinstance(body, dict):
            return [Ignored("not a private chat") if _is_shared(body) else read(body)]
    if not _CONCERNS_NO_TALK.isdisjoint(update):
        return [Ignored("an update that concerns no talk")]
    return [Unreadable()]


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, with all that is needed to show the choice in its message.

    ``message`` is 0 where the message is out of reach. ``bold`` are pairs (offset, length) in UTF-16 units of ``text``.
    ``label`` is the button's words, empty where the message has no such button any more.
    """

    query: str
    chat: int
    message: int
    text: str
    bold: tuple[tuple[int, int], ...]
    token: str
    label: str


def press(fragment: Fragment) -> Press | None:
    """Return the pressed button of an update, or None where it is something else."""
    if b"callback_query" not in fragment.body:
        return None
    query = _load(fragment.body).get("callback_query")
    if not isinstance(query, dict) or not isinstance(query.get("id"), str | int):
        return None
    message = _object(query, "message")
    token = _string(query, "data")
    return Press(
        query=str(query["id"]),
        chat=_number(_object(message, "chat"), "id"),
        message=_number(message, "message_id"),
        text=_string(message, "text"),
        bold=tuple(_bold(message)),
        token=token,
        label=_label(message, token),
    )


def _message(body: Mapping[str, Any]) -> Event:
    words = _string(body, "text")
    if words.startswith("/"):
        return _command(body, words)
    if said := tidy(words):
        return Said(said)
    for name, kind in _MEDIA.items():
        if name in body:
            return Shared(kind, tidy(_string(body, "caption")))
    if not _HOUSEKEEPING.isdisjoint(body):
        return Ignored("a chat's housekeeping")
    return Unreadable()


def _command(body: Mapping[str, Any], words: str) -> Event:
    """Return what a word with a slash means. Aliases in other languages are left to ``text``, as typed words."""
    found = _SLASH.match(words)
    if found is None:
        return Said(tidy(words))
    name = found["name"].lower()
    if name == "start":
        return _start(body, found["rest"] or "")
    if name in COMMANDS:
        return Command(name)
    return Said(tidy(" ".join(filter(None, ("/" + name, found["rest"])))))


def _start(body: Mapping[str, Any], payload: str) -> Event:
    """Return a start; a deep link's payload is ``flow``, ``flow_language`` or ``_language``."""
    flow, _, language = payload.strip().partition("_")
    return Started(
        flow=flow if _FLOW.fullmatch(flow) else "",
        language=Language(language) if _LANGUAGE.fullmatch(language) else None,
        hint=tidy(_string(_object(body, "from"), "language_code")[:16]),
    )


def _edited(body: Mapping[str, Any]) -> Event:
    words = tidy(_string(body, "text") or _string(body, "caption"))
    return Edited(words) if words else Ignored("edited, but not in words")


def _pressed(body: Mapping[str, Any]) -> Event:
    return Chose(tidy(_string(body, "data")[:64]))


def _reacted(_body: Mapping[str, Any]) -> Event:
    return Reacted()


def _membership(body: Mapping[str, Any]) -> Event:
    status = _string(_object(body, "new_chat_member"), "status")
    return Blocked() if status in {"kicked", "left"} else Ignored("the chat is open again")


def _is_shared(body: Mapping[str, Any]) -> bool:
    """Say whether this is from a group or channel, where others read along."""
    chat = _object(body, "chat") or _object(_object(body, "message"), "chat")
    return _string(chat, "type") in {"group", "supergroup", "channel"}


def _label(message: Mapping[str, Any], token: str) -> str:
    rows = _list(_object(message, "reply_markup"), "inline_keyboard")
    buttons = [button for row in rows if isinstance(row, list) for button in row if isinstance(button, dict)]
    return next((_string(button, "text") for button in buttons if button.get("callback_data") == token), "")


def _bold(message: Mapping[str, Any]) -> list[tuple[int, int]]:
    entities = [entity for entity in _list(message, "entities") if isinstance(entity, dict)]
    return [(_number(e, "offset"), _number(e, "length")) for e in entities if e.get("type") == "bold"]


def _load(body: bytes) -> Mapping[str, Any]:
    try:
        update = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return update if isinstance(update, dict) else {}


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _list(body: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = body.get(name)
    return value if isinstance(value, list) else ()


def _string(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) and abs(value) < 2**63 else 0


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
"""The kinds of update that we ask for, and who reads them."""

KINDS = tuple(_READERS)
"""The kinds of update that we ask for, by the platform's names."""

_MEDIA = {
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "video_note": "voice",
    "sticker": "sticker",
    "dice": "sticker",
    "animation": "document",
    "video": "document",
    "document": "document",
    "venue": "place",
    "location": "place",
    "contact": "contact",
}

# fmt: off
_CONCERNS_NO_TALK = frozenset({
    "business_connection", "business_message", "channel_post", "chat_boost", "chat_join_request", "chat_member",
    "chosen_inline_result", "deleted_business_messages", "edited_business_message", "edited_channel_post",
    "inline_query", "message_reaction_count", "poll", "poll_answer", "pre_checkout_query", "purchased_paid_media",
    "removed_chat_boost", "shipping_query",
})
_HOUSEKEEPING = frozenset({
    "boost_added", "chat_background_set", "chat_shared", "connected_website", "message_auto_delete_timer_changed",
    "passport_data", "pinned_message", "proximity_alert_triggered", "refunded_payment", "successful_payment",
    "users_shared", "web_app_data", "write_access_allowed",
})
# fmt: on
_SLASH = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(?P<rest>.*))?$", re.DOTALL)
_FLOW = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?")
