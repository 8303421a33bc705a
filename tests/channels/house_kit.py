"""The house's own channel in the kit: its notes, as the verbs of the house write them."""

import json

from bot.channels.house import House as Channel


class House:
    """What advisers, closings and timers have to say. One note a payload, with no address in it."""

    name = "house"
    kinds = frozenset({"adviser wrote", "ticket closed", "wait expired"})
    address = None
    channel = Channel()

    def payload(self, kind: str, number: int, words: str) -> bytes:
        note: dict[str, object] = {"kind": kind.replace(" ", "_"), "number": number}
        return json.dumps(note | ({"text": words} if kind == "adviser wrote" else {})).encode()
