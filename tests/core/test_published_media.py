"""Files of messages, found by their address: of what is published, and of what once was."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from core.small import DE, made, small_files
from fakes.talking import Talking, talking

from bot.channels.webchat.talk import theirs
from bot.check.edition import Interface
from bot.model import Language
from bot.ports import StoredRevision
from bot.text.interface import GERMAN
from bot.text.media import MediaFile
from bot.work.media import EARLIER, PublishedMedia

TR = Language("tr")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house with the small flows published."""
    async with talking(tmp_path) as open_house:
        yield open_house


@pytest.fixture
def media(house: Talking) -> PublishedMedia:
    """What finds its files."""
    return PublishedMedia(house.store, lambda: house.publish.newest)


def files(house: Talking) -> dict[str, MediaFile]:
    return dict(house.publish.newest.media)


async def changed(house: Talking, number: int) -> None:
    """Publish another revision, in which the picture is another."""
    photo = {"flows/zeugnis.jpg": small_files()["flows/zeugnis.jpg"] + bytes([number])}
    await house.publish(small_files() | photo, "test")


async def test_what_is_published(house, media):
    """Every picture, document and audio of the flows is found, with its bytes."""
    known = files(house)
    assert {"zeugnis.jpg", "zeugnis.tr.jpg", "merkblatt.pdf", "zeugnis.mp3"} == set(known)
    for path, file in known.items():
        assert small_files()[f"flows/{path}"] == (await media(file.address)).body


async def test_what_was_published_once(house, media):
    """A message of last week shows its picture after another revision came; the new one has the new picture."""
    old = files(house)["zeugnis.jpg"]
    await changed(house, 1)
    new = files(house)["zeugnis.jpg"]
    assert old.address != new.address
    assert [old.body, new.body] == [(await media(each.address)).body for each in (old, new)]


async def test_what_was_never_published(house, media):
    """An unknown revision, a file that another revision has, and names of flows lead nowhere."""
    old = files(house)["zeugnis.jpg"]
    await changed(house, 1)
    revision, name = old.address.split("/")
    newest = house.publish.newest.revision.name
    for address in (f"{'0' * 16}/{name}", f"{newest}/{name}", f"{revision}/medien.yaml", revision, "", "/", f"/{name}"):
        assert await media(address) is None


def turkish() -> dict[str, bytes]:
    """Return the small flows with a Turkish catalog: the German words behind ``tr``."""
    catalog = Catalog(charset="utf-8")
    for key, text in made(small_files()).loaded.texts.items():
        catalog.add(text.german, f"tr {text.german}", context=key)
    written = io.BytesIO()
    write_po(written, catalog)
    return small_files() | {"locales/tr/LC_MESSAGES/flows.po": written.getvalue()}


async def pages(house: Talking, who: str) -> list[Mapping[str, object]]:
    """Return what the page of a parent is told to draw."""
    lines = await house.store.chat(await house.contact(who), "", 200)
    return [theirs(line, line.message, lambda _language: {}) for line in lines if line.message]


async def test_from_the_flow_to_the_page_and_back(tmp_path):
    """A Turkish parent gets the Turkish picture, shown in German the German one; whatever the page names is found."""
    program = Interface(GERMAN, {TR: {key: f"tr {words}" for key, words in GERMAN.items()}}, frozenset(GERMAN))
    async with talking(tmp_path, files=turkish(), program=program, languages=[DE, TR]) as house:
        find = PublishedMedia(house.store, lambda: house.publish.newest)
        await house.hear(house.fragment("ana", kind="start", flow="medien", language="tr"))
        told = await pages(house, "ana")
        picture = next(line for line in told if line.get("media"))
        button = next(token for token, label in picture["extras"] if label == "tr Auf Deutsch zeigen")
        await house.hear(house.fragment("ana", kind="press", token=button, label="x"))
        german = (await pages(house, "ana"))[len(told) :]
        shown = [each for line in (*told, *german) for each in line.get("media", [])]
        names = [(await find(each["src"].removeprefix("/chat/media/"))).name for each in shown]
    assert ["zeugnis.tr.jpg", "merkblatt.pdf", "zeugnis.mp3"] == names[:3]
    assert ["tr Ein Blatt Papier mit Noten", "tr Merkblatt zum Zeugnis", "tr Zwei Sätze zum Zeugnis"] == [
        each["alt"] for each in shown[:3]
    ]
    assert [("tr Zum Ministerium", "https://www.example.org/zeugnis")] == [
        link for line in told for link in line.get("links", [])
    ]
    assert [("zeugnis.jpg", "Ein Blatt Papier mit Noten")] == [
        (name, each["alt"]) for name, each in zip(names[3:], shown[3:], strict=True)
    ]


class Counting:
    """A store that counts how often a revision is read."""

    def __init__(self, house: Talking) -> None:
        self._house = house
        self.read: list[str] = []

    async def revision(self, name: str) -> StoredRevision | None:
        self.read.append(name)
        return await self._house.store.revision(name)


async def test_a_revision_is_not_read_for_every_request(house):
    """The current one is never read for this, an earlier one once; of those only the last few are kept."""
    addresses = []
    for number in range(EARLIER + 2):
        await changed(house, number)
        addresses.append(files(house)["zeugnis.jpg"].address)
    *earlier, current = addresses
    store = Counting(house)
    media = PublishedMedia(store, lambda: house.publish.newest)
    for address in (current, *earlier, current, earlier[-1], earlier[-1], earlier[0]):
        assert (await media(address)).address == address
    names = [address.partition("/")[0] for address in earlier]
    assert [*names, names[0]] == store.read
    await asyncio.gather(*(media(addresses[1]) for _ in range(5)))
    assert [*names, names[0], names[1]] == store.read
