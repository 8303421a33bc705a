"""What goes with a message: shown where a channel can, named in words where it cannot, in the message's language."""

import pytest
from core.pictures import png

from bot.flow.message import Line, Media, Reply, content
from bot.model import Account, Language
from bot.text.catalogs import Catalogs
from bot.text.interface import GERMAN
from bot.text.limits import LIMITS
from bot.text.media import MediaFile, media_files
from bot.text.message import Attachment, Link, Message, dump, load
from bot.text.render import render

FSI, PDI = "\u2068", "\u2069"
DE, AR, TR = Language("de"), Language("ar"), Language("tr")
FLOWS = {"f/s/say": "So sieht es aus.", "f/s/alt": "Ein Zeugnis ", "f/s/link/label": "Zum Ministerium"}
ARABIC = {"f/s/say": "هكذا يبدو.", "f/s/alt": "شهادة", "f/s/link/label": "إلى الوزارة"}
CATALOGS = Catalogs(
    {"flows": FLOWS, "bot": GERMAN}, {AR: {"flows": ARABIC, "bot": {"media.picture": "صورة: {alt}"}}}, (DE, AR)
)
RAW = {
    "a/x.png": png(40, 30),
    "a/x.ar.png": png(20, 10),
    "a/y.pdf": b"%PDF-1.4 leer",
    "a/z.mp3": b"ID3",
    "a/f.yaml": b"flow: f",
    "a/f.talk": b"flow: f",
    "topics.yaml": b"x",
}
FILES = media_files("0123456789abcdef", RAW)
PICTURE = Media("picture", "a/x.png", content("f", "s", "alt"), ((AR, "a/x.ar.png"),))
URL = "https://www.example.org/zeugnis?a=1"
REPLY = Reply(
    (Line(content("f", "s", "say")),),
    media=(PICTURE, Media("document", "a/y.pdf", content("f", "s", "alt"))),
    links=((content("f", "s", "link", "label"), URL),),
)
WITH_WORDS = [Account(name) for name in LIMITS if not LIMITS[name].attaches]


def said(reply: Reply = REPLY, language: Language = DE, account: str = "webchat", files=FILES) -> Message:
    return render(reply, CATALOGS, language, LIMITS[Account(account)], "tok", files)


@pytest.mark.parametrize("account", ["webchat", "terminal"])
def test_files_and_pages_go_beside_the_text(account):
    """The text stays as it is; each file has its address, its size and what it is in words."""
    message = said(account=account)
    assert "So sieht es aus." == message.text
    assert (
        Attachment("picture", "a/x.png", FILES["a/x.png"].address, "Ein Zeugnis", len(RAW["a/x.png"]), 40, 30),
        Attachment("document", "a/y.pdf", FILES["a/y.pdf"].address, "Ein Zeugnis", len(RAW["a/y.pdf"])),
    ) == message.media
    assert (Link("Zum Ministerium", URL),) == message.links


def test_a_language_of_its_own_file_wins():
    """Who reads Arabic gets the Arabic picture with Arabic words; other files stay what they are."""
    picture, document = said(language=AR).media
    assert ("a/x.ar.png", "شهادة", 20, 10) == (picture.path, picture.alt, picture.width, picture.height)
    assert "a/y.pdf" == document.path
    assert "إلى الوزارة" == said(language=AR).links[0].label


def test_shown_in_german_it_is_the_german_file():
    """»Auf Deutsch zeigen« brings the German picture, description and label."""
    shown = Reply(REPLY.lines, media=REPLY.media, links=REPLY.links, language=DE)
    assert said(language=DE).media == said(shown, AR).media
    assert said(language=DE).links == said(shown, AR).links


def test_a_language_without_a_file_of_its_own_gets_the_german_one():
    """A picture without words needs no translation."""
    assert "a/x.png" == said(language=TR).media[0].path


@pytest.mark.parametrize("account", WITH_WORDS)
def test_a_channel_that_cannot_show_it_says_it(account):
    """No parent is left without: files are named in words, pages with their address, each on a line of its own."""
    message = said(account=account)
    assert ((), ()) == (message.media, message.links)
    assert [
        "So sieht es aus.",
        f"Bild: {FSI}Ein Zeugnis{PDI}",
        f"Dokument: {FSI}Ein Zeugnis{PDI}",
        f"{FSI}Zum Ministerium{PDI}: {FSI}{URL}{PDI}",
    ] == message.text.split("\n\n")


def test_in_words_of_the_language():
    """The line that names a picture is in the parent's language, and its address keeps its order."""
    text = said(language=AR, account="telegram").text
    assert f"صورة: {FSI}شهادة{PDI}" in text
    assert f"{FSI}{URL}{PDI}" in text


def test_a_file_that_is_gone_is_named():
    """An old message that is said again after its file went away is still whole, on every channel."""
    message = said(files={"a/y.pdf": FILES["a/y.pdf"]})
    assert ["a/y.pdf"] == [each.path for each in message.media]
    assert f"So sieht es aus.\n\nBild: {FSI}Ein Zeugnis{PDI}" == message.text


def test_a_message_with_files_survives_being_stored():
    """Its JSON form brings it back as it was; one from before there were files can be read."""
    assert said() == load(dump(said()))
    assert () == load(b'{"type":"Message","text":"x","language":"de","direction":"ltr"}').media


def test_only_what_goes_with_messages_is_a_media_file():
    """No flow, no talk and no list ever has an address (I04)."""
    assert {"a/x.png", "a/x.ar.png", "a/y.pdf", "a/z.mp3"} == set(FILES)


def test_an_address_says_what_is_in_a_file():
    """The same bytes have the same address within a revision, other bytes another; names are not part of it."""
    files = media_files("r", {"geheim.jpg": b"1", "b/c.jpg": b"1", "d.jpg": b"2"})
    assert files["geheim.jpg"].address == files["b/c.jpg"].address != files["d.jpg"].address
    assert "geheim" not in files["geheim.jpg"].address
    assert MediaFile("c.jpg", files["b/c.jpg"].address, b"1") == files["b/c.jpg"]
