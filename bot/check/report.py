"""Problems as they leave the program: text for people, JSON for other programs, annotations for GitHub.

No character of a file or of its name may steer what reads the output: a terminal, a JSON parser, a runner of checks.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping

from bot.source.problem import Problem, arranged, render

FIELDS = ("file", "line", "column", "code", "severity", "message", "help")
"""The keys of one problem in JSON, in this order."""


def text(problems: Iterable[Problem]) -> str:
    """Show the problems with line, caret and help, and how many there are."""
    found = arranged(problems)
    if not found:
        return "Alles in Ordnung."
    errors = sum(problem.severity == "error" for problem in found)
    shown = [render(problem) for problem in found]
    return "\n\n".join([*shown, f"Fehler: {errors}. Warnungen: {len(found) - errors}."])


def as_json(problems: Iterable[Problem]) -> str:
    """Return a JSON list of objects with exactly ``FIELDS``; line 0 is a file as a whole."""
    listed = [{name: getattr(problem, name) for name in FIELDS} for problem in arranged(problems)]
    return _STEERING.sub(_escaped, json.dumps(listed, ensure_ascii=False, indent=2))


def github(problems: Iterable[Problem]) -> str:
    """Return one workflow command a problem: ``::error file=…,line=…,col=…,title=E201::message``."""
    return "\n".join(_command(problem) for problem in arranged(problems))


FORMS: Mapping[str, Callable[[Iterable[Problem]], str]] = {"text": text, "json": as_json, "github": github}
"""All forms by the name of ``--format``."""


def _command(problem: Problem) -> str:
    properties = {
        "file": problem.file,
        "line": str(max(1, problem.line)),
        "col": str(max(1, problem.column)),
        "title": problem.code,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    said = f"{problem.message}\nHilfe: {problem.help}"
    return f"::{problem.severity} {listed}::{_data(said)}"


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _data(value: str) -> str:
    """Escape what would end a workflow command, and what no terminal or log should obey."""
    escaped = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", escaped)


_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""As in ``visible``, but for the line ends that JSON and the command's own lines have."""


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
