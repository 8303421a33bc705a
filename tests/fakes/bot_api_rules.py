"""What the Bot API refuses, as far as the house could meet it: one function a rule, each raises ``RefusedError``."""

import json
from typing import Any

TEXT_LIMIT = 4096
CALLBACK_LIMIT = 64
BUTTONS = 100
BUTTONS_A_ROW = 8
UPLOAD_LIMIT = 50_000_000


class RefusedError(Exception):
    """An answer that is not ok. ``wait`` is the platform's ``retry_after``, or None."""

    def __init__(self, code: int, description: str, wait: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.wait = wait

    def answer(self) -> dict[str, Any]:
        """Return the JSON that the platform sends."""
        words = {"ok": False, "error_code": self.code, "description": self.description}
        return words if self.wait is None else words | {"parameters": {"retry_after": self.wait}}


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def text_of(fields: dict[str, Any]) -> str:
    """Return the text to show; the platform cuts white space at both ends and refuses nothing and too much."""
    text = str(fields.get("text", "")).strip()
    if not text:
        raise RefusedError(400, "Bad Request: message text is empty")
    if units(text) > TEXT_LIMIT:
        raise RefusedError(400, "Bad Request: message is too long")
    return text


def entities_of(fields: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Return the entities; each must lie inside the text and cut no character in two."""
    entities = parsed(fields, "entities") or []
    raw = text.encode("utf-16-le")
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        if offset < 0 or length <= 0 or offset + length > units(text):
            raise RefusedError(400, "Bad Request: entity lies outside the text")
        try:
            raw[2 * offset : 2 * (offset + length)].decode("utf-16-le")
        except UnicodeDecodeError:
            raise RefusedError(400, "Bad Request: entity begins or ends inside a character") from None
    return entities


def keyboard_of(fields: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the rows of an inline keyboard, empty where there is none."""
    rows = (parsed(fields, "reply_markup") or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS or any(len(row) > BUTTONS_A_ROW for row in rows):
        raise RefusedError(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise RefusedError(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= CALLBACK_LIMIT:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def document_of(fields: dict[str, Any]) -> tuple[str, str, bytes]:
    """Return a file's name, kind and bytes; it must come as a file of a form, and is not empty."""
    document = fields.get("document")
    if not isinstance(document, tuple):
        raise RefusedError(400, "Bad Request: there is no document in the request")
    name, kind, body = document
    if not body:
        raise RefusedError(400, "Bad Request: file must be non-empty")
    if len(body) > UPLOAD_LIMIT:
        raise RefusedError(413, "Request Entity Too Large")
    return name, kind, body


def parsed(fields: dict[str, Any], name: str) -> Any:
    """Return a field that is JSON, in a form as text or in a JSON body as it is."""
    value = fields.get(name)
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise RefusedError(400, f"Bad Request: can't parse {name} JSON object") from None
