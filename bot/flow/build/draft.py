"""What grows while a flow is read: its problems, its texts for translators, and every name it mentions.

The marks of a text are found here: ``{answer}``, ``[[Term]]`` and ``[[Term|shown form]]``. Nothing else is allowed
between such brackets, so no text can reach into the program (``{x.__class__}``, ``{0}``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flow.graph import Wording
from bot.flow.message import Text, content
from bot.source.form import Problems
from bot.source.nodes import Place, Scalar
from bot.source.problem import Problem

ANSWER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
"""An answer's name."""
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
"""The name of a flow, a step, an option, a topic: at most 48 characters, so that a deep link holds it."""
LONGEST = 4096
"""Characters of one text: no channel takes more in a message."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text to translate: the German, where it stands, the note to translators, and which field it is.

    ``scalar`` is the text as written, for whoever looks for a place in it.
    """

    german: str
    file: str
    line: int
    note: str
    kind: str
    scalar: Scalar = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in its place.

    ``kind`` is ``step flow topic term fact answer calendar file`` for what must exist, ``saved`` (an answer that a step
    keeps, or that a call takes back), and ``given`` (its name in ``with``); ``title label short row value name`` only say where
    something stands, ``source`` what it rests on, ``reviewed`` and ``until`` on which day it was checked and up to which it holds.
    ``step`` is the step it belongs to, ``part`` the field, such as ``options/0/goto``.
    """

    kind: str
    name: str
    place: Place
    step: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a flow: the folder of its file, and the paths of all files, both below ``flows/``."""

    folder: str = ""
    paths: frozenset[str] = frozenset()

    def path(self, name: str) -> str:
        """Return the path of a file that a flow names."""
        return f"{self.folder}/{name}" if self.folder else name


NOWHERE = Beside()
"""Beside it lies nothing."""


@dataclass(slots=True)
class Draft:
    """A flow (or side file) being read. ``terms`` maps each form of a glossary word to its entry."""

    terms: Mapping[str, str]
    problems: Problems
    flow: str = ""
    beside: Beside = NOWHERE
    texts: dict[str, SourceText] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    slight: list[Problem] = field(default_factory=list)

    def slightly(self, *problems: Problem) -> None:
        """Note problems that leave nothing unclear: what the flow means is examined all the same."""
        self.problems.extend(problems)
        self.slight.extend(problems)

    def mention(self, kind: str, scalar: Scalar, step: str = "", part: str = "") -> str:
        """Keep a name with its place, and return it."""
        self.mentions.append(Mention(kind, scalar.text, scalar.place, step, part))
        return scalar.text

    def plain(self, scalar: Scalar, *path: str, note: str = "") -> Text:
        """Keep a text that has no marks: a label, a title, an example."""
        if self._fits(scalar) and (marks := scalar.matches(_MARK)):
            message = f"Klammern wie »{{…}}« und »[[…]]« sind bei »{_field(path)}« nicht möglich."
            help_ = "Schreiben Sie den Text ohne Klammern."
            self.slightly(marks[0][0].problem("E119", message, help_, "hier nicht möglich"))
        return self._keep(scalar, path, note)

    def wording(self, scalar: Scalar, *path: str, note: str = "", source: str = "") -> Wording:
        """Keep a text with marks; what they name is checked later, when everything is known."""
        answers: dict[str, None] = {}
        terms: dict[str, None] = {}
        step, part = path[1], "/".join(path[2:])
        malformed: dict[str, Place] = {}
        for place, mark in scalar.matches(_MARK) if self._fits(scalar) else ():
            if found := _ANSWER_MARK.fullmatch(mark):
                self.mentions.append(Mention("answer", found[1], place, step, part))
                answers[found[1]] = None
            elif found := _TERM_MARK.fullmatch(mark):
                self.mentions.append(Mention("term", found[1], place, step, part))
                terms[self.terms.get(found[1], found[1])] = None
            else:
                malformed.setdefault(mark, place)
        for mark, place in malformed.items():
            self.slightly(place.problem("E119", *_malformed(mark)))
        return Wording(self._keep(scalar, path, note), tuple(answers), tuple(terms), source)

    def _fits(self, scalar: Scalar) -> bool:
        """Note a text that is longer than any channel takes, and say whether it is not."""
        if len(scalar.text) <= LONGEST:
            return True
        message = f"Der Text hat mehr als {LONGEST} Zeichen."
        help_ = "Teilen Sie ihn auf mehrere Schritte auf."
        self.problems.append(scalar.place.problem("E107", message, help_, "zu lang"))
        return False

    def _keep(self, scalar: Scalar, path: tuple[str, ...], note: str) -> Text:
        german = "\n".join(line.rstrip() for line in scalar.text.strip().split("\n"))
        place = scalar.place
        self.texts["/".join(path)] = SourceText(german, place.source.file, place.line, note, _field(path), scalar)
        return content(*path)


_ANSWER_MARK = re.compile(r"\{(" + ANSWER.pattern + r")\}")
_TERM_MARK = re.compile(r"\[\[([^\[\]{}|\n]+)(?:\|([^\[\]{}|\n]+))?\]\]")
_MARK = re.compile(r"\[\[[^\[\]{}\n]*\]\]|\{[^{}\[\]\n]*\}|[{}]|\[\[|\]\]")


def _malformed(mark: str) -> tuple[str, str, str]:
    if mark.startswith("{") and len(mark) > 2:
        message = f"»{mark}« ist kein Platz für eine Antwort."
        return message, "Schreiben Sie nur den Namen einer Antwort in die Klammern, zum Beispiel {klasse}.", "kein Name"
    if mark.startswith("[[") and len(mark) > 2:
        message = f"»{mark}« ist kein Verweis auf ein Wort des Glossars."
        return message, "Schreiben Sie [[Wort]] oder [[Wort|gezeigte Form]].", "kein Verweis"
    message = f"Die Klammer »{mark}« hat kein Gegenstück, oder es steht nichts darin."
    return message, "Schließen Sie die Klammer oder nehmen Sie sie heraus.", "einzelne Klammer"


def _field(path: tuple[str, ...]) -> str:
    return path[-2] if path[-1].isdecimal() else path[-1]
