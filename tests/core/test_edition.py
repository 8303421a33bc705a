"""An edition: what is whole in which language, what is offered, what is stale, and what is refused."""

import pytest
from core.small import DE, small_files

from bot.check.edition import Interface, compose, missing, name_of
from bot.check.stage import Stage
from bot.check.talks import BEGIN, written
from bot.flow.event import Started
from bot.flow.session import Session
from bot.model import Language
from bot.source.errors import AuthorError
from bot.text.catalogs import read_catalog
from bot.text.extract import PLURALS, Source, update
from bot.text.interface import GERMAN
from bot.text.languages import direction, own_name

TR = Language("tr")
WHOLE = Interface(GERMAN, {TR: {key: f"tr {german}" for key, german in GERMAN.items()}}, frozenset(GERMAN))


def catalog(*, without: str = "", stale: str = "", fuzzy: str = "") -> bytes:
    """Return a Turkish catalog of the small flows that lacks the texts whose keys begin so."""
    german = compose(small_files(), WHOLE, [DE]).loaded.texts
    lines = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n']
    for key, text in german.items():
        if without and key.startswith(without):
            continue
        flag = "#, fuzzy\n" if fuzzy and key.startswith(fuzzy) else ""
        source = (
            "alt"
            if stale and key.startswith(stale)
            else text.german.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        )
        translated = "tr " + source if source != "alt" else "tr"
        lines.append(f'{flag}msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{translated}"\n')
    return "\n".join(lines).encode()


def edition(po: bytes, program: Interface = WHOLE):
    return compose({**small_files(), "locales/tr/LC_MESSAGES/flows.po": po}, program, [DE, TR])


def test_a_whole_language_is_offered_and_a_draft():
    """Every flow, the help card and the interface are there; nobody has reviewed them."""
    made = edition(catalog()).revision
    assert ((DE, TR), {TR}) == (made.languages, made.drafts)
    assert all(TR in whole for whole in made.whole.values())


@pytest.mark.parametrize("hole", ["start/", "beratung/", "safety/"])
def test_a_language_without_the_essentials_is_not_offered(hole):
    """Menu, the way to a person and the help card are never half-German."""
    assert (DE,) == edition(catalog(without=hole)).revision.languages


def test_a_language_without_the_programs_words_is_not_offered():
    """Not one of them may be missing."""
    program = Interface(GERMAN, {TR: {"flood": "tr"}}, frozenset(GERMAN))
    assert (DE,) == edition(catalog(), program).revision.languages


@pytest.mark.parametrize(
    "hole",
    [
        {"without": "alles/noch-etwas"},
        {"stale": "alles/anfang"},
        {"fuzzy": "alles/name"},
        {"without": "glossary/Zeugnis/short"},
    ],
)
def test_a_flow_with_a_hole_is_given_in_german_and_said_so(hole):
    """Missing, stale and fuzzy texts, and glossary words, are all holes; other flows stay whole."""
    made = edition(catalog(**hole))
    assert frozenset({DE}) == made.revision.whole["alles"]
    assert TR in made.revision.whole["kind"]
    stage = Stage(made, Session(language=TR, told=("privacy", "tr")), BEGIN)
    shown = [written(message) for message in stage.hear(Started("alles")).messages]
    assert shown[0].startswith("tr Dieses Thema haben wir noch nicht in Ihrer Sprache.")
    assert shown[1].startswith("Das Wichtigste zuerst")
    assert "tr Wie alt ist Ihr Kind?" == shown[2]


@pytest.mark.parametrize(
    ("flow", "key"),
    [
        ("medien", "medien/bild/alt"),
        ("medien", "medien/blatt/link/label"),
        ("medien", "glossary/Zeugnis/say"),
        ("anmeldung", "anmeldung/kind/form"),
        ("anmeldung", "anmeldung/kind/vorname/label"),
        ("anmeldung", "anmeldung/kind/geburtstag/ask"),
        ("anmeldung", "anmeldung/kind/geburtstag/retry"),
        ("anmeldung", "anmeldung/erinnern/remind"),
        ("anmeldung", "anmeldung/erinnern/yes_text"),
        ("anmeldung", "anmeldung/title"),
        ("fragen", "fragen/ort/retry"),
    ],
)
def test_every_text_of_every_kind_counts(flow, key):
    """Alt texts, labels, links, a form's questions, a reminder's words: without one of them a flow is not whole."""
    assert key in edition(catalog()).loaded.texts
    made = edition(catalog(without=key))
    assert frozenset({DE}) == made.revision.whole[flow]
    assert (key,) == tuple(each for each in missing(made, TR, flow) if each == key)


PARTS = {
    "form": "    form: X\n    fields:\n      - ask: Was?\n        save: x\n",
    "retry": "    ask: X\n    save: x\n    retry: Was?\n",
    "yes_text": "    remind: X\n    calendar: zeugnisse\n    before: 1 Tage\n    yes_text: Was?\n",
    "closed": "    escalate: X\n    closed: Was?\n    nobody: Y\n",
    "nobody": "    escalate: X\n    closed: Y\n    nobody: Was?\n",
    "say": "    choose: X\n    options:\n      - label: A\n        say: Was?\n",
}


