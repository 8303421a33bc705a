"""Pictures, documents and audio of the web chat: what a page is told of them, and how a browser gets them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from channels.webchat_house import TOKEN, House
from core.pictures import png
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat.media import KINDS, PIECE, size, wanted
from bot.channels.webchat.talk import theirs
from bot.channels.webchat.words import PAGE_WORDS
from bot.check.media import ENDINGS
from bot.model import Language
from bot.ports import ChatLine
from bot.text.media import MediaFile, media_files
from bot.text.message import Attachment, Link, Message

REVISION = "0123456789abcdef"
SOUND = bytes(range(256)) * 1000
FILES = media_files(
    REVISION,
    {
        "a/bild.png": png(40, 30),
        "a/ton.mp3": SOUND,
        "a/ton.m4a": b"....ftypM4A ",
        "a/blatt.pdf": b"%PDF-1.4",
        "a/foto.jpeg": b"\xff\xd8\xff<script>alert(1)</script>",
        'a/seltsam\r\n"x.ogg': b"OggS",
    },
)
PAGE = {"sec-fetch-site": "same-origin"}


def address(path: str) -> str:
    return f"/chat/media/{FILES[path].address}"


@asynccontextmanager
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a house that has these files."""
    house = House()
    house.media = {file.address: file for file in FILES.values()}
    transport = httpx.ASGITransport(house.app(lambda: TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="https://lotse.example", headers=PAGE) as client:
        yield client


async def got(path: str, **headers: str) -> httpx.Response:
    async with browser() as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/bild.png", "image/png"),
        ("a/foto.jpeg", "image/jpeg"),
        ("a/ton.mp3", "audio/mpeg"),
        ("a/ton.m4a", "audio/mp4"),
        ("a/blatt.pdf", "application/pdf"),
    ],
)
async def test_a_file_is_served_as_what_it_is_called(path, kind):
    """The kind is ours to say and not to be guessed, whatever is inside; it may be kept for ever; no cookie (I04)."""
    answer = await got(address(path))
    assert (200, FILES[path].body) == (answer.status_code, answer.content)
    assert kind == answer.headers["content-type"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
    assert f'inline; filename="{path[2:]}"' == answer.headers["content-disposition"]
    assert "set-cookie" not in answer.headers
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert part in answer.headers["content-security-policy"]


async def test_a_name_cannot_break_a_header():
    """A file whose name is not plain is called otherwise when it is kept (I04)."""
    answer = await got(address('a/seltsam\r\n"x.ogg'))
    assert 'inline; filename="datei"' == answer.headers["content-disposition"]


def test_every_kind_that_flows_may_have_is_served():
    """What the builder takes the web chat can serve, and nothing else."""
    assert set(ENDINGS) == {f".{ending}" for ending in KINDS}


async def test_the_page_may_show_our_own_files_only():
    """Pictures and audio come from our own house, by the page's policy."""
    policy = (await got("/chat")).headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert not {"img-src", "media-src", "script-src"} & set(policy.replace(";", " ").split())


@pytest.mark.parametrize(
    "path",
    [
        f"/chat/media/{'0' * 16}/{FILES['a/bild.png'].address.partition('/')[2]}",
        f"/chat/media/{REVISION}/{'0' * 32}.png",
        f"/chat/media/{REVISION}/bild.png",
        f"/chat/media/{REVISION}/flows/a/bild.png",
        f"/chat/media/{REVISION}/topics.yaml",
        f"/chat/media/{REVISION}/..%2f..%2fetc%2fpasswd",
        "/chat/media/..%2f..%2f..%2fetc%2fpasswd",
        "/chat/media/%2e%2e/%2e%2e/config.yaml",
        "/chat/media/%00",
        address("a/bild.png") + "%00.html",
        address("a/bild.png") + "%0a",
        address("a/bild.png") + "/",
        address("a/bild.png").replace(".png", ".html"),
        address("a/bild.png").replace(".png", ".svg"),
        address("a/bild.png").replace(".png", ".yaml"),
        address("a/bild.png").replace(".png", ".PNG"),
        address("a/bild.png").replace("media/", "media//"),
        address("a/bild.png").replace("media/", "media/.%2f"),
        address("a/bild.png").replace("0123", "٠١٢٣"),
        "/chat/media/",
        "/chat/media/" + "a" * 5000,
    ],
)
async def test_nothing_else_is_served(path):
    """Other addresses lead nowhere: no folder, no flow, no other ending, no unknown revision (I04)."""
    answer = await got(path)
    assert (404, "no-store") == (answer.status_code, answer.headers["cache-control"])


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, 255_999),
        ("bytes=100-99999999", 100, 255_999),
        ("bytes=255999-255999", 255_999, 255_999),
        ("bytes=-100", 255_900, 255_999),
        ("bytes=-9999999", 0, 255_999),
        ("bytes=1000-200000", 1000, 200_000),
    ],
)
async def test_a_player_gets_the_part_it_asks_for(asked, first, last):
    """Safari asks for the first two bytes, then for what it needs; every player jumps by asking for a part."""
    answer = await got(address("a/ton.mp3"), range=asked)
    assert (206, SOUND[first : last + 1]) == (answer.status_code, answer.content)
    assert f"bytes {first}-{last}/256000" == answer.headers["content-range"]
    assert (str(last - first + 1), "bytes") == (answer.headers["content-length"], answer.headers["accept-ranges"])


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=-0", "bytes=999999999999-999999999999"])
async def test_a_part_that_is_not_there(asked):
    """Who asks for what is behind the end is told where the end is."""
    answer = await got(address("a/ton.mp3"), range=asked)
    assert (416, "bytes */256000") == (answer.status_code, answer.headers["content-range"])


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=0-1,4-5",
        "items=0-1",
        "bytes=a-b",
        "bytes=٠-١",
        "bytes=0-" + "9" * 50,
    ],
)
async def test_what_is_no_part_is_the_whole(asked):
    """A request for a part that nobody understands gets the file."""
    answer = await got(address("a/ton.mp3"), range=asked.encode())
    assert (200, SOUND) == (answer.status_code, answer.content)


