"""Playing golden talks: does each go as it was written down? How they are written: ``golden.py``.

A talk may differ in its *wording* (other sentences, the same course) or in its *course* (other messages, options,
effects, a button that is not there). One in a language that is not whole at present (its German was changed) is not
played: it would show nothing but the German that stands in for it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.check.edition import Edition
from bot.check.golden import GoldenTalk, Turn, line_of
from bot.check.stage import Shown, Stage
from bot.desk import hours
from bot.flow.event import Event, Said, Shared, Started
from bot.flow.session import Session
from bot.model import Duration, Language
from bot.text.message import Message

BEGIN = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""When every talk begins: a Monday morning inside office hours."""

_OFFICE = hours.parse("Mo-Fr 9-17")
_MEDIA = re.compile(r"\((photo|voice|document|place|contact|sticker)\)")
_KEPT = frozenset({"photo", "voice", "document"})
"""Kinds of media that are files."""
_ISOLATES = re.compile("[\u200f\u2066-\u2069]")
ANY = "…"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a talk goes otherwise than written: what was expected and what came. ``kind``: ``wording`` or ``course``."""

    file: str
    line: int
    kind: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    by_hand: bool = False
    """Whether only a person can mend it: what is pressed here is not there."""

    def __str__(self) -> str:
        said = "Hier wird jetzt etwas anderes gesagt" if self.kind == "wording" else "Das Gespräch läuft anders"
        lines = "\n".join(_compared(self.expected or ("(nichts)",), self.actual or ("(nichts)",)))
        return f"{self.file}:{self.line}: {said} als aufgeschrieben.\n{lines}"


@dataclass(frozen=True, slots=True)
class Played:
    """What playing a talk has shown. ``skipped`` says why it was not played, or is empty."""

    talk: GoldenTalk
    differences: tuple[Difference, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class _Moment:
    """One turn with what really followed; ``missing`` is a button that was not there."""

    turn: Turn
    messages: tuple[str, ...]
    effects: tuple[str, ...]
    missing: str = ""


def play_all(edition: Edition) -> Iterator[Played]:
    """Play every golden talk of an edition."""
    for talks in edition.loaded.talks.values():
        for talk in talks:
            yield play(talk, edition)


def play(talk: GoldenTalk, edition: Edition) -> Played:
    """Play one talk."""
    if talk.language not in edition.revision.languages:
        return _without_language(talk, edition)
    stage = stage_of(talk.language, edition)
    found = tuple(_differences(talk, stage))
    if stage.fell_back:
        return Played(talk, skipped=f"{_where(talk)}: »{talk.flow}« ist auf {talk.language} gerade nicht vollständig.")
    return Played(talk, found)


def rewrite(played: Played, edition: Edition) -> str:
    """Return a talk's text: as it is now where its wording or course differs and it can be played, else untouched."""
    talk = played.talk
    moments = [] if not played.differences or played.skipped else _played(talk, edition)
    if not moments or any(moment.missing for moment in moments):
        return talk.text
    return _written_down(talk, moments)


def record(talk: GoldenTalk, edition: Edition) -> str:
    """Return the text of a talk of which only the acts are known: it goes as written at once."""
    return _written_down(talk, _played(talk, edition))


def written(message: Message) -> str:
    """Return a message as a talk writes it."""
    media = (f"({each.kind}: {each.alt})" for each in message.media)
    links = (f"(link: {link.label} {link.url})" for link in message.links)
    text = " ".join(_ISOLATES.sub("", " ".join([message.text, *media, *links])).split())
    options = [f"[{button.label}]" for button in message.buttons if not button.token.startswith(("t.", "c.", "l."))]
    return "  ".join([text, " ".join(options)]) if options else text


