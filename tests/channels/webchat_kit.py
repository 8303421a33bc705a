"""The web chat in the channel kit: how a parent's page writes what a parent does."""

import json

from bot.channels.webchat.channel import WebChat

ADDRESS = "k3xpq2mvbn7aw5tyk3xpq2mvbn7aw5ty"


class WebChatPage:
    """The page's payloads, as the routes hand them to ``split``."""

    name = "webchat"
    kinds = frozenset({"start", "text", "command", "button", "reaction", "unknown"})
    address: str | None = ADDRESS

    @property
    def channel(self) -> WebChat:
        return WebChat()

    def payload(self, kind: str, number: int, words: str) -> bytes:
        """Return one payload; see ``channel.py`` for its form."""
        data = {
            "start": {"kind": "start"},
            "text": {"kind": "text", "text": words},
            "command": {"kind": "text", "text": "/menu"},
            "button": {"kind": "press", "token": words, "label": "Ja"},
            "reaction": {"kind": "react"},
            "unknown": {"kind": "hologram", "text": words},
        }[kind]
        return json.dumps({"address": ADDRESS, "id": f"page-{number}"} | data).encode()