@given(
    st.text("bytes=0123456789-, ", max_size=30) | st.from_regex(r"bytes=\d{0,8}-\d{0,8}", fullmatch=True),
    st.integers(1, 10**7),
)
def test_a_part_lies_within_the_file(asked, length):
    """Whatever is asked for, no byte comes from elsewhere."""
    part = wanted(asked, length)
    if part:
        assert 0 <= part.start < part.stop <= length


async def test_unchanged():
    """A browser that has the file gets no second one; a player whose file is another gets the whole."""
    async with browser() as client:
        mark = (await client.get(address("a/ton.mp3"))).headers["etag"]
        known = await client.get(address("a/ton.mp3"), headers={"if-none-match": f'"x", {mark}'})
        other = await client.get(address("a/ton.mp3"), headers={"range": "bytes=0-1", "if-range": '"x"'})
        same = await client.get(address("a/ton.mp3"), headers={"range": "bytes=0-1", "if-range": mark})
    assert (304, b"") == (known.status_code, known.content)
    assert [200, 206] == [other.status_code, same.status_code]


async def test_head_and_other_verbs():
    """A head has the length and no body; nothing can be written there."""
    async with browser() as client:
        head = await client.head(address("a/ton.mp3"))
        posted = await client.post(address("a/ton.mp3"))
    assert (200, "256000") == (head.status_code, head.headers["content-length"])
    assert 405 == posted.status_code


async def test_a_file_goes_out_in_pieces():
    """A slow line holds a piece of a file in memory, not a copy of the whole."""
    pieces = []

    async def send(message: dict) -> None:
        pieces.append(len(message.get("body", b"")))

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    house = House()
    house.media = {file.address: file for file in FILES.values()}
    path = address("a/ton.mp3")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    await house.app(lambda: TOKEN)(
        {**scope, "client": ("127.0.0.1", 1), "asgi": {"spec_version": "2.4"}}, receive, send
    )
    assert (len(SOUND), PIECE) == (sum(pieces), max(pieces))


async def test_one_address_cannot_pour():
    """One network address may ask for 600 files a minute (I03)."""
    async with browser() as client:
        answers = [(await client.get("/chat/media/x")).status_code for _ in range(601)]
    assert ({404}, 429) == (set(answers[:600]), answers[600])


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 KB"),
        (499, "1 KB"),
        (240_400, "240 KB"),
        (999_499, "999 KB"),
        (1_000_000, "1,0 MB"),
        (15_960_000, "16,0 MB"),
    ],
)
def test_sizes_are_told_as_people_read_them(count, words):
    """In KB, and from a million bytes on in MB with a comma, as on German paper."""
    assert words == size(count)


def words(_language: str) -> dict[str, str]:
    return dict(PAGE_WORDS)


def test_what_a_page_is_told():
    """A picture has its address, its words and its room; other files their name and size; a page its label and address."""
    media = (
        Attachment("picture", "a/b.png", "r/1.png", "Ein Bild", 9, 40, 30),
        Attachment("picture", "a/c.png", "r/2.png", "Ohne Maß", 9),
        Attachment("document", "a/blatt.pdf", "r/3.pdf", "Merkblatt", 240_000),
        Attachment("audio", "a/ton.mp3", "r/4.mp3", "Zum Hören", 1_500_000),
    )
    message = Message("x", Language("de"), "ltr", media=media, links=(Link("Mehr", "https://a.example/b"),))
    line = theirs(ChatLine("1", House().at, message=message, token="t"), message, words)
    assert [
        {"kind": "picture", "src": "/chat/media/r/1.png", "alt": "Ein Bild", "width": 40, "height": 30},
        {"kind": "picture", "src": "/chat/media/r/2.png", "alt": "Ohne Maß", "width": 640, "height": 480},
        {"kind": "document", "src": "/chat/media/r/3.pdf", "alt": "Merkblatt", "about": "blatt.pdf · 240 KB"},
        {"kind": "audio", "src": "/chat/media/r/4.mp3", "alt": "Zum Hören", "about": "ton.mp3 · 1,5 MB"},
    ] == line["media"]
    assert [("Mehr", "https://a.example/b")] == line["links"]
    plain = theirs(ChatLine("1", House().at, message=message, token="t"), Message("x", Language("de"), "ltr"), words)
    assert not {"media", "links"} & plain.keys()


def test_a_file_is_not_shown_in_logs():
    """What is in a file is no part of how it is named in an error."""
    assert "geheim" not in repr(MediaFile("a.png", "r/1.png", b"geheim"))