@pytest.mark.parametrize("kind", PARTS)
def test_words_are_found_in_every_part_of_a_flow(kind):
    """A glossary word that a flow marks must be there in a language, wherever it stands."""
    files = {**small_files(), "locales/tr/LC_MESSAGES/flows.po": catalog(without="glossary/")}
    text = f"flow: neu\ntitle: Neu\ntopic: schule\nexamples: [Neu]\nsteps:\n  a:\n{PARTS[kind]}"
    made = compose({**files, "flows/neu.yaml": text.replace("Was?", "'[[Zeugnis]]'").encode()}, WHOLE, [DE, TR])
    assert {"glossary/Zeugnis/say", "glossary/Zeugnis/short"} <= set(missing(made, TR, "neu"))
    plain = compose({**files, "flows/neu.yaml": text.encode()}, WHOLE, [DE, TR])
    assert not any(key.startswith("glossary/") for key in missing(plain, TR, "neu"))


def test_a_step_may_be_called_like_what_does_not_count():
    """A step »examples« is said to parents, unlike the flow's own examples."""
    text = b"flow: neu\ntitle: Neu\ntopic: schule\nexamples: [Neu]\nsteps:\n  examples:\n    say: A\n"
    made = compose({**small_files(), "flows/neu.yaml": text}, WHOLE, [DE, TR])
    assert ("neu/title", "neu/examples/say") == missing(made, TR, "neu")


def test_calendars_and_files_are_part_of_a_revision():
    """Another day or another picture is another revision; the days of all years are there."""
    files = small_files()
    assert ["Düsseldorf", "NRW"] == [day.region for day in edition(catalog()).revision.calendars["schulanmeldung"]]
    for path in ("flows/zeugnis.jpg", "flows/zeugnis.tr.jpg", "flows/calendars/2026.yaml"):
        assert name_of(files) != name_of({**files, path: files[path] + b" "})


def test_examples_and_keywords_do_not_count():
    """They are for the finder; a parent never sees them."""
    assert TR in edition(catalog(without="alles/examples")).revision.whole["alles"]


def test_what_is_not_sound_is_refused_with_every_problem():
    """Two mistakes in two files are told together."""
    files = small_files()
    files["flows/kind.yaml"] = files["flows/kind.yaml"].replace(b"type: number", b"type: zahl")
    files["flows/start.yaml"] = files["flows/start.yaml"].replace(b"call: datenschutz", b"call: daten")
    with pytest.raises(AuthorError) as refused:
        compose(files, WHOLE, [DE])
    assert {"flows/kind.yaml", "flows/start.yaml"} == {problem.file for problem in refused.value.problems}


def test_a_revisions_name_is_its_content():
    """The same files have the same name in any order; one other byte or path gives another."""
    files = small_files()
    assert name_of(files) == name_of(dict(reversed(files.items())))
    assert name_of(files) != name_of({**files, "flows/kind.yaml": files["flows/kind.yaml"] + b"#"})
    assert name_of({"ab": b"c"}) != name_of({"a": b"bc"})


# -- catalogs


@pytest.mark.parametrize(
    "raw",
    [
        b"garbage",
        b'msgid "\xff"',
        b'msgid "a"\nmsgstr "b"\nfoo bar',
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nix\\n"\nmsgctxt "\xff"\n',
    ],
)
def test_an_unreadable_catalog_is_told_not_thrown(raw):
    """With the file and what to do."""
    with pytest.raises(AuthorError, match="E400"):
        read_catalog("locales/tr/LC_MESSAGES/flows.po", raw, {})


def test_update_keeps_matches_by_place_and_marks_what_changed():
    """Same place, other German: fuzzy with the old German beside it; same text elsewhere is nothing to it."""
    first = update(b"", {"a/b/say": Source("Alt", "f.yaml", 3, "Hinweis"), "c/d/say": Source("Bleibt")}, TR)
    filled = first.replace(b'msgid "Alt"\nmsgstr ""', b'msgid "Alt"\nmsgstr "Eski"').replace(
        b'msgid "Bleibt"\nmsgstr ""', b'msgid "Bleibt"\nmsgstr "Kalir"'
    )
    assert b"#. Hinweis\n#: f.yaml:3\n" in filled
    after = update(filled, {"a/b/say": Source("Neu"), "x/y/say": Source("Alt"), "c/d/say": Source("Bleibt")}, TR)
    assert b'#, fuzzy\n#| msgid "Alt"\nmsgctxt "a/b/say"\nmsgid "Neu"\nmsgstr "Eski"' in after
    assert b'msgctxt "x/y/say"\nmsgid "Alt"\nmsgstr ""' in after
    german = {"a/b/say": "Neu", "x/y/say": "Alt", "c/d/say": "Bleibt"}
    assert {"c/d/say": "Kalir"} == read_catalog("x.po", after, german)


def test_updating_twice_changes_nothing():
    """A catalog on the newest state stays byte for byte as it is."""
    sources = {"a/b/say": Source("Zeile {name}\nzwei", "f.yaml", 3)}
    once = update(b"", sources, Language("ar"))
    assert once == update(once, sources, Language("ar"))


@pytest.mark.parametrize("language", sorted(PLURALS))
def test_plural_forms_are_clders(language):
    """Turkish and Persian have two forms, whatever Babel makes of them."""
    assert f"Plural-Forms: {PLURALS[language]}".encode() in update(b"", {}, Language(language))


@pytest.mark.parametrize(
    ("code", "name", "turns"),
    [("de", "Deutsch", "ltr"), ("tr", "Türkçe", "ltr"), ("ar", "العربية", "rtl"), ("uk", "Українська", "ltr"), ("fa", "فارسی", "rtl"), ("xx", "xx", "ltr")],
)  # fmt: skip
def test_languages_have_their_own_name_and_direction(code, name, turns):
    """As the parent reads it in the list."""
    assert (name, turns) == (own_name(Language(code)), direction(Language(code)))
