"""What is wrong in somebody's file: place, code, one sentence, one help; and how that is shown.

A problem is a value. Its code's first letter is its severity: ``E`` stops, ``W`` does not. The sentences are German,
plain and without blame; the code's page is ``docs/problems/<code>.md``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SEVERITIES = {"E": "error", "W": "warning"}
_WINDOW = 200
"""Longer lines are shown in part: so many characters round the caret."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    ``line`` and ``column`` count from 1, in characters; line 0 is the file as a whole. ``length`` is the caret's,
    ``note`` are up to three words behind it, ``written`` is the line as it stands in the file.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    help: str
    length: int = 1
    note: str = ""
    written: str = ""

    @property
    def severity(self) -> str:
        """``error`` or ``warning``."""
        return SEVERITIES[self.code[0]]


def report(problems: Iterable[Problem]) -> str:
    """Show all problems, sorted by place, nothing twice."""
    return "\n\n".join(render(problem) for problem in arranged(problems))


def arranged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by file and place and drop repetitions."""
    return tuple(sorted(set(problems), key=lambda each: (each.file, each.line, each.column, each.code, each.message)))


def render(problem: Problem) -> str:
    """Show one problem with the line as written, a caret and the help."""
    if not problem.line:
        return f"{visible(problem.file)}: {_headline(problem)}\n  = Hilfe: {visible(problem.help)}"
    number = str(problem.line)
    gutter = " " * len(number)
    before, marked, after = _cut(problem)
    caret = _blank(before) + "^" * max(1, _width(marked))
    return "\n".join(
        (
            f"{visible(problem.file)}:{problem.line}:{problem.column}: {_headline(problem)}",
            f"{gutter} |",
            f"{number} | {visible(before + marked + after)}".rstrip(),
            f"{gutter} | {caret} {visible(problem.note)}".rstrip(),
            f"{gutter} = Hilfe: {visible(problem.help)}",
        )
    )


def visible(text: str) -> str:
    """Make characters that would steer a terminal or turn the direction of writing visible; tabs stay."""
    return _STEERING.sub(lambda found: _picture(found[0]), text)


_STEERING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def _headline(problem: Problem) -> str:
    return f"{problem.severity}[{problem.code}]: {visible(problem.message)}"


def _picture(character: str) -> str:
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "\N{REPLACEMENT CHARACTER}"


def _cut(problem: Problem) -> tuple[str, str, str]:
    start = problem.column - 1
    before, rest = problem.written[:start], problem.written[start:]
    marked, after = rest[: problem.length], rest[problem.length :]
    if len(problem.written) <= _WINDOW:
        return before, marked, after
    return _tail(before), marked[:_WINDOW], _head(after)


def _tail(text: str) -> str:
    return text if len(text) <= _WINDOW // 2 else "…" + text[-_WINDOW // 2 :]


def _head(text: str) -> str:
    return text if len(text) <= _WINDOW // 2 else text[: _WINDOW // 2] + "…"


def _blank(text: str) -> str:
    return "".join("\t" if character == "\t" else " " * _width(character) for character in text)


def _width(text: str) -> int:
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    """Return how many cells of a terminal a character takes: none, one or two."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} and character == visible(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
