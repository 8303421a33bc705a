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
from bot.source.problem import Problem, report
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
    """Files of other kinds are no business of the checker."""
    assert codes({**FILES, "notiz.txt": b"\xff", "bild.svg": b"<svg>", "seite.html": b"<p>"}) == []


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
    for name in ("topics.yaml", "a/b/c.yaml", "a/c.talk", "a/d.yml", "e.txt", ".f.yaml", ".git/g.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    found = folder.read(tmp_path)
    assert (found.path, found.only) == (tmp_path, frozenset())
    assert found.files == {name: name.encode() for name in ("a/b/c.yaml", "a/c.talk", "a/d.yml", "topics.yaml")}


def test_a_single_file_is_read_with_its_folder(tmp_path, monkeypatch):
    """The nearest folder above that has topics is the whole; the file is named below it."""
    (tmp_path / "flows/a").mkdir(parents=True)
    (tmp_path / "flows/topics.yaml").write_bytes(b"")
    (tmp_path / "flows/a/b.yaml").write_bytes(b"x")
    found = folder.read(tmp_path / "flows/a/b.yaml")
    assert (found.path, found.only, sorted(found.files)) == (
        tmp_path / "flows",
        {"a/b.yaml"},
        ["a/b.yaml", "topics.yaml"],
    )
    monkeypatch.chdir(tmp_path / "flows")
    assert folder.read(Path("a/b.yaml")).only == {"a/b.yaml"}
    assert folder.read(Path("../flows/topics.yaml")).only == {"topics.yaml"}
    monkeypatch.chdir(tmp_path / "flows/a")
    found = folder.read(Path("../a/b.yaml"))
    assert (found.path, found.only) == (Path(".."), {"a/b.yaml"})


def test_paths_that_overlap_are_one(tmp_path):
    """A folder and its files, or one folder by two names, are looked at once; the first name counts."""
    (tmp_path / "b").mkdir()
    whole, other = folder.Asked(tmp_path), folder.Asked(tmp_path / "b" / "..")
    files = [folder.Asked(tmp_path, frozenset({name})) for name in ("x.yaml", "y.yaml")]
    assert folder.together(files) == (folder.Asked(tmp_path, frozenset({"x.yaml", "y.yaml"})),)
    assert folder.together([*files, other]) == (whole,)
    assert folder.together([whole, *files, folder.Asked(tmp_path / "b")]) == (whole, folder.Asked(tmp_path / "b"))


def refused(path: Path) -> list[tuple[str, str]]:
    """Return what was left unread, with the code that says why."""
    return [(name, problem.code) for name, problem in folder.read(path).refused.items()]


def test_what_is_not_there_is_said(tmp_path):
    """A wrong path is told with what to do; so is a name that no file can have."""
    for path in (tmp_path / "weg", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(OperatorError, match=r"gibt es nicht\.\n  = Hilfe:"):
            folder.read(path)


def test_a_flow_outside_any_folder_of_flows_is_a_problem(tmp_path):
    """Nothing beside it is read."""
    (tmp_path / "a.yaml").write_bytes(b"")
    (tmp_path / "b.yaml").write_bytes(b"")
    assert refused(tmp_path / "a.yaml") == [("a.yaml", "E218")]
    assert folder.read(tmp_path / "a.yaml").files == {}


@pytest.mark.parametrize("name", ["bild.gif", ".a.yaml", "a/b/c/d/e/f/g/h.yaml"])
def test_a_file_that_is_not_checked_is_said(tmp_path, name):
    """Whoever asks for it is not told that all is well."""
    (tmp_path / "topics.yaml").write_bytes(b"")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"")
    assert (name, "E123") in refused(tmp_path / name)


def test_links_are_refused_and_the_rest_is_read(tmp_path):
    """I06: no link leads out of the folder, round in circles or nowhere; each is a problem of its own."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "secret.yaml").write_bytes(b"x")
    (tmp_path / "flows/a.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "flows/b").symlink_to(tmp_path)
    (tmp_path / "flows/c.yaml").symlink_to("c.yaml")
    (tmp_path / "flows/d.yaml").symlink_to("weg")
    (tmp_path / "flows/topics.yaml").write_bytes(b"")
    assert refused(tmp_path / "flows") == [(name, "E124") for name in ("a.yaml", "b", "c.yaml", "d.yaml")]
    assert folder.read(tmp_path / "flows").files == {"topics.yaml": b""}
    assert dict(refused(tmp_path / "flows/c.yaml"))["c.yaml"] == "E124"


def test_a_link_made_while_reading_is_not_followed(tmp_path, monkeypatch):
    """I06: what was a file a moment ago and is a link now stays unread."""
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "a.yaml").symlink_to("secret")
    monkeypatch.setattr(Path, "is_symlink", lambda _path: False)
    assert folder.read(tmp_path).files == {}


def test_a_folder_is_bounded(tmp_path, monkeypatch):
    """Too many files are refused, too large ones cut to what shows it, too deep ones told."""
    (tmp_path / "a.yaml").write_bytes(b"x" * (SIZE + 50))
    deep = tmp_path.joinpath(*"bcdefgh")
    deep.mkdir(parents=True)
    (deep / "i.yaml").write_bytes(b"")
    assert {name: len(raw) for name, raw in folder.read(tmp_path).files.items()} == {"a.yaml": SIZE + 1}
    assert refused(tmp_path) == [("b/c/d/e/f/g/h", "E107")]
    for limit in ("FILES", "TOTAL"):
        with monkeypatch.context() as patch:
            patch.setattr(folder, limit, 0)
            assert (refused(tmp_path), folder.read(tmp_path).files) == ([("", "E107")], {})


def test_a_pipe_is_no_file(tmp_path):
    """A named pipe ends in a sentence, not in waiting for ever."""
    os.mkfifo(tmp_path / "a.yaml")
    assert refused(tmp_path) == [("a.yaml", "E123")]


@pytest.mark.parametrize(
    "name", ["a\nb.yaml", "a\u202eb.yaml", "a\tb.talk", "a\x1b[31m.yaml", "\udcff.yaml", "x\u2066"]
)
def test_a_name_nobody_can_read_is_refused(tmp_path, name):
    """Line ends, marks that turn the writing, and bytes that are no text have no place in a file's name."""
    made = tmp_path / name
    (made.mkdir if "." not in name else made.touch)()
    assert refused(tmp_path) == [(name, "E126")]


@pytest.mark.parametrize(("module", "function", "name"), [(Path, "iterdir", ""), (os, "open", "a.yaml")])
def test_what_may_not_be_read_is_said(tmp_path, monkeypatch, module, function, name):
    """A folder or file without rights ends in a sentence with what to do, not in a traceback."""

    def forbidden(*_args):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.yaml").write_bytes(b"")
    monkeypatch.setattr(module, function, forbidden)
    (problem,) = folder.read(tmp_path).problems
    assert (problem.code, problem.file) == ("E123", f"{tmp_path}/{name}".rstrip("/"))
    assert "lässt sich nicht lesen (Permission denied)" in problem.message


def test_what_was_left_unread_is_not_missed():
    """A link instead of beratung.yaml is one problem; nobody is told besides that the flow is not there."""
    link = Problem("beratung.yaml", 0, 0, "E124", "Verknüpfung", "Hilfe")
    files = {name: raw for name, raw in FILES.items() if name != "beratung.yaml"}
    assert load(files, refused={"beratung.yaml": link}).problems == (link,)
    assert load(files, refused={"mehr": link}).problems == (link,)
    topics = Problem("topics.yaml", 0, 0, "E124", "Verknüpfung", "Hilfe")
    files = {name: raw for name, raw in FILES.items() if name not in {"topics.yaml", "safety.yaml"}}
    assert load(files, refused={"topics.yaml": topics, "safety.yaml": topics}).problems == (topics,)


@pytest.mark.parametrize("left", [(), ("topics.yaml", "safety.yaml"), ("topics.yaml", "glossary.yaml", "x.yml")])
def test_a_folder_without_flows_is_one_problem(left):
    """Not one for each flow and file that should be there."""
    files = {name: FILES.get(name, b"") for name in left}
    found = [problem.code for problem in load(files, "leer").problems if problem.severity == "error"]
    assert found == ["E125"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"facts:\n  - id: a-1\n", "E113"),
        (b"a-1", "E113"),
        (b"[]", "E113"),
        (b"*x", "E105"),
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
