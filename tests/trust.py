"""Which of the seventy requirements of trust are proved by which tests: ``make trust`` prints it, ``--write`` keeps it.

A requirement is proved by the tests that name it, in their name or their docstring; ``D01-D03`` names three.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reference" / "trust.md"

GROUPS: Mapping[str, str] = {
    "D": "Durability",
    "P": "Platforms",
    "I": "Input",
    "A": "Access",
    "X": "Privacy",
    "O": "Operation",
    "C": "Acute danger",
}

REQUIREMENTS: Mapping[str, str] = {
    "D01": "what was acknowledged is stored: killed at each named point and at random moments, 0 lost",
    "D02": "each update has exactly one effect, however often and in whatever order the platform repeats it",
    "D03": "order per contact, with one and with several workers",
    "D04": "repeated sends are at most those in the air at a crash, and each is counted",
    "D05": "durable settings are read back at start; with others the program does not run",
    "D06": "power cut: acknowledged rows survive",
    "D07": "disk full: 503, the process lives, recovers without a restart, nothing half-written",
    "D08": "whichever statement or commit fails: no half-written group, no false 200",
    "D09": "database locked, or killed and restarted: 503s, then everything is caught up, no loss",
    "D10": "a clock that jumps: no reminder twice, no lock-out for ever, no lease stuck",
    "D11": "a worker or sender that was frozen past its lease cannot write",
    "D12": "no writing transaction begins deferred",
    "D13": "seeded simulation of the whole path; a failing seed replays byte for byte",
    "D14": "a backup while writing is consistent; restored, it is the same, and the erased stay erased",
    "D15": "a migration killed at any point starts again or is clearly refused; an older database opens",
    "P01": "429 with retry_after is obeyed for that chat only; the others go on",
    "P02": "5xx, reset, time-out, garbage, 200 with ok:false: back-off with jitter, a cap, then a dead letter",
    "P03": "blocked by the parent, window closed: stop, mark, no retry loop",
    "P04": "poison: any bytes are set aside or understood, neighbours are unaffected",
    "P05": "forged, missing, cut, wrong-case, non-ASCII secrets: 403, nothing stored, constant time on bytes",
    "P06": "too large, too slow, unfinished or compressed requests: refused in 10 s, memory below +50 MB",
    "P07": "an old valid webhook replayed after years has no effect",
    "I01": "huge, marked, overridden, empty texts: answered quickly and shown safely",
    "I02": "a parent's text is never markup",
    "I03": "a flood is collapsed to one answer; others notice nothing; help is still answered",
    "I04": "media: by content, capped while streaming, not decoded, without metadata, served sandboxed",
    "I05": "requests go to allow-listed hosts only, without redirect or private address",
    "I06": "bombs and odd files in flows: refused with a line number in 100 ms, the process lives",
    "I07": "templates in flows reach no attribute and no format string; unknown variables are errors",
    "I08": "regular expressions: none from users, or linear-time only",
    "I09": "exports to spreadsheets neutralise formulas",
    "I10": "log injection: steering characters in any field are escaped",
    "A01": "matrix of route, role, team and method, generated from the router",
    "A02": "guessing links or codes is limited, never locks out the real user, and tells nothing",
    "A03": "sessions: new id on login, ended on logout, disabling and role change; idle and absolute end",
    "A04": "every unsafe method without token or from a foreign origin is 403",
    "A05": "protective headers on every answer, errors included",
    "A06": "no open redirect",
    "A07": "invitations and resets: 128 bit, hashed, single use, 72 hours, bound to their person",
    "A08": "extra form fields are refused",
    "A09": "two advisers at once: one owner, no reply lost, no double close",
    "A10": "the last coordinator cannot lock the organisation out; nobody promotes themselves",
    "A11": "streams check origin, session and object; who is let go gets nothing after 5 s",
    "A12": "web chat: an unguessable token outside the URL, nobody else's talk readable",
    "A13": "errors fail closed and generic",
    "X01": "canary: what is private is in no log, metric, page, argument, statistic, plain column or backup",
    "X02": "bodies are unreadable without the key, and worthless in another place",
    "X03": "after being forgotten nothing is left in any file; a restore of yesterday keeps it so",
    "X04": "what is kept is told, whole, readable for people and machines, over the same channel only",
    "X05": "retention runs as a job, previews counts, and continues when it was killed midway",
    "X06": "consent before the first free text is kept; withdrawal deletes",
    "X07": "statistics hide small groups, also from subtraction",
    "X08": "the audit chain shows every changed, removed, moved or inserted row",
    "X09": "who looks is logged; advisers see their own team's open questions",
    "X10": "no page asks a third party for anything",
    "O01": "secrets only from environment or file, never shown",
    "O02": "dependencies: hashed lock, strict audit, licences",
    "O03": "a bill of materials at release",
    "O04": "static rules for security are clean",
    "O05": "every queue, cache, pool and task set has a bound; memory stays flat",
    "O06": "SIGTERM: stops in 10 s, nothing lost, no new 200",
    "O07": "health says disk, lag, oldest undelivered, clock skew, key; nothing personal",
    "C01": "the help card is one tap away in every state, in every language",
    "C02": "danger words are found in all languages at once, in 15 ms; the finder decides nothing",
    "C03": "on a hit the card comes first, three buttons, then the flow's answer at the same place",
    "C04": "a person is called urgently; that nobody is on duty is said plainly",
    "C05": "not meant: one line for a day, except about suicide; counts only",
    "C06": "violence: neutral words, how to delete the chat, no push with content",
    "C07": "the hit is a flag on the question alone, deleted with it",
    "C08": "voice and photos cannot be read: said so, with the help line",
}
"""Every requirement, in a line."""

HEAD = """\
A requirement is proved by the tests that name it in their name or docstring; how far, they say themselves. The long ones
run in `make torture`. `make trust` prints the table, `make trust WRITE=--write` writes this page; a test keeps it equal
to what the tests say.

