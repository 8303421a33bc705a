"""What a parent does, one act after the other without end, and what must follow from each act exactly once.

Every act is numbered, so that whatever is lost, doubled or out of order has a name. Pure, but for the chance handed in.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HELP = "c.hilfe"
"""The button that brings the help card."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a parent does, under the page's own name for it.

    ``replies`` is how many messages of the house follow. ``echo`` is what one of them says back, ``noted`` what must
    stand in the thread of the parent's question, ``card`` how many of the replies are help cards.
    """

    name: str
    data: dict[str, str]
    replies: int
    echo: str = ""
    noted: str = ""
    card: int = 0

    @property
    def begins(self) -> bool:
        """Whether a new round begins with it: before it nothing is half said."""
        return self.data["kind"] == "start"

    @property
    def words(self) -> str:
        """What the parent typed or said by a button."""
        return self.data.get("text", self.data.get("label", ""))


@dataclass(frozen=True, slots=True)
class Sum:
    """What must be there after some acts."""

    names: Sequence[str]
    echoes: Sequence[str]
    noted: Sequence[str]
    cards: int
    replies: int


def total(acts: Sequence[Act]) -> Sum:
    """Return what must be there after these acts."""
    return Sum(
        names=[act.name for act in acts],
        echoes=[act.echo for act in acts if act.echo],
        noted=[act.noted for act in acts if act.noted],
        cards=sum(act.card for act in acts),
        replies=sum(act.replies for act in acts),
    )


@dataclass(slots=True)
class Script:
    """A parent's acts on a web chat: words that are said back, a question to a person, more words for them, help."""

    who: str
    chance: random.Random
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __iter__(self) -> Iterator[Act]:
        """Go on for ever."""
        yield self._act({"kind": "start", "language": "de", "flow": "zaehlen"}, replies=2)
        while True:
            yield from self._round()
            yield self._act({"kind": "start", "flow": "zaehlen"}, replies=1)

    def _round(self) -> Iterator[Act]:
        for _ in range(self.chance.randint(1, 4)):
            yield self._spoken()
        yield self._press("c.mensch", "Jemanden fragen", replies=1)
        for _ in range(self.chance.randint(1, 3)):
            yield self._noted()
        yield self._press("t.done", "Fertig", replies=1)
        for _ in range(self.chance.randint(1, 4)):
            yield self._noted()
        yield self._press(HELP, "Hilfe", replies=1, card=1)
        yield self._noted()

    def _spoken(self) -> Act:
        """Say something that the house says back, and asks for more."""
        words = f"Wort {next(self._numbers)}"
        return self._act({"kind": "text", "text": words}, replies=2, echo=f"Gezählt: \u2068{words}\u2069")

    def _noted(self) -> Act:
        """Say something for the person."""
        words = f"Zeile {next(self._numbers)}"
        return self._act({"kind": "text", "text": words}, replies=0, noted=words)

    def _press(self, token: str, label: str, *, replies: int, card: int = 0) -> Act:
        return self._act({"kind": "press", "token": token, "label": label}, replies=replies, card=card)

    def _act(self, data: dict[str, str], *, replies: int, echo: str = "", noted: str = "", card: int = 0) -> Act:
        name = f"{self.who}-{next(self._numbers)}"
        return Act(name, {"id": name, **data}, replies, echo, noted, card)


def typed(act: Act) -> str:
    """Return how the same is done on Telegram, by typing alone."""
    if act.data["kind"] == "start":
        language = "_de" if "language" in act.data else ""
        return f"/start {act.data['flow']}{language}"
    return act.words if act.data["kind"] == "text" or act.data["token"] == "t.done" else "/" + act.data["token"][2:]
