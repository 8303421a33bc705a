"""The page's files: small, without a build step, and without anything the strict policy or another script's direction forbids."""

import gzip
import json
import re

import pytest
from bs4 import BeautifulSoup

from bot.channels.webchat.own import ENDINGS
from bot.channels.webchat.routes import FILES, TEMPLATES
from bot.channels.webchat.words import PAGE_WORDS
from bot.web.pages import Files, Pages

SCRIPTS = ("chat.js", "draw.js")
NAMES = ("chat.css", *SCRIPTS, "icon.svg", "chat.webmanifest")


@pytest.fixture
def files() -> Files:
    return Files(FILES)


def page(files: Files) -> str:
    values = {"lang": "de", "dir": "ltr", "words": dict(PAGE_WORDS), "known": False}
    return Pages(TEMPLATES, files).text("chat.html", values)


def text(name: str) -> str:
    return (FILES["chat"] / name).read_text("utf-8")


def test_budget(files):
    """The first load is at most 20 KB compressed, its script at most 6 KB."""
    sizes = {name: len(files.get(f"chat/{name}").small) for name in NAMES}
    sizes["chat.html"] = len(gzip.compress(page(files).encode()))
    print(sizes, sum(sizes.values()))  # noqa: T201 - a figure for whoever asks with -s
    assert sum(sizes[name] for name in SCRIPTS) <= 6_000
    assert sum(sizes.values()) <= 20_000


def test_nothing_inline(files):
    """The page has no inline script, style or handler: the policy would stop them."""
    soup = BeautifulSoup(page(files), "html.parser")
    assert [tag.get("type") for tag in soup.find_all("script") if not tag.get("src")] == ["application/json"]
    assert soup.find_all("style") == []
    names = {name for tag in soup.select("*") for name in tag.attrs}
    assert {name for name in names if name == "style" or name.startswith("on")} == set()


def test_only_our_own_addresses(files):
    """Everything the page names comes from our own house (X10)."""
    soup = BeautifulSoup(page(files), "html.parser")
    places = [tag.get(name) for tag in soup.select("*") for name in ("src", "href") if tag.get(name)]
    assert len(places) == 7
    assert all(place.startswith(("/static/chat.", "#")) for place in places)
    for name in NAMES:
        assert set(re.findall(r"https?://[a-z0-9.]+", text(name))) <= {"http://www.w3.org"}


def test_page_holds_its_words(files):
    """All words of the page are in it, and every place that names a word names one that exists."""
    soup = BeautifulSoup(page(files), "html.parser")
    assert json.loads(soup.find("script", id="words").string) == dict(PAGE_WORDS)
    for name in ("data-word", "data-label"):
        for tag in soup.find_all(attrs={name: True}):
            assert tag[name] in PAGE_WORDS
    named = set(re.findall(r'"([a-z_]+)"', text("chat.js"))) | set(re.findall(r'data-[a-z]+="([a-z_]+)"', page(files)))
    named |= set(re.findall(r"words\.([a-z_]+)", text("chat.js") + text("gone.js")))
    named |= {"no_script", "choices", "more", *ENDINGS.values()}
    assert set(PAGE_WORDS) - named == set()


def test_words_never_become_markup():
    """The script makes elements and text, never markup of a string, and evaluates nothing (I02)."""
    script = "".join(map(text, (*SCRIPTS, "gone.js")))
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"):
        assert forbidden not in script


def test_mirrors_by_itself():
    """The style knows start and end, no left and right, so that the page mirrors for Arabic."""
    declared = re.findall(r"[{;]\s*([a-z-]+)\s*:", text("chat.css"))
    physical = re.compile(r"(^|-)(left|right|top|bottom)($|-)|^(min-|max-)?(width|height)$")
    queries = {"max-width", "max-height"}  # of the screen, in @media
    assert [name for name in declared if physical.search(name) and name not in queries] == []
    assert re.findall(r":\s*(left|right)\b", text("chat.css")) == []


def test_manifest():
    """The page can be installed."""
    manifest = json.loads(text("chat.webmanifest"))
    assert (manifest["start_url"], manifest["display"], manifest["icons"][0]["src"]) == (
        "/chat",
        "standalone",
        "icon.svg",
    )


def test_words_are_plain():
    """The page speaks to parents politely and shortly."""
    for word in PAGE_WORDS.values():
        assert not re.search(r"\b(du|dein|dir|dich)\b", word, re.IGNORECASE)
        assert max(len(sentence.split()) for sentence in word.split(".")) <= 15
