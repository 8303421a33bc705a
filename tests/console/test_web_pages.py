"""Pages that always escape, and files named by what is in them."""

import gzip

import httpx
import jinja2
import pytest

from bot.web.pages import Files, Pages
from bot.web.shell import Walls, walled


@pytest.fixture
def folder(tmp_path):
    """A folder with one template and two files, of which one is no file of a page."""
    (tmp_path / "a.html").write_text('<p title="{{ word }}">{{ word }}</p>{{ asset("x/a.js") }}')
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "notes.txt").write_text("not for the world")
    return tmp_path


def client(files: Files) -> httpx.AsyncClient:
    app = walled([files.route()], Walls(now=lambda: 0.0, new_id=lambda: "1"))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://lotse.example")


def test_escapes(folder):
    """A value is never markup, whatever the template's name or place (I02)."""
    pages = Pages([folder], Files({"x": folder}))
    text = pages.text("a.html", {"word": "\"><script>alert(1)</script>{{7*7}}'"})
    assert "<script>" not in text
    assert text.startswith('<p title="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}&#39;">')


def test_unknown_value_is_an_error(folder):
    """A template that names what nobody gave fails in the test, not before a parent."""
    with pytest.raises(jinja2.UndefinedError):
        Pages([folder], Files({"x": folder})).text("a.html", {})


def test_unknown_file_is_an_error(folder):
    """A page cannot name a file that does not exist."""
    with pytest.raises(KeyError):
        Files({"x": folder}).url("x/b.js")


async def test_served_for_ever(folder):
    """A file's address changes with its contents, so browsers may keep it; it comes compressed if they like."""
    files = Files({"x": folder})
    async with client(files) as browser:
        plain = await browser.get(files.url("x/a.js"), headers={"accept-encoding": "identity"})
        small = await browser.get(files.url("x/a.js"), headers={"accept-encoding": "gzip"})
    (folder / "a.js").write_text("export const a = 2;\n")
    assert plain.text == small.text == "export const a = 1;\n"
    assert (plain.headers["cache-control"], small.headers["content-encoding"]) == (
        "public, max-age=31536000, immutable",
        "gzip",
    )
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert Files({"x": folder}).url("x/a.js") != files.url("x/a.js")
    assert gzip.decompress(files.get("x/a.js").small) == b"export const a = 1;\n"


@pytest.mark.parametrize("path", ["/static/x/a.js", "/static/x/notes.txt", "/static/../pages.py", "/static/%2e%2e/a"])
async def test_nothing_else_is_served(folder, path):
    """Only the files that pages need are served, only by their full address."""
    async with client(Files({"x": folder})) as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