- Durability, with its figures: [durability](durability.md)
- The whole path with everything that can go wrong, from a seed: [simulation](simulation.md)"""

_ONE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]\d{2})(?![0-9])")
_SPAN = re.compile(r"\b([A-Z])(\d{2})-\1?(\d{2})\b")


def named(text: str) -> set[str]:
    """Return the requirements that a text names."""
    spans = {f"{kind}{n:02}" for kind, low, high in _SPAN.findall(text) for n in range(int(low), int(high) + 1)}
    return ({one.upper() for one in _ONE.findall(text)} | spans) & REQUIREMENTS.keys()


def promises(folder: Path = TESTS) -> Iterator[tuple[Path, str]]:
    """Yield every test function's file, and its name and docstring."""
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield path, f"{node.name} {ast.get_docstring(node) or ''}"


def proofs(folder: Path = TESTS) -> Mapping[str, Sequence[str]]:
    """Return for each requirement the files, below the folder, with tests that name it."""
    found: dict[str, dict[str, None]] = {one: {} for one in REQUIREMENTS}
    for path, said in promises(folder):
        for one in named(said):
            found[one][path.relative_to(folder).as_posix()] = None
    return {one: list(files) for one, files in found.items()}


def page(found: Mapping[str, Sequence[str]]) -> str:
    """Return the reference page."""
    open_ones = [one for one, files in found.items() if not files]
    count = f"{len(found) - len(open_ones)} of {len(found)} requirements have tests."
    missing = f" Without any so far: {', '.join(open_ones)}." if open_ones else ""
    parts = ["# Trust: which requirement is proved where", HEAD, count + missing]
    for letter, title in GROUPS.items():
        rows = [f"| {one} | {text} | {_files(found[one])} |" for one, text in REQUIREMENTS.items() if one[0] == letter]
        parts.append("\n".join((f"## {title}\n", "| id | requirement | tests in |", "| --- | --- | --- |", *rows)))
    return "\n\n".join(parts) + "\n"


def _files(files: Sequence[str]) -> str:
    return " · ".join(f"`tests/{file}`" for file in files) or "**none so far**"


def main(words: Sequence[str]) -> None:
    """Print the table; with ``--write`` keep the page."""
    found = proofs()
    for one, text in REQUIREMENTS.items():
        sys.stdout.write(f"{one}  {len(found[one]) or 'NONE':>4}  {text}\n")
    missing = [one for one, files in found.items() if not files]
    sys.stdout.write(f"\n{len(missing)} of {len(found)} without a test: {', '.join(missing) or '-'}\n")
    if "--write" in words:
        PAGE.write_text(page(found), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
