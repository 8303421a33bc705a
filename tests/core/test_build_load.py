"""All files of a folder together, and the folder itself."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check import folder
from bot.check.load import load
from bot.flow import token
from bot.flow.graph import Place
from bot.source.errors import OperatorError
from bot.source.problem import report
from bot.source.reader import SIZE

VALID = Path(__file__).parents[1] / "problems" / "valid"
FILES = {path.name: path.read_bytes() for path in sorted(VALID.glob("*.yaml"))}
REAL = Path(__file__).parents[2] / "flows"


def codes(files: dict[str, bytes]) -> list[tuple[str, str, int]]:
    return [(problem.code, problem.file, problem.line) for problem in load(files).problems]


def test_a_valid_folder_is_loaded_whole():
    """Flows, topics, glossary, card, texts and talks come out; nothing is wrong."""
    found = load({**FILES, "immer/start.talk": b"flow: start\n> /start"}, "flows")
    assert (found.sound, found.problems) == (True, ())
    assert (sorted(found.flows), sorted(found.topics), sorted(found.glossary)) == (
        ["beispiel", "beratung", "start"],
        ["allgemein"],
        ["Klassenpflegschaft"],
    )
    assert found.safety is not None
    assert (found.safety.numbers[0].number, list(found.talks)) == ("112", ["immer/start.talk"])
    assert {key.split("/")[0] for key in found.texts} == {
        "beispiel",
        "beratung",
        "start",
        "topics",
        "glossary",
        "safety",
    }
    assert found.texts["start/title"].file == "flows/start.yaml"


def test_the_flows_of_the_house_are_sound():
    """The repository's own flows have no problem, not even a warning."""
    found = load(folder.read(REAL).files, "flows")
    assert report(found.problems) == ""


def test_every_button_has_its_place_also_under_older_names():
    """A button pressed after a renaming finds its option: step and option by all names they had."""
    text = b"""flow: beispiel
title: B
topic: allgemein
steps:
  frage:
    choose: Ja?
    was: [alt, uralt]
    options:
      - label: Ja
        was: jawohl
  ende:
    say: Gut.
"""
    found = load({**FILES, "beispiel.yaml": text}).buttons
    tokens = [token.option("beispiel", step, name) for step in ("frage", "alt", "uralt") for name in ("ja", "jawohl")]
    assert {each: found.get(each) for each in tokens} == dict.fromkeys(tokens, Place("beispiel", "frage", "ja"))
    assert len(found) == len(tokens) + 2


def test_missing_and_unreadable_side_files_are_one_problem():
    """Without topics.yaml, or with one nobody can read, the topics of the flows are not looked up."""
    without = {name: raw for name, raw in FILES.items() if name not in {"topics.yaml", "safety.yaml"}}
    assert codes(without) == [("W104", "safety.yaml", 0), ("E218", "topics.yaml", 0)]
    assert codes({**FILES, "topics.yaml": b"a: ["}) == [("E101", "topics.yaml", 1)]
    assert codes({**FILES, "glossary.yaml": b"a: [", "safety.yaml": b"[]"}) == [
        ("E101", "glossary.yaml", 1),
        ("E120", "safety.yaml", 1),
    ]
    assert load(without).safety is None


def test_side_files_must_be_there_when_flows_use_them():
    """Without glossary or statements a flow that names some is told once which file is missing."""
    flow = FILES["beispiel.yaml"] + b"  b:\n    say: '[[Wort]] [[Bescheid]]'\n    facts: [a-1, a-2]\n"
    files = {name: raw for name, raw in FILES.items() if name not in {"glossary.yaml", "facts.yaml"}}
    assert codes(files) == []
    assert codes({**files, "beispiel.yaml": flow}) == [("E218", "facts.yaml", 0), ("E218", "glossary.yaml", 0)]


def test_a_broken_entry_still_has_its_name():
    """A topic whose hours are wrong is one problem, not one for each flow that uses it."""
    raw = FILES["topics.yaml"].replace(b"Mo-Fr 9-17", b"Mo-Fr 17-9")
    assert codes({**FILES, "topics.yaml": raw}) == [("E114", "topics.yaml", 5)]
    assert codes({**FILES, "topics.yaml": raw.replace(b"2 Werktage", b"bald")}) == [("E114", "topics.yaml", 4)]


def test_what_is_no_flow_is_left_alone():
    """Calendars are not read in this version; pictures are no business of the checker."""
    assert codes({**FILES, "calendars/2026.yaml": b"a: [", "bild.jpg": b"\xff"}) == []


def test_of_two_flows_with_one_name_the_first_counts():
    """E216: names are unique in the whole folder."""
    second = FILES["beispiel.yaml"].replace(b"Guten Tag", b"Guten Abend")
    found = load({**FILES, "mehr/beispiel.yaml": second})
    assert [(problem.code, problem.file) for problem in found.problems] == [("E216", "mehr/beispiel.yaml")]
    assert found.texts["beispiel/hallo/say"].german == "Guten Tag."


def test_files_may_be_called_otherwise_with_a_warning():
    """W102 and W103 warn and stop nothing."""
    files = {name: raw for name, raw in FILES.items() if name != "beispiel.yaml"}
    found = load({**files, "bsp.yaml": FILES["beispiel.yaml"], "x.yml": b"["})
    assert ([problem.code for problem in found.problems], found.sound) == (["W102", "W103"], True)


