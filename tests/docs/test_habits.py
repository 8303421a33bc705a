"""Habits of the house that no tool looks after."""

import ast
import fnmatch
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from docs.markdown import ROOT

from bot.channels.webchat.words import PAGE_WORDS
from bot.text.interface import GERMAN

NOT_OURS = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split())]
PICTURES = {".png"}
PLACES = [re.compile(rf"(?<![\w.])/{word}/\w") for word in ("work", "root", "tmp", "Users", "home")]
HOSTS = [re.compile(re.escape(f"{name}.{end}")) for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"))]  # fmt: skip
REQUIRED = (
    "D01",
    "D02",
    "D03",
    "D05",
    "D12",
    "P04",
    "P05",
    "P06",
    "I01",
    "I02",
    "I03",
    "A01",
    "A04",
    "A05",
    "A13",
    "X01",
    "C01",
)
"""The requirements that this version must prove, each as far as its parts exist."""


def files() -> Iterator[Path]:
    """Yield every text file that belongs to the project."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if _is_ours(name)]
        yield from (Path(folder, name) for name in names if _is_ours(name) and Path(name).suffix not in PICTURES)


def _is_ours(name: str) -> bool:
    return not any(fnmatch.fnmatch(name, pattern) for pattern in NOT_OURS)


@lru_cache(1)
def promises() -> tuple[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef], ...]:
    """Return every test function, with its file."""
    return tuple(_promises())


def _promises() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield path, node


def test_no_file_names_a_machine_or_a_registry():
    """No path of somebody's machine and no host of a package registry stands in the project."""
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in files()
        for text in [path.read_text("utf-8", errors="replace")]
        for pattern in (*PLACES, *HOSTS)
        if (hit := pattern.search(text))
    ]
    assert found == []


def test_every_test_states_a_promise():
    """Each test has a docstring, and it is one line."""
    silent = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path, node in promises()
        if not (said := ast.get_docstring(node)) or "\n" in said
    ]
    assert silent == []


@pytest.mark.parametrize("requirement", REQUIRED)
def test_a_requirement_of_this_version_has_its_test(requirement):
    """Each requirement's id stands in the name or the docstring of a test."""
    said = [f"{node.name} {ast.get_docstring(node) or ''}" for _, node in promises()]
    span = re.compile(r"\b([A-Z])(\d{2})-\1?(\d{2})\b")
    ids = {
        found.upper()
        for text in said
        for found in re.findall(r"(?<![A-Za-z0-9])([a-zA-Z]\d{2})(?![0-9])", text)
    } | {f"{letter}{number:02}" for text in said for letter, low, high in span.findall(text) for number in range(int(low), int(high) + 1)}  # fmt: skip
    assert requirement in ids


NOT_IMPORTED = {
    "httptools": "uvicorn reads HTTP with it",
    "python-multipart": "starlette reads forms with it",
    "setuptools": "make setup installs the project with it",
    "tzdata": "zoneinfo reads the time zones from it where the machine has none",
}
IMPORTED_AS = {"prometheus-client": "prometheus_client", "python-telegram-bot": "telegram", "pyyaml": "yaml"}


def test_every_package_of_the_product_is_used():
    """What ``run.in`` asks for is imported somewhere in ``bot``, or stands here with who uses it."""
    lines = (ROOT / "requirements/run.in").read_text("utf-8").splitlines()
    asked = {re.split(r"[;\s]", line)[0] for line in lines if line and not line.startswith("#")}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE))
    assert {name for name in asked if IMPORTED_AS.get(name, name) not in imported} == set(NOT_IMPORTED)


def strings() -> tuple[frozenset[str], list[re.Pattern[str]]]:
    """Return what the code and the pages say of keys: whole strings, and beginnings and ends of put-together ones."""
    whole: set[str] = set()
    made: list[re.Pattern[str]] = []
    for path in (ROOT / "bot").rglob("*.py"):
        if path.name in {"interface.py", "words.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                made.append(_pattern(node))
    return frozenset(whole), [pattern for pattern in made if re.match(r"[a-z]+\\\.", pattern.pattern)]


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values)
    return re.compile("".join(parts))


def test_every_sentence_of_the_program_is_used():
    """Each key of the German interface is named in the code, whole or put together from a beginning."""
    whole, made = strings()
    unused = [key for key in GERMAN if key not in whole and not any(pattern.fullmatch(key) for pattern in made)]
    assert unused == []


def test_every_word_of_the_chats_page_is_used():
    """Each word of the web chat's page is asked for by its template or its script."""
    chat = ROOT / "bot/channels/webchat"
    text = "\n".join(
        path.read_text("utf-8") for path in (*chat.glob("pages/*"), *chat.glob("static/*.js"), chat / "own.py")
    )
    assert [word for word in PAGE_WORDS if not re.search(rf"words\.{word}\b|[\"']{word}[\"']|: {word}\b", text)] == []
