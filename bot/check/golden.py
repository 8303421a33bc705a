r"""Golden talks as they are written: conversations beside their flow, which are played again on every check.

    # Ein Elternteil fragt einen Menschen.
    flow: elternabend
    language: de
    > /start elternabend
    Was möchten Sie wissen?  [Was ist das?] [Jemanden fragen]
    > [Jemanden fragen]
    …
    > Kann ich meine Freundin mitbringen?
    > Fertig
    …
    ! ticket topic=mitwirkung language=de "Kann ich meine Freundin mitbringen?"

``>`` is the parent (``[…]`` presses a button, ``(photo)`` sends one), ``!`` an effect, ``~ 3 Tage`` lets time pass,
``#`` is a comment, every other line one message of the bot: its lines joined by blanks, its options in brackets (the
buttons of the house, such as Menü or a language, are not listed). ``…`` at the end matches any rest; a line that is only ``…``
matches any messages. A line ``flow:`` begins the next talk of the file. A message that begins like something else
(``# 1 …``) has a ``\`` before it.

Effects: ``ticket topic=… language=… "words"``, ``add "words"``, ``reopen``, ``rated good``, ``remind calendar=…
before="1 Wochen"``, ``stop``, ``erase``.

This file only reads; ``talks.py`` plays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.model import Duration, Language
from bot.source.problem import Problem

UNITS: Mapping[str, str] = {
    "Minute": "Minuten",
    "Stunde": "Stunden",
    "Tag": "Tage",
    "Werktag": "Werktage",
    "Woche": "Wochen",
    "Monat": "Monate",
}
"""The units of a duration by their singular; the plural is what the rest of the house calls them."""

TIME_HELP = f"Schreiben Sie zum Beispiel »~ 3 Tage«. Möglich sind {', '.join(UNITS.values())}."
_TIME = re.compile(r"(\d{1,4})\s+(\w+)")
_MARKS = ("#", ">", "~", "!", "\\", "flow:", "language:")
_CODE = "E122"


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the parent's, or of time, with what is expected after it. ``line`` is its number in the file.

    ``act`` is the line as written; ``passes`` the time it lets pass, or None. ``comment`` are the lines of comment above
    it, ``below`` all lines that follow it, as written.
    """

    line: int
    act: str
    messages: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    passes: Duration | None = None
    comment: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenTalk:
    """A talk as written: its file, the line of its ``flow:``, flow, language, comment, turns, and its whole text."""

    file: str
    line: int
    flow: str
    language: Language
    comment: tuple[str, ...]
    turns: tuple[Turn, ...]
    text: str = field(repr=False)


class _Unreadable(Exception):  # noqa: N818 - it carries a problem to the reader of its file, nobody else sees it
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def parse(file: str, raw: bytes) -> tuple[tuple[GoldenTalk, ...], tuple[Problem, ...]]:
    """Return the talks of a file, and what cannot be read of them; one talk's trouble is its own."""
    try:
        lines = list(enumerate(raw.decode("utf-8-sig").splitlines(), start=1))
    except UnicodeDecodeError:
        help_ = "Speichern Sie die Datei als UTF-8."
        return (), (Problem(file, 0, 0, _CODE, "Die Datei ist nicht in UTF-8 gespeichert.", help_),)
    starts = [place for place, (_, line) in enumerate(lines) if line.startswith("flow:")]
    if not starts:
        first = lines[0][1] if lines else ""
        return (), (_problem(file, 1, first, "Hier fehlt die Zeile »flow: name«.", "Schreiben Sie sie an den Anfang."),)
    begins = [0, *(_comment_start(lines, place) for place in starts[1:])]
    talks: list[GoldenTalk] = []
    problems: list[Problem] = []
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        try:
            talks.append(_talk(file, lines[begin:end]))
        except _Unreadable as error:
            problems.append(error.problem)
    return tuple(talks), tuple(problems)


def duration_of(text: str) -> Duration | None:
    """Return the time that ``3 Tage`` or ``1 Woche`` lets pass; None where it is no duration."""
    found = _TIME.fullmatch(text.strip())
    unit = "" if found is None else UNITS.get(found[2], found[2])
    return None if found is None or unit not in UNITS.values() else Duration(int(found[1]), unit)


def line_of(message: str) -> str:
    """Return the line that stands for a message: one that looks like something else is marked."""
    return f"\\{message}" if not message or message.startswith(_MARKS) else message


def _comment_start(lines: Sequence[tuple[int, str]], start: int) -> int:
    while start and (lines[start - 1][1].startswith("#") or not lines[start - 1][1].strip()):
        start -= 1
    return start


def _talk(file: str, lines: Sequence[tuple[int, str]]) -> GoldenTalk:
    head: dict[str, tuple[int, str]] = {"language": (lines[0][0], "de")}
    comment: list[str] = []
    above: list[str] = []
    turns: list[Turn] = []
    for number, written in lines:
        line = written.strip()
        if line.startswith("#"):
            (above if turns else comment).append(line[1:].strip())
        elif line.startswith(("flow:", "language:")) and not turns:
            key, _, value = line.partition(":")
            head[key] = (number, value.strip())
        elif line.startswith((">", "~")):
            turns.append(_turn(file, number, line, tuple(above)))
            above = []
        elif line:
            turns[-1:] = [_more(file, number, line, turns)]
    if above:  # comments at the end stay there
        turns[-1] = replace(turns[-1], below=(*turns[-1].below, *(f"# {each}" for each in above)))
    text = "\n".join(written for _, written in lines).strip("\n")
    place, flow = head["flow"]
    return GoldenTalk(file, place, flow, Language(head["language"][1]), tuple(comment), tuple(turns), text)


def _turn(file: str, number: int, line: str, comment: tuple[str, ...]) -> Turn:
    if line.startswith(">"):
        return Turn(number, line, comment=comment)
    passes = duration_of(line[1:])
    if passes is None:
        raise _Unreadable(_problem(file, number, line, f"»{line[1:].strip()}« ist keine Dauer.", TIME_HELP))
    return Turn(number, line, passes=passes, comment=comment)


def _more(file: str, number: int, line: str, turns: Sequence[Turn]) -> Turn:
    if not turns:
        message = "Ein Gespräch beginnt mit einer Zeile des Elternteils."
        raise _Unreadable(_problem(file, number, line, message, "Schreiben Sie zum Beispiel »> /start«."))
    turn = replace(turns[-1], below=(*turns[-1].below, line))
    if line.startswith("!"):
        return replace(turn, effects=(*turn.effects, line[1:].strip()))
    return replace(turn, messages=(*turn.messages, line.removeprefix("\\")))


def _problem(file: str, number: int, line: str, message: str, help_: str) -> Problem:
    return Problem(file, number, 1, _CODE, message, help_, max(1, len(line)), "", line)