LINES = sorted({line for raw in FILES.values() for line in raw.decode().split("\n")})


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(FILES)), st.integers(0, 12), st.integers(0, 2), st.lists(st.sampled_from(LINES), max_size=3)
)
def test_any_edit_of_a_folder_gives_flows_or_problems(name, at, cut, new):
    """I06, P04: lines taken out, doubled or moved never raise; what is unsound says why."""
    lines = FILES[name].decode().split("\n")
    lines[at : at + cut] = new
    found = load({**FILES, name: "\n".join(lines).encode()})
    assert found.sound or bool(report(found.problems))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_any_bytes_in_a_folder_give_problems_at_most(name, raw):
    """P04: a file of any bytes never raises and never takes its neighbours along."""
    found = load({**FILES, name: raw})
    others = {"start", "beratung", "beispiel"} - {name.removesuffix(".yaml")}
    assert others <= found.flows.keys()


def test_a_folder_is_read_with_its_subfolders(tmp_path):
    """Flows and talks at every depth, by their path below the folder; hidden and other files are left alone."""
    for name in ("topics.yaml", "a/b/c.yaml", "a/c.talk", "a/d.yml", "e.jpg", ".f.yaml", ".git/g.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    found = folder.read(tmp_path)
    assert (found.path, found.only) == (tmp_path, "")
    assert found.files == {name: name.encode() for name in ("a/b/c.yaml", "a/c.talk", "a/d.yml", "topics.yaml")}


def test_a_single_file_is_read_with_its_folder(tmp_path, monkeypatch):
    """The nearest folder above that has topics is the whole; the file is named below it."""
    (tmp_path / "flows/a").mkdir(parents=True)
    (tmp_path / "flows/topics.yaml").write_bytes(b"")
    (tmp_path / "flows/a/b.yaml").write_bytes(b"x")
    found = folder.read(tmp_path / "flows/a/b.yaml")
    assert (found.path, found.only, sorted(found.files)) == (
        tmp_path / "flows",
        "a/b.yaml",
        ["a/b.yaml", "topics.yaml"],
    )
    monkeypatch.chdir(tmp_path / "flows")
    assert folder.read(Path("a/b.yaml")).only == "a/b.yaml"
    assert folder.read(Path("../flows/topics.yaml")).only == "topics.yaml"


def refused(path: Path) -> str:
    with pytest.raises(OperatorError) as caught:
        folder.read(path)
    return str(caught.value)


def test_what_is_not_there_is_said(tmp_path):
    """A wrong path, or a flow outside any folder of flows, is told with what to do."""
    (tmp_path / "a.yaml").write_bytes(b"")
    assert "gibt es nicht.\n  = Hilfe:" in refused(tmp_path / "weg")
    assert "kein Ordner mit topics.yaml.\n  = Hilfe:" in refused(tmp_path / "a.yaml")


def test_links_are_refused(tmp_path):
    """I06: no link leads out of the folder."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "secret.yaml").write_bytes(b"x")
    (tmp_path / "flows/a.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "Verknüpfung" in refused(tmp_path / "flows")
    (tmp_path / "flows/a.yaml").unlink()
    (tmp_path / "flows/b").symlink_to(tmp_path)
    assert "Verknüpfung" in refused(tmp_path / "flows")


def test_a_folder_is_bounded(tmp_path, monkeypatch):
    """Too many files are refused, too large ones cut to what shows it, too deep ones left alone."""
    (tmp_path / "a.yaml").write_bytes(b"x" * (SIZE + 50))
    deep = tmp_path.joinpath(*"bcdefgh")
    deep.mkdir(parents=True)
    (deep / "i.yaml").write_bytes(b"")
    assert {name: len(raw) for name, raw in folder.read(tmp_path).files.items()} == {"a.yaml": SIZE + 1}
    monkeypatch.setattr(folder, "FILES", 0)
    assert "mehr als 0 Dateien" in refused(tmp_path)


def test_a_pipe_is_no_file(tmp_path):
    """A named pipe ends in a sentence, not in waiting for ever."""
    os.mkfifo(tmp_path / "a.yaml")
    assert "keine gewöhnliche Datei" in refused(tmp_path)


@pytest.mark.parametrize("method", ["iterdir", "open"])
def test_what_may_not_be_read_is_said(tmp_path, monkeypatch, method):
    """A folder or file without rights ends in a sentence with what to do, not in a traceback."""

    def forbidden(*_args):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.yaml").write_bytes(b"")
    monkeypatch.setattr(Path, method, forbidden)
    assert "lässt sich nicht lesen (Permission denied).\n  = Hilfe: Prüfen Sie" in refused(tmp_path)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"facts:\n  - id: a-1\n", "E113"),
        (b"a-1", "E113"),
        (b"[]", "E113"),
        (b"- a-1", "E113"),
        (b"- statement: A\n  source: S\n  confidence: verified\n", "E112"),
    ],
)
def test_statements_nobody_could_read_are_not_missed_one_by_one(raw, code):
    """Of a facts.yaml that holds no statements only its own problem is told, not one more at every use."""
    flow = FILES["beispiel.yaml"] + b"  b:\n    say: B\n    facts: [a-1, a-2]\n"
    assert codes({**FILES, "beispiel.yaml": flow, "facts.yaml": raw}) == [(code, "facts.yaml", 1)]


def test_topics_that_are_a_list_are_one_problem():
    """Of a topics.yaml that names no topic only its own problem is told, not one more at every flow."""
    assert codes({**FILES, "topics.yaml": b"- allgemein"}) == [("E113", "topics.yaml", 1)]


@pytest.mark.parametrize(("file", "old"), [("beratung.yaml", b"flow: beratung"), ("topics.yaml", b"allgemein:")])
def test_a_name_is_not_missed_where_it_is_only_written_wrongly(file, old):
    """E115 says how to write it; who already does is told nothing."""
    files = {**FILES, file: FILES[file].replace(old, old.replace(b"beratung", b"Beratung").replace(b"all", b"All"))}
    errors = [problem.code for problem in load(files).problems if problem.severity == "error"]
    assert errors == ["E115"]
