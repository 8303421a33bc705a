"""The terminal: what goes with a message is told in words, and nothing in it steers the terminal."""

from bot.channels.terminal import shape
from bot.model import Language
from bot.text.message import Attachment, Button, Link, Message

MEDIA = (
    Attachment("picture", "mitmachen/bild.jpg", "r/1.jpg", "Ein \u2068Bild\u2069\x1b[2J", 1, 2, 3),
    Attachment("document", "blatt.pdf", "r/2.pdf", "Merkblatt", 1),
    Attachment("audio", "ton.mp3", "r/3.mp3", "Zum Hören", 1),
)


def test_files_and_pages_stand_between_text_and_options():
    """A coordinator sees which file goes out, what it is called for parents, and where a page leads."""
    links = (Link("Zum Anmelden", "https://www.example.org/a"),)
    message = Message("Hallo.", Language("de"), "ltr", (Button("o", "Ja"),), media=MEDIA, links=links)
    assert [
        "● Hallo.",
        "  [Bild] Ein Bild[2J (mitmachen/bild.jpg)",
        "  [Dokument] Merkblatt (blatt.pdf)",
        "  [Ton] Zum Hören (ton.mp3)",
        "  Zum Anmelden: https://www.example.org/a",
        "  [1] Ja",
    ] == shape(message, {"o": 1}).split("\n")
