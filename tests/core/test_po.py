"""The quick reader of PO files: it reads what is plain, leaves the rest to Babel, and never says anything else."""

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.catalogs import by_babel, read_catalog
from bot.text.po import Entry, plain

ROOT = Path(__file__).parents[2]
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
ENTRY = 'msgctxt "a/b/say"\nmsgid "Ja"\nmsgstr "Evet"\n'
WORDS = st.text(st.sampled_from('aé"\\\n\t nrt#~:, ب😀'), min_size=1, max_size=12)
LINES = st.sampled_from(
    [
        'msgctxt "a/b/say"', 'msgctxt "c"', 'msgid "Ja"', 'msgid ""', 'msgstr "Evet"', 'msgstr ""', '"mehr\\n"', '""',
        '"', '"offen', "", " ", "# ein Wort", "#: flows/x.yaml:3", "#, fuzzy", "#, c-format, fuzzy", "#,fuzzy ", "#",
        '#| msgid "Alt"', '#~ msgid "Alt"', 'msgid_plural "Jas"', 'msgstr[0] "Evet"', 'domain "x"', "msgid 'Ja'",
        '"Content-Type: text/plain; charset=latin-1\\n"', ' msgid "Ja"', 'msgid "Ja" ', 'msgid  "Ja"', "x", "\r",
    ]
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(ROOT.glob("locales/*/LC_MESSAGES/*.po")), ids=lambda path: str(path)[-30:])
def test_our_own_catalogs_are_read_quickly(path):
    """Every catalog of the repository is plain, and Babel reads the same from it."""
    raw = path.read_bytes()
    assert by_babel(raw) == plain(raw)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, st.tuples(WORDS, WORDS, st.booleans()), max_size=5))
def test_what_babel_writes_is_read_as_babel_reads_it(texts):
    """Quotation marks, backslashes, line ends, other scripts; fuzzy or not."""
    catalog = Catalog(fuzzy=False)
    for context, (german, words, fuzzy) in texts.items():
        catalog.add(german, words, context=context, flags={"fuzzy"} if fuzzy else set())
    out = io.BytesIO()
    write_po(out, catalog, width=0)
    found = plain(out.getvalue())
    assert found is None or by_babel(out.getvalue()) == found
    assert found is not None or "#~" in out.getvalue().decode(), "only what looks like an old entry is left to Babel"


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from([HEAD, ""]))
@example(['msgctxt "c"', 'msgid "Ja"', 'msgstr "Evet"', "#", 'msgctxt "c"', 'msgid "Ja"', 'msgstr "Hayır"'], HEAD)
@example(['msgctxt "c"', 'msgid ""', 'msgstr "x"'], "")
@example(["#, fuzzy", "", 'msgid "Ja"', 'msgstr "Evet"'], HEAD)
def test_of_any_lines_it_says_what_babel_says_or_nothing(lines, head):
    """Whatever the lines: where the quick reader reads a file, Babel reads it too and finds the same."""
    raw = (head + "\n".join(lines) + "\n").encode()
    found = plain(raw)
    if found is not None:
        assert by_babel(raw) == found


@pytest.mark.parametrize(
    "strange",
    [
        ENTRY + ENTRY,
        ENTRY.replace('msgstr "Evet"', 'msgid_plural "Jas"\nmsgstr[0] "Evet"'),
        ENTRY + '#~ msgid "Alt"\n#~ msgstr "Eski"\n',
        ENTRY.replace("\n", "\r\n"),
        HEAD.replace("utf-8", "iso-8859-9") + ENTRY,
        ENTRY.replace('msgid "Ja"', 'msgid "Ja'),
        ENTRY + "# noch etwas\n",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_babel(strange):
    """Twice the same, plurals, old entries, Windows' line ends, another charset, an open quotation mark."""
    assert plain(strange.encode()) is None


def test_bytes_that_are_no_text_are_left_to_babel():
    """Babel says what is wrong with them."""
    assert plain(ENTRY.encode() + b'msgid "\xff"\nmsgstr ""\n') is None


def test_a_plain_file_is_read():
    """So that leaving everything to Babel would be seen."""
    text = HEAD + "#: x.yaml:3\n#, python-brace-format, fuzzy\n" + ENTRY + '\nmsgid "ohne Ort"\nmsgstr "x"\n'
    assert (Entry("a/b/say", "Ja", "Evet", fuzzy=True),) == plain(text.encode())


def test_only_what_may_be_sent_is_given():
    """Fuzzy, empty and stale entries, and those without a place, are not there."""
    files = [
        ENTRY,
        "#, fuzzy\n" + ENTRY,
        ENTRY.replace("Evet", ""),
        ENTRY.replace('"Ja"', '"Jawohl"'),
        ENTRY.partition("\n")[2],
    ]
    read = [read_catalog("x.po", each.encode(), {"a/b/say": "Ja"}) for each in files]
    assert [{"a/b/say": "Evet"}, {}, {}, {}, {}] == read
