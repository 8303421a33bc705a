"""Reading the project's pages: headings, links, and fenced blocks with what their first line says of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sybil import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT = Path(__file__).parents[2]

_BLOCKS = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))
_HEADING = re.compile(r"^(?P<level>#{1,6}) +(?P<title>.+?) *$", re.MULTILINE)
_LINK = re.compile(r"!?\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\((?P<to>[^)\s]+)\)")


@dataclass(frozen=True)
class Fence:
    """One fenced block: its language, the words behind it, what stands in it, and its line."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Its path in the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The page without its fenced blocks; their lines stay as empty ones."""
        prose, text = [], self.text
        for region in reversed(list(_BLOCKS(Document(text, str(self.path))))):
            prose.append(text[region.end :])
            prose.append("\n" * text[region.start : region.end].count("\n"))
            text = text[: region.start]
        return text + "".join(reversed(prose))

    @property
    def fences(self) -> Sequence[Fence]:
        """Its fenced blocks in order."""
        return [
            Fence(
                *_info(region.lexemes["info"]),
                str(region.lexemes["source"]),
                self.text.count("\n", 0, region.start) + 1,
            )
            for region in _BLOCKS(Document(self.text, str(self.path)))
        ]

    @property
    def headings(self) -> Sequence[str]:
        """Its headings in order, as written."""
        return [found["title"] for found in _HEADING.finditer(self.prose)]

    def section(self, heading: str) -> str:
        """Return what stands under a heading, without fenced blocks, up to the next one of its level or a higher one."""
        found = re.search(rf"^(#+) +{re.escape(heading)} *$", self.prose, re.MULTILINE)
        assert found is not None, f"{self.name} has no heading {heading}"
        rest = self.prose[found.end() :]
        following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
        return rest[: following.start()] if following else rest

    @property
    def anchors(self) -> frozenset[str]:
        """What a link into this page may name."""
        return frozenset(_anchor(title) for title in self.headings)

    @property
    def links(self) -> Sequence[str]:
        """Where its links and pictures lead."""
        return [found["to"] for found in _LINK.finditer(self.prose)]


def page(name: str) -> Page:
    """Read one page by its path in the project."""
    path = ROOT / name
    return Page(path, path.read_text("utf-8"))


def pages() -> Sequence[Page]:
    """Read every page of the project."""
    names = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [page(path.relative_to(ROOT).as_posix()) for path in sorted(names)]


def _info(info: str) -> tuple[str, tuple[str, ...]]:
    language, *words = info.split() or [""]
    return language, tuple(words)


def _anchor(title: str) -> str:
    """Return a heading's anchor as the usual renderers make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
