"""The terminal as a channel: what somebody types there becomes an event, and a message becomes lines to read.

It has no account and no store: ``elternlotse talk`` plays on a stage. Options that a number answers show it, since
nothing can be pressed.
"""

import re
from collections.abc import Mapping

from bot.flow.event import Event, Said, Started
from bot.model import Language
from bot.text.message import Button, Message

_STEERING = re.compile("[\u200e\u200f\u2066-\u2069\x00-\x09\x0b-\x1f\x7f]")


def parse(line: str) -> Event:
    """Return what a typed line means."""
    words = line.strip()
    if words == "/start" or words.startswith("/start "):
        flow, _, language = words[6:].strip().partition("_")
        return Started(flow, Language(language) if language else None)
    return Said(words)


def shape(message: Message, numbers: Mapping[str, int]) -> str:
    """Return a message as lines: its text, then its options, then what else can be typed.

    ``numbers`` are those that count now, by the option's token.
    """
    speaker = "👤" if message.speaker == "person" else "●"
    text = _STEERING.sub("", message.text).replace("\n", "\n  ")
    options = [f"  {_bullet(numbers, button)} {button.label}" for button in message.buttons]
    extras = "  · ".join(button.label for button in message.extras)
    return "\n".join([f"{speaker} {text}", *options, *([f"  ({extras})"] if extras else [])])


def _bullet(numbers: Mapping[str, int], button: Button) -> str:
    return f"[{numbers[button.token]}]" if button.token in numbers else "·"
