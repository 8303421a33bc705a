"""The terminal as a channel: a message becomes lines to read.

It has no account and no store: ``elternlotse talk`` plays on a stage, and what is typed means what it means in a golden
talk. Options that a number answers show it, since nothing can be pressed.
"""

import re
from collections.abc import Mapping

from bot.text.message import Button, Message

KINDS: Mapping[str, str] = {"picture": "Bild", "document": "Dokument", "audio": "Ton"}
"""What goes with a message, in a coordinator's words."""

_STEERING = re.compile("[\u200e\u200f\u2066-\u2069\x00-\x09\x0b-\x1f\x7f]")


def shape(message: Message, numbers: Mapping[str, int]) -> str:
    """Return a message as lines: its text, what goes with it, then its options, then what else can be typed.

    ``numbers`` are those that count now, by the option's token.
    """
    speaker = "👤" if message.speaker == "person" else "●"
    text = _plain(message.text).replace("\n", "\n  ")
    beside = [f"  [{KINDS[each.kind]}] {_plain(each.alt)} ({each.path})" for each in message.media]
    beside += [f"  {_plain(link.label)}: {link.url}" for link in message.links]
    options = [f"  {_bullet(numbers, button)} {button.label}" for button in message.buttons]
    extras = "  · ".join(button.label for button in message.extras)
    return "\n".join([f"{speaker} {text}", *beside, *options, *([f"  ({extras})"] if extras else [])])


def _plain(words: str) -> str:
    """Return words without what would steer a terminal."""
    return _STEERING.sub("", words)


def _bullet(numbers: Mapping[str, int], button: Button) -> str:
    return f"[{numbers[button.token]}]" if button.token in numbers else "·"
