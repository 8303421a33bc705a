"""Golden talks: conversations written down beside their flow, played again on every check.

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
buttons of the house, such as Menü, are not listed). ``…`` at the end matches any rest; a line that is only ``…``
matches any messages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.check.edition import Edition
from bot.check.stage import Shown, Stage
from bot.flow.event import Event, Said, Shared, Started
from bot.flow.session import Session
from bot.model import Language
from bot.text.message import Message

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""When every talk begins: a Monday morning inside office hours."""

_UNITS: Mapping[str, timedelta] = {
    "Minute": timedelta(minutes=1),
    "Stunde": timedelta(hours=1),
    "Tag": timedelta(days=1),
    "Woche": timedelta(weeks=1),
}
_TIME = re.compile(r"(\d{1,4})\s+(Minute|Stunde|Tag|Woche)(?:n|en|e)?")
_MEDIA = re.compile(r"\((photo|voice|document)\)")
_ISOLATES = re.compile("[\u200f\u2066-\u2069]")
ANY = "…"


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the parent's (or of time), with what is expected after it. ``line`` is its number in the file."""

    line: int
    act: str
    messages: tuple[str, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldenTalk:
    """A talk as written: its file, flow, language, the comment it begins with, and its turns."""

    file: str
    flow: str
    language: Language
    comment: tuple[str, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a talk goes otherwise than written: the file and line, what was expected and what was said."""

    file: str
    line: int
    expected: tuple[str, ...]
    actual: tuple[str, ...]

    def __str__(self) -> str:
        expected = "\n".join(f"  - {line}" for line in self.expected) or "  - (nichts)"
        actual = "\n".join(f"  + {line}" for line in self.actual) or "  + (nichts)"
        return f"{self.file}:{self.line}: Das Gespräch läuft anders als aufgeschrieben.\n{expected}\n{actual}"


class TalkError(Exception):
    """A talk cannot be read: the message names file, line and what to write instead."""


def parse(file: str, raw: bytes) -> tuple[GoldenTalk, ...]:
    """Read a file of talks; a line ``flow:`` begins the next one."""
    lines = list(enumerate(_text(file, raw).splitlines(), start=1))
    starts = [i for i, (_, line) in enumerate(lines) if line.startswith("flow:")]
    if not starts:
        raise TalkError(f"{file}:1: Hier fehlt die Zeile »flow: name«. Schreiben Sie sie an den Anfang.")
    ends = [*(_comment_start(lines, i) for i in starts[1:]), len(lines)]
    begins = [0, *ends[:-1]]
    return tuple(_talk(file, lines[begin:end]) for begin, end in zip(begins, ends, strict=True))


def play(talk: GoldenTalk, edition: Edition) -> Iterator[tuple[Turn, tuple[str, ...], tuple[str, ...]]]:
    """Play a talk; yield each turn with the messages and effects that really followed."""
    stage = Stage(edition, _beginning(talk, edition), BEGIN)
    for turn in talk.turns:
        shown = _act(stage, turn, talk.file)
        yield turn, tuple(written(message) for message in shown.messages), shown.effects


def differences(talk: GoldenTalk, edition: Edition) -> Iterator[Difference]:
    """Yield where a talk goes otherwise than written. Only the first: what follows is its echo."""
    for turn, messages, effects in play(talk, edition):
        if not (_match(turn.messages, messages) and _effects_match(turn.effects, effects)):
            expected = (*turn.messages, *(f"! {each}" for each in turn.effects))
            yield Difference(talk.file, turn.line, expected, (*messages, *(f"! {each}" for each in effects)))
            return


def rewrite(talk: GoldenTalk, edition: Edition) -> str:
    """Return the talk as it really goes, in the form of a file."""
    lines = [*(f"# {line}" for line in talk.comment), f"flow: {talk.flow}", f"language: {talk.language}"]
    for turn, messages, effects in play(talk, edition):
        lines += [turn.act, *messages, *(f"! {each}" for each in effects)]
    return "\n".join(lines) + "\n"


def written(message: Message) -> str:
    """Return a message as a talk writes it."""
    text = " ".join(_ISOLATES.sub("", message.text).split())
    options = [f"[{button.label}]" for button in message.buttons if not button.token.startswith(("t.", "c."))]
    return "  ".join([text, " ".join(options)]) if options else text


def _text(file: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TalkError(f"{file}:1: Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie als UTF-8.") from error


def _comment_start(lines: Sequence[tuple[int, str]], start: int) -> int:
    while start and (lines[start - 1][1].startswith("#") or not lines[start - 1][1].strip()):
        start -= 1
    return start


def _talk(file: str, lines: Sequence[tuple[int, str]]) -> GoldenTalk:
    head: dict[str, str] = {"language": "de"}
    comment: list[str] = []
    turns: list[Turn] = []
    for number, written_line in lines:
        line = written_line.strip()
        if line.startswith("#"):
            comment.append(line[1:].strip())
        elif line.startswith(("flow:", "language:")) and not turns:
            key, _, value = line.partition(":")
            head[key] = value.strip()
        elif line.startswith((">", "~")):
            turns.append(Turn(number, line, (), ()))
        elif line:
            turns[-1:] = [_more(file, number, line, turns)]
    return GoldenTalk(file, head["flow"], Language(head["language"]), tuple(comment), tuple(turns))


def _more(file: str, number: int, line: str, turns: Sequence[Turn]) -> Turn:
    if not turns:
        raise TalkError(
            f"{file}:{number}: Ein Gespräch beginnt mit einer Zeile des Elternteils, zum Beispiel »> /start«."
        )
    turn = turns[-1]
    if line.startswith("!"):
        return Turn(turn.line, turn.act, turn.messages, (*turn.effects, line[1:].strip()))
    return Turn(turn.line, turn.act, (*turn.messages, line), turn.effects)


def _beginning(talk: GoldenTalk, edition: Edition) -> Session:
    """Return a session in which the language is chosen and every notice was given: talks are about flows."""
    languages = edition.revision.languages
    if talk.language not in languages:
        raise TalkError(f"{talk.file}:1: Die Sprache »{talk.language}« gibt es nicht. Es gibt: {', '.join(languages)}.")
    return Session(language=talk.language, told=tuple(sorted({*languages, "privacy"})))


def _act(stage: Stage, turn: Turn, file: str) -> Shown:
    said = turn.act[1:].strip()
    if turn.act.startswith("~"):
        return stage.pass_time(stage.now + _duration(said, file, turn.line))
    if said.startswith("[") and said.endswith("]"):
        shown = stage.press(said[1:-1])
        if shown is None:
            raise TalkError(
                f"{file}:{turn.line}: Die Taste {said} ist hier nicht zu sehen. Nehmen Sie eine aus der Zeile darüber."
            )
        return shown
    return stage.hear(_event(said))


def _event(said: str) -> Event:
    if media := _MEDIA.fullmatch(said):
        return Shared(media[1])
    if said == "/start" or said.startswith("/start "):
        flow, _, language = said[6:].strip().partition("_")
        return Started(flow, Language(language) if language else None)
    return Said(said)


def _duration(said: str, file: str, line: int) -> timedelta:
    found = _TIME.fullmatch(said)
    if found is None:
        raise TalkError(f"{file}:{line}: »{said}« ist keine Dauer. Schreiben Sie zum Beispiel »~ 3 Tage«.")
    return int(found[1]) * _UNITS[found[2]]


def _match(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Say whether messages are as written; a line ``…`` stands for any number of them."""
    if not expected:
        return not actual
    if expected[0] == ANY:
        return any(_match(expected[1:], actual[start:]) for start in range(len(actual) + 1))
    return bool(actual) and _same(expected[0], actual[0]) and _match(expected[1:], actual[1:])


def _same(expected: str, actual: str) -> bool:
    """Compare one message, blanks aside; ``…`` before the options or at the end stands for any rest of the text."""
    want_text, want_options = _parted(expected)
    text, options = _parted(actual)
    if want_text.endswith(ANY):
        return text.startswith(want_text[:-1].rstrip()) and want_options in {options, ""}
    return (want_text, want_options) == (text, options)


def _parted(line: str) -> tuple[str, str]:
    found = re.search(r"(?:\s*\[[^\[\]]+\])+\s*$", line)
    text, options = (line[: found.start()], found[0]) if found else (line, "")
    return " ".join(text.split()), " ".join(options.split())


def _effects_match(expected: Sequence[str], actual: Sequence[str]) -> bool:
    return len(expected) == len(actual) and all(
        set(_parts(want)) <= set(_parts(got)) for want, got in zip(expected, actual, strict=True)
    )


def _parts(effect: str) -> list[str]:
    return re.findall(r'"[^"]*"|\S+', effect)