def _without_language(talk: GoldenTalk, edition: Edition) -> Played:
    if talk.language in edition.catalogs.translated:
        return Played(talk, skipped=f"{_where(talk)}: {talk.language} wird zurzeit nicht angeboten.")
    known = ", ".join(edition.revision.languages)
    says = f"Die Sprache »{talk.language}« gibt es nicht. Es gibt: {known}."
    return Played(
        talk, (Difference(talk.file, talk.line, "course", (f"language: {talk.language}",), (says,), by_hand=True),)
    )


def _where(talk: GoldenTalk) -> str:
    return f"{talk.file}:{talk.line}"


def stage_of(language: Language, edition: Edition) -> Stage:
    """Return a stage on which the language is chosen and every notice was given: talks are about flows."""
    told = tuple(sorted({*edition.revision.languages, "privacy"}))
    return Stage(edition, Session(language=language, told=told), BEGIN)


def _played(talk: GoldenTalk, edition: Edition) -> Sequence[_Moment]:
    return list(_moments(talk, stage_of(talk.language, edition)))


def _written_down(talk: GoldenTalk, moments: Sequence[_Moment]) -> str:
    """Write a talk as it went. Turns that go as written keep their lines, comments their places."""
    lines = [*(f"# {line}" for line in talk.comment), f"flow: {talk.flow}", f"language: {talk.language}"]
    for moment in moments:
        lines += [*(f"# {line}" for line in moment.turn.comment), moment.turn.act, *_below(moment)]
    return "\n".join(lines)


def _below(moment: _Moment) -> Sequence[str]:
    turn = moment.turn
    if _match(turn.messages, moment.messages, exact=True) and _effects_match(turn.effects, moment.effects):
        return turn.below
    comments = (line for line in turn.below if line.startswith("#"))
    return (*map(line_of, moment.messages), *(f"! {each}" for each in moment.effects), *comments)


def _moments(talk: GoldenTalk, stage: Stage) -> Iterator[_Moment]:
    for turn in talk.turns:
        shown = act(stage, turn)
        if shown is None:
            yield _Moment(turn, (), (), turn.act)
            return
        yield _Moment(turn, tuple(written(message) for message in shown.messages), shown.effects)


def _differences(talk: GoldenTalk, stage: Stage) -> Iterator[Difference]:
    """Yield every other wording, and the first other course: what follows it is its echo."""
    for moment in _moments(talk, stage):
        turn = moment.turn
        if moment.missing:
            says = "Diese Taste ist hier nicht zu sehen. Ändern Sie diese Zeile von Hand."
            yield Difference(talk.file, turn.line, "course", (turn.act,), (says,), by_hand=True)
            return
        same_course = _match(turn.messages, moment.messages, exact=False)
        if not same_course or not _effects_match(turn.effects, moment.effects):
            yield _difference(talk, moment, "course")
            return
        if not _match(turn.messages, moment.messages, exact=True):
            yield _difference(talk, moment, "wording")


def _compared(expected: Sequence[str], actual: Sequence[str]) -> Iterator[str]:
    """Yield what is as written, what is written but did not come (-), and what came instead (+)."""
    heard = list(actual)
    missing: list[str] = []
    abbreviated = False
    for line in expected:
        if line == ANY:
            abbreviated = True
            continue
        place = next((n for n, each in enumerate(heard) if _is_it(line, each)), None)
        if place is None:
            missing.append(line)
            continue
        yield from _between(missing, heard[:place], abbreviated=abbreviated)
        yield f"    {heard[place]}"
        del heard[: place + 1]
        missing, abbreviated = [], False
    yield from _between(missing, heard, abbreviated=abbreviated)


def _between(missing: Sequence[str], came: Sequence[str], *, abbreviated: bool) -> Iterator[str]:
    """Yield what differs between two lines that came. A ``…`` there stands for what came first, but for no effect."""
    said = [line for line in came if not _is_effect(line)]
    lost = sum(not _is_effect(line) for line in missing)
    covered = said[: max(0, len(said) - lost)] if abbreviated else []
    yield from (f"    {line}" for line in covered)
    yield from (f"  - {line}" for line in missing)
    yield from (f"  + {line}" for line in [*said[len(covered) :], *filter(_is_effect, came)])


