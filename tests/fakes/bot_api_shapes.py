"""How the Bot API writes what happens in a private chat."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ME: Mapping[str, Any] = {"id": 123456, "is_bot": True, "first_name": "Elternlotse", "username": "elternlotse_bot"}


@dataclass(slots=True)
class Line:
    """One message in a chat as the parent sees it now. ``mine`` is true for the parent's own.

    ``document`` is the file of a message that is one: name, kind and bytes.
    """

    id: int
    text: str
    mine: bool
    entities: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    document: tuple[str, str, bytes] | None = None

    @property
    def buttons(self) -> list[list[str]]:
        """The labels under the message, row by row."""
        return [[button["text"] for button in row] for row in self.rows]


def message(chat: int, line: Line) -> dict[str, Any]:
    """Return a message, without its sender."""
    written: dict[str, Any] = {
        "message_id": line.id,
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private", "first_name": "A"},
    }
    if line.document is None:
        written["text"] = line.text
    else:
        name, kind, body = line.document
        unique = {"file_id": f"F{line.id}", "file_unique_id": f"U{line.id}"}
        written["document"] = unique | {"file_name": name, "mime_type": kind, "file_size": len(body)}
    if line.entities:
        written["entities"] = line.entities
    if line.rows:
        written["reply_markup"] = {"inline_keyboard": line.rows}
    return written


def typed(chat: int, line: Line, language: str) -> dict[str, Any]:
    """Return a parent's message."""
    written = message(chat, line) | {"from": person(chat, language)}
    if line.text.startswith("/"):
        length = len(line.text.split(maxsplit=1)[0])
        written["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return written


def pressed(chat: int, line: Line, data: str, query: str) -> dict[str, Any]:
    """Return a press of a button under a message of the bot's."""
    under = message(chat, line) | {"from": dict(ME)}
    return {"id": query, "from": person(chat, "de"), "message": under, "chat_instance": "1", "data": data}


def membership(chat: int, before: str, after: str) -> dict[str, Any]:
    """Return the news that the parent has blocked the bot or opened the chat again."""
    return {
        "chat": {"id": chat, "type": "private", "first_name": "A"},
        "from": person(chat, "de"),
        "date": int(time.time()),
        "old_chat_member": {"status": before, "user": dict(ME), "until_date": 0},
        "new_chat_member": {"status": after, "user": dict(ME), "until_date": 0},
    }


def person(chat: int, language: str) -> dict[str, Any]:
    """Return the parent; in a private chat they have the chat's id."""
    return {"id": chat, "is_bot": False, "first_name": "A", "language_code": language}
