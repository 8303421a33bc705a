"""Parents' words in the desk: shown as what they are, whatever they try to be."""

import pytest
from bs4 import BeautifulSoup
from fakes.desk import MONA, NOON, House, site, thread, ticket
from hypothesis import given
from hypothesis import strategies as st

from bot.console.shown import beginning, shown
from bot.ports import ThreadLine

ATTACKS = [
    "<script>alert(1)</script>",
    "</bdi></li></ul><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe srcdoc='<script>1</script>'>",
    "{{7*7}}{% raw %}${7*7}",
    "[Hier klicken](javascript:alert(1))",
    "javascript:alert(1)",
    "https://böse.example/?q=<b>",
    "&lt;script&gt; &#60;script&#62;",
    "</textarea><script>1</script>",
    "<!--",
    "]]><![CDATA[<x>",
    "\u202egnal hcis tseil saD\u202c",
    "Mama\u2066\u2066\u2066",
    "\x00\x1b[31mrot\x7f",
]


async def pages(attack: str):
    """The card and the thread of a question that consists of an attack."""
    house = House()
    lines = tuple(ThreadLine(side, attack, NOON, MONA.id) for side in ("adviser", "note"))
    house.store.put(thread(ticket(7), ThreadLine("parent", attack, NOON, None), *lines))
    async with site(house).client(MONA) as browser:
        for path in ("/desk", "/desk/tickets/7"):
            yield BeautifulSoup((await browser.get(path)).text, "html.parser")


@pytest.mark.parametrize("attack", ATTACKS)
async def test_parents_words_are_never_markup(attack):
    """I02: an attack ends as text nodes; the page has exactly the elements that a harmless message gives it."""
    harmless = [[tag.name for tag in page.find_all()] async for page in pages("Guten Tag")]
    found = [page async for page in pages(attack)]
    assert [[tag.name for tag in page.find_all()] for page in found] == harmless
    assert found[0].select_one(".first").text == beginning(attack)
    assert [node.text for node in found[1].select("#thread bdi")] == [shown(attack)] * 3


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_a_person_typed_comes_back_as_text(attack):
    """I02: a form that is shown again holds the words and nothing else."""
    house = House()
    house.store.put(thread(ticket(7)))
    async with site(house).client(MONA) as browser:
        answer = await browser.post("/desk/tickets/7/answer", data={"text": attack, "version": "9", "seen": "1"})
    page = BeautifulSoup(answer.text, "html.parser")
    assert (len(page.select("script")), page.select_one("#text").text) == (1, attack)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\u2067b\u2069", "a[U+2067]b[U+2069]"),
        ("a\x07b\x85", "a[U+0007]b[U+0085]"),
        ("a\ud83d", "a[U+D83D]"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("عربي\u200f!", "عربي\u200f!"),
        ("eins\n\tzwei", "eins\n\tzwei"),
    ],
)
def test_hidden_commands_become_marks(text, marked):
    """I01: what turns the reading direction round, or cannot be seen, is shown as its number; joiners stay."""
    assert shown(text) == marked


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("kurz", "kurz"),
        ("zwei\n\n  Zeilen", "zwei Zeilen"),
        ("a" * 80, "a" * 80),
        ("a" * 81, "a" * 80 + " …"),
        ("wort " * 20, " ".join(["wort"] * 16) + " …"),
        ("a" * 79 + "e\u0301" * 3, "a" * 79 + "e\u0301 …"),
        ("", ""),
    ],
)
def test_a_message_begins_with_whole_words_and_letters(text, first):
    """A card's 80 characters end at a word where there are words, and never between a letter and its marks."""
    assert beginning(text) == first


@given(st.text(max_size=400))
def test_any_text_has_a_short_beginning(text):
    """I01: whatever a parent writes, a card stays short and one line."""
    assert len(beginning(text)) <= 90 * 8
    assert "\n" not in beginning(text)


async def test_a_megabyte_is_shown_quickly():
    """I01: a message of a megabyte is one short card, and the page with all of it is whole."""
    house = House()
    house.store.put(thread(ticket(7), ThreadLine("parent", "ш\u0301" * 500_000, NOON, None)))
    async with site(house).client(MONA) as browser:
        card = BeautifulSoup((await browser.get("/desk")).text, "html.parser").select_one(".first")
        whole = await browser.get("/desk/tickets/7")
    assert (len(card.text) <= 90, whole.text.count("ш\u0301")) == (True, 500_000)