def _is_it(expected: str, actual: str) -> bool:
    if _is_effect(expected):
        return _is_effect(actual) and set(_parts(expected)) <= set(_parts(actual))
    return _same(expected, actual)


def _is_effect(line: str) -> bool:
    return line.startswith("! ")


def _difference(talk: GoldenTalk, moment: _Moment, kind: str) -> Difference:
    expected = (*moment.turn.messages, *(f"! {each}" for each in moment.turn.effects))
    actual = (*moment.messages, *(f"! {each}" for each in moment.effects))
    return Difference(talk.file, moment.turn.line, kind, expected, actual)


def act(stage: Stage, turn: Turn) -> Shown | None:
    """Do what a turn says; None where its button is not there."""
    if turn.passes is not None:
        return stage.pass_time(_later(stage.now, turn.passes))
    said = turn.act[1:].strip()
    if said.startswith("[") and said.endswith("]"):
        return stage.press(said[1:-1])
    return stage.hear(_event(said))


def _event(said: str) -> Event:
    if media := _MEDIA.fullmatch(said):
        return Shared(media[1], media=f"talk:{media[1]}" if media[1] in _KEPT else "")
    if said == "/start" or said.startswith("/start "):
        flow, _, language = said[6:].strip().partition("_")
        return Started(flow, Language(language) if language else None)
    return Said(said)


def _later(now: datetime, duration: Duration) -> datetime:
    """Return the moment after a duration; working days and months end when the office closes."""
    match duration.unit:
        case "Minuten":
            return now + timedelta(minutes=duration.count)
        case "Stunden":
            return now + timedelta(hours=duration.count)
        case "Tage":
            return now + timedelta(days=duration.count)
        case "Wochen":
            return now + timedelta(weeks=duration.count)
        case _:
            return hours.after(duration, _OFFICE, now).astimezone(now.tzinfo)


def _match(expected: Sequence[str], actual: Sequence[str], *, exact: bool) -> bool:
    """Say whether messages are as written, or (not ``exact``) at least their course; ``…`` stands for any of them."""
    if not expected:
        return not actual
    if expected[0] == ANY:
        return any(_match(expected[1:], actual[start:], exact=exact) for start in range(len(actual) + 1))
    same = _same if exact else _alike
    return bool(actual) and same(expected[0], actual[0]) and _match(expected[1:], actual[1:], exact=exact)


def _same(expected: str, actual: str) -> bool:
    """Compare one message, blanks aside; ``…`` before the options or at the end stands for any rest of the text."""
    want_text, want_options = _parted(expected)
    text, options = _parted(actual)
    if want_text.endswith(ANY):
        return text.startswith(want_text[:-1].rstrip()) and want_options in {options, ()}
    return (want_text, want_options) == (text, options)


def _alike(expected: str, actual: str) -> bool:
    """Say whether two messages offer as many options, whatever they say."""
    (text, want), (_, options) = _parted(expected), _parted(actual)
    return len(want) == len(options) or (text.endswith(ANY) and not want)


def _parted(line: str) -> tuple[str, tuple[str, ...]]:
    found = re.search(r"(?:\s*\[[^\[\]]+\])+\s*$", line)
    text, options = (line[: found.start()], found[0]) if found else (line, "")
    return " ".join(text.split()), tuple(re.findall(r"\[([^\[\]]+)\]", options))


def _effects_match(expected: Sequence[str], actual: Sequence[str]) -> bool:
    return len(expected) == len(actual) and all(
        set(_parts(want)) <= set(_parts(got)) for want, got in zip(expected, actual, strict=True)
    )


def _parts(effect: str) -> list[str]:
    return re.findall(r'(?:[^\s"]|"[^"]*")+', effect)
