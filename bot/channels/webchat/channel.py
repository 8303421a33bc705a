"""What a parent's page sends, cut into fragments and understood. Pure: knows no store, no page, no request.

A page posts one JSON object at a time; ``id`` is the page's own name for it, so that a repetition is recognised::

    {"id": "…", "kind": "text", "text": "Wann ist der Elternabend?"}
    {"id": "…", "kind": "press", "token": "c.menu", "label": "Menü"}
    {"id": "…", "kind": "start", "hint": "ar-SY", "flow": "elternabend", "language": "ar"}
    {"id": "…", "kind": "react"}

A payload is that object with the parent's ``address`` added (which the page itself never knows, see ``routes.py``).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from bot.flow.event import Chose, Command, Event, Reacted, Said, Started, Unreadable
from bot.flow.everywhere import COMMANDS
from bot.model import Account, Fragment, Language, Outcome, Rejected
from bot.ports import OutboxItem
from bot.text.typed import LIMIT, tidy

ACCOUNT = Account("webchat")

FIELDS: Mapping[str, Mapping[str, int]] = {
    "text": {"text": LIMIT},
    "press": {"token": 65, "label": 300},
    "start": {"hint": 40, "flow": 80, "language": 20},
    "react": {},
}
"""What is kept of each kind: the fields and how long they may be. Nothing else that a page sends is stored."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TOKEN = re.compile(r"[!-~]{1,64}")


class WebChat:
    """The web chat as a channel."""

    account = ACCOUNT

    def split(self, raw: bytes) -> Sequence[Fragment]:
        """Return the one fragment of a payload. What has no address or no usable id is one without address."""
        data = read(raw)
        address, name = data.get("address"), data.get("id")
        if isinstance(address, str) and address and is_name(name):
            return [fragment(address, data)]
        return [Fragment(hashlib.sha256(raw).hexdigest(), None, raw)]

    def parse(self, piece: Fragment) -> Sequence[Event]:
        """Understand one stored fragment."""
        data = read(piece.body)
        match data.get("kind"):
            case "text":
                return [_typed(clean(data.get("text")))]
            case "press" if isinstance(token := data.get("token"), str) and TOKEN.fullmatch(token):
                return [Chose(token)]
            case "start":
                language = _name(data.get("language"))
                return [
                    Started(_name(data.get("flow")), Language(language) if language else None, _name(data.get("hint")))
                ]
            case "react":
                return [Reacted()]
            case _:
                return [Unreadable()]

    async def send(self, item: OutboxItem) -> Outcome:
        """Refuse: pages fetch their messages themselves, by the stream."""
        return Rejected(f"web chat messages are read by the page, not sent (message {item.token})")


def fragment(address: str, data: Mapping[str, object]) -> Fragment:
    """Return the fragment for what a page sent, with only the fields of its kind, each cut to its length."""
    kind = data.get("kind")
    fields = FIELDS.get(kind, {}) if isinstance(kind, str) else {}
    kept = {name: value[:most] for name, most in fields.items() if isinstance(value := data.get(name), str)}
    body = json.dumps({"kind": kind if fields or kind == "react" else ""} | kept, sort_keys=True, separators=(",", ":"))
    return Fragment(f"{address}:{data['id']}", address, body.encode())


def words(piece: Fragment) -> tuple[str, str]:
    """Return the kind of a piece and what the parent typed, or the label they pressed; empty words for other kinds."""
    data = read(piece.body)
    kind = str(data.get("kind"))
    return kind, clean(data.get({"text": "text", "press": "label"}.get(kind, "")))


def read(raw: bytes) -> Mapping[str, object]:
    """Read a JSON object; anything else is an empty one."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def is_name(name: object) -> bool:
    """Whether this can be a page's name for a message."""
    return isinstance(name, str) and NAME.fullmatch(name) is not None


def clean(text: object) -> str:
    """Return a text as the house keeps it; anything else is none."""
    return tidy(text) if isinstance(text, str) else ""


def _typed(text: str) -> Event:
    if not text:
        return Unreadable()
    name = text[1:].lower() if text.startswith("/") else ""
    if name in COMMANDS:
        return Command(name)
    return Started() if name == "start" else Said(text)


def _name(value: object) -> str:
    return value if isinstance(value, str) and is_name(value) else ""
