"""What parents write, what they must read, and whether they read exactly that: nothing lost, doubled, or out of order.

A script is a beginning and a round that is said again and again. ``NUMBER`` in a text is the chat and the number of its
round, so that every round's answers differ from those of the round before, and of every other chat.
"""

from collections import deque
from dataclasses import dataclass, field

NUMBER = "\N{NUMERO SIGN}"
"""Stands for chat and round in a script's texts. No text of ours or of a peer has this character."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a parent writes, and the texts that must come back, in order."""

    say: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """How a talk goes."""

    beginning: tuple[Line, ...]
    round: tuple[Line, ...]

    def line(self, number: int, chat: int) -> Line:
        """Return the line that is said so many lines after the first, in this chat."""
        if number < len(self.beginning):
            return self.beginning[number]
        turn, place = divmod(number - len(self.beginning), len(self.round))
        line, name = self.round[place], named(chat, turn)
        return Line(line.say.replace(NUMBER, name), tuple(each.replace(NUMBER, name) for each in line.answers))


def named(chat: int, turn: int) -> str:
    """Return what ``NUMBER`` stands for."""
    return f"{chat}-{turn}"


ECHO = Script(
    (), (Line(f"Guten Tag, das ist meine Nachricht {NUMBER}.", (f"Guten Tag, das ist meine Nachricht {NUMBER}.",)),)
)
"""The script of a bot that says everything back."""


@dataclass(slots=True)
class Count:
    """What was counted since a measurement began. ``latencies`` are seconds from an update to its last answer."""

    answers: int = 0
    doubled: int = 0
    astray: int = 0
    sample: str = ""
    latencies: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Chat:
    """One parent's chat. ``said`` is how many lines were written, ``open`` what must still come, and since when."""

    id: int
    script: Script
    said: int = 0
    open: deque[tuple[str, float, bool]] = field(default_factory=deque)
    last: str = ""

    def write(self, now: float) -> str:
        """Write the next line and expect its answers."""
        line = self.script.line(self.said, self.id)
        self.said += 1
        for number, text in enumerate(line.answers, 1):
            self.open.append((text, now, number == len(line.answers)))
        return line.say

    def read(self, text: str, now: float, count: Count) -> bool:
        """Read an answer; True when it was the last that a line asked for."""
        count.answers += 1
        if not self.open or text != self.open[0][0]:
            if text == self.last:
                count.doubled += 1
            else:
                count.astray += 1
            count.sample = count.sample or f"{text!r} where {self.open[0][0] if self.open else 'nothing'!r} was due"
            return False
        self.last, since, is_last = self.open.popleft()
        if is_last:
            count.latencies.append(now - since)
        return is_last
