"""``elternlotse check`` as coordinators, editors and robots use it: paths, forms, ends, and ``--fix``."""

import json
import os
import shutil
from pathlib import Path

import pytest
from cli.said import elternlotse
from problems.kit import VALID

from bot.check.report import FIELDS
from bot.cli import fix

BROKEN = b"flow: beispiel\r\ntitle: Achtung: Frist # bleibt\r\ntopic: allgemein\r\nsteps:\r\n  a:\r\n    say: Hallo"


@pytest.fixture
def flows(tmp_path, monkeypatch) -> Path:
    """A valid folder ``flows``, in the current folder; no settings anywhere."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(VALID, Path("flows")))


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def listed(*arguments: object) -> list[tuple[str, int, str]]:
    """Return the problems as another program reads them."""
    return [
        (each["file"], each["line"], each["code"])
        for each in json.loads(elternlotse("check", "--format", "json", *arguments).out)
        if each["code"][1] in "12"
    ]


def test_a_folder_needs_no_settings(flows):
    """Whoever has only the flows can check them."""
    done = elternlotse("check", flows)
    assert (done.code, done.out, done.err) == (0, "Alles in Ordnung.\n", "")


def test_a_warning_is_no_end_unless_it_should_be(flows):
    """--strict counts warnings."""
    (flows / "safety.yaml").unlink()
    assert elternlotse("check", flows).code == 0
    assert elternlotse("check", "--strict", flows).code == 1


def test_all_problems_of_all_files_come_in_one_run(flows):
    """A file nobody can read hides no other; a link, a pipe and a name are problems among others."""
    (flows / "beispiel.yaml").write_bytes(BROKEN + b"\r\n    gotoo: x")
    (flows / "a.yaml").write_bytes(b"\xff")
    (flows / "b.yaml").symlink_to("/etc/passwd")
    (flows / "b\n.yaml").touch()
    os.mkfifo(flows / "c.yaml")
    (flows / "start.yaml").write_text((flows / "start.yaml").read_text("utf-8").replace("call: b", "call: c"), "utf-8")
    assert listed(flows) == [
        ("flows/a.yaml", 1, "E108"),
        ("flows/b\n.yaml", 0, "E126"),
        ("flows/b.yaml", 0, "E124"),
        ("flows/beispiel.yaml", 2, "E102"),
        ("flows/beispiel.yaml", 7, "E111"),
        ("flows/c.yaml", 0, "E123"),
        ("flows/start.yaml", 10, "E202"),
        ("flows/start.yaml", 12, "E202"),
    ]
    assert elternlotse("check", flows).code == 1


def test_of_a_single_file_only_its_own_problems_are_shown(flows):
    """Found within the nearest folder above that has topics, from wherever one stands."""
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    (flows / "mehr").mkdir()
    (flows / "mehr/neu.yaml").write_text("flow: neu\ntitle: N\ntopic: x\nsteps:\n  a:\n    call: start\n", "utf-8")
    assert listed(flows / "start.yaml") == []
    assert listed(flows / "mehr/neu.yaml") == [("flows/mehr/neu.yaml", 1, "E213"), ("flows/mehr/neu.yaml", 3, "E203")]
    assert listed("flows/../flows/beispiel.yaml") == [("flows/beispiel.yaml", 2, "E102")]
    os.chdir(flows / "mehr")
    assert listed("../beispiel.yaml") == [("../beispiel.yaml", 2, "E102")]


def test_a_files_media_are_its_own(flows):
    """I06: what goes out with a flow is checked with it, in every language; the media of others are not."""
    flow = "flow: neu\ntitle: N\ntopic: x\nsteps:\n  a:\n    say: A\n    picture: bild.png\n    alt: B\n"
    (flows / "mehr").mkdir()
    (flows / "mehr/neu.yaml").write_text(flow, "utf-8")
    for name in ("mehr/bild.png", "mehr/bild.tr.png", "mehr/anders.png", "bild.png"):
        (flows / name).write_bytes(b"<html>")
    found = [(file, code) for file, _, code in listed(flows / "mehr/neu.yaml") if file.endswith(".png")]
    assert found == [("flows/mehr/bild.png", "E127"), ("flows/mehr/bild.tr.png", "E127")]
    assert [file for file, _, _ in listed(flows / "start.yaml")] == []


def test_paths_that_overlap_tell_nothing_twice(flows):
    """A folder, its file, the same folder by another name, and a folder within it."""
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    (flows / "mehr").mkdir()
    (flows / "mehr" / "kaputt.yaml").write_bytes(b"flow: [")
    found = listed(flows, flows / "beispiel.yaml", flows.absolute(), "flows/mehr")
    assert found.count(("flows/beispiel.yaml", 2, "E102")) == 1
    assert [code for file, _, code in found if file.endswith("kaputt.yaml")] == ["E101"]
    two = listed(flows / "beispiel.yaml", flows / "start.yaml", flows / "beispiel.yaml")
    assert two == [("flows/beispiel.yaml", 2, "E102")]


def test_a_path_that_leads_nowhere_stops_nothing(flows):
    """The others are checked, the output stays readable for programs, and the end is 2."""
    done = elternlotse("check", "--format", "json", "weg", flows, "x" * 300)
    assert (done.code, json.loads(done.out)) == (2, [])
    assert "weg gibt es nicht.\n  = Hilfe:" in done.err
    assert elternlotse("check", "weg").out == ""


@pytest.mark.parametrize("name", ["leer", "/dev/null", "flows/bild.gif", "flows/.versteckt.yaml", "draussen.yaml"])
@pytest.mark.usefixtures("flows")
def test_what_is_no_flow_is_never_all_right(name):
    """An empty folder, a device, a picture, a hidden file, a flow outside: a problem with a code, and the end is 1."""
    Path("leer").mkdir()
    for file in ("flows/bild.gif", "flows/.versteckt.yaml", "draussen.yaml"):
        Path(file).write_bytes(b"")
    (each,) = listed(name)
    assert each[2] in {"E123", "E125", "E218"}
    assert elternlotse("check", name).code == 1


def test_translations_lie_beside_the_folder_unless_it_is_said(flows):
    """A catalog nobody can read is a problem, found in ``locales`` or where ``--locales`` says."""
    for folder in ("locales", "anderswo"):
        (Path(folder) / "tr/LC_MESSAGES").mkdir(parents=True)
    Path("anderswo/tr/LC_MESSAGES/flows.po").write_bytes(b"\xff")
    assert elternlotse("check", flows).code == 0
    done = elternlotse("check", flows, "--locales", "anderswo")
    assert (done.code, "anderswo/tr/LC_MESSAGES/flows.po: error[E400]" in done.out) == (1, True)
    Path("anderswo").rename("flows/../locales/../neben")
    shutil.rmtree("locales")
    Path("neben").rename("locales")
    assert "locales/tr/LC_MESSAGES/flows.po: error[E400]" in elternlotse("check", flows).out
    done = elternlotse("check", flows, "--locales", "weg")
    assert (done.code, "Hilfe:" in done.err) == (2, True)


def test_a_link_instead_of_a_catalog_is_refused(flows):
    """I06: catalogs hold what they hold themselves, too."""
    Path("locales/tr/LC_MESSAGES").mkdir(parents=True)
    Path("locales/tr/LC_MESSAGES/flows.po").symlink_to("/etc/passwd")
    assert "locales/tr/LC_MESSAGES/flows.po: error[E124]" in elternlotse("check", flows).out


def test_github_gets_annotations_and_nothing_else(flows):
    """One line a problem; of a sound folder not even one."""
    assert elternlotse("check", "--format", "github", flows).out == ""
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    done = elternlotse("check", "--format", "github", flows)
    (line,) = [each for each in done.out.splitlines() if "E102" in each]
    assert line.startswith("::error file=flows/beispiel.yaml,line=2,col=8,title=E102::Dieser Text braucht")
    assert done.code == 1


def test_json_is_for_programs(flows):
    """A list, whatever happens; each object with the same names."""
    assert elternlotse("check", "--format", "json", flows).out == "[]\n"
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    found = json.loads(elternlotse("check", "--format", "json", flows).out)
    assert {tuple(each) for each in found} == {FIELDS}


def test_fix_adds_the_marks_and_tells_what_is_left(flows):
    """File and line of each change; line ends, comments and the missing end of the file stay; then the rest."""
    file = flows / "beispiel.yaml"
    file.write_bytes(BROKEN + b"\r\n    gotoo: x")
    file.chmod(0o640)
    said = elternlotse("check", flows).out
    assert said.endswith("Fehlende Anführungszeichen setzt: elternlotse check --fix\n")
    done = elternlotse("check", "--fix", flows)
    first, *rest = done.out.splitlines()
    assert first == 'flows/beispiel.yaml:2: Anführungszeichen gesetzt: title: "Achtung: Frist" # bleibt'
    assert (done.code, "error[E111]" in rest[0]) == (1, True)
    assert file.read_bytes() == BROKEN.replace(b"Achtung: Frist", b'"Achtung: Frist"') + b"\r\n    gotoo: x"
    assert (file.stat().st_mode & 0o777, names(flows)) == (0o640, names(VALID))
    assert "gesetzt" not in elternlotse("check", "--fix", flows).out


def test_fix_touches_nothing_it_was_not_asked_for(flows):
    """Of a single file only that; a sound folder is not even written to."""
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in flows.iterdir()}
    elternlotse("check", "--fix", flows / "start.yaml")
    assert before == {path: (path.read_bytes(), path.stat().st_ino) for path in flows.iterdir()}
    elternlotse("check", "--fix", flows / "beispiel.yaml")
    changed = {path for path in flows.iterdir() if before[path] != (path.read_bytes(), path.stat().st_ino)}
    assert changed == {flows / "beispiel.yaml"}


def test_fix_leaves_the_output_to_programs(flows):
    """In the other forms what was changed goes to the error stream."""
    (flows / "beispiel.yaml").write_bytes(BROKEN)
    done = elternlotse("check", "--fix", "--format", "json", flows)
    assert [each for each in json.loads(done.out) if each["severity"] == "error"] == []
    assert "flows/beispiel.yaml:2: Anführungszeichen gesetzt" in done.err


@pytest.mark.parametrize("trouble", ["access", "replace", "meanwhile"])
def test_fix_says_what_it_could_not_write(flows, monkeypatch, trouble):
    """No rights, a full disk, somebody else at the same file: it stays as it was, nothing is left lying about."""
    file = flows / "beispiel.yaml"
    file.write_bytes(BROKEN)
    there = BROKEN
    match trouble:
        case "access":
            monkeypatch.setattr(fix.os, "access", lambda *_: False)
        case "replace":
            monkeypatch.setattr(Path, "replace", _full)
        case _:
            there = BROKEN + b"\r\n"
            monkeypatch.setattr(fix.os, "fsync", lambda _: file.write_bytes(there))
    done = elternlotse("check", "--fix", flows)
    assert (done.code, file.read_bytes()) == (2, there)
    assert "flows/beispiel.yaml wurde nicht geändert: " in done.err
    assert "= Hilfe:" in done.err
    assert names(flows) == names(VALID)


def _full(*_args):
    raise OSError(28, "No space left on device")


def test_the_flows_of_the_house_need_no_marks(tmp_path):
    """Every file of the repository's own flows is left byte for byte."""
    root = Path(__file__).parents[2]
    flows = Path(shutil.copytree(root / "flows", tmp_path / "flows"))
    done = elternlotse("check", "--fix", flows)
    assert (done.code, "gesetzt" in done.out) == (0, False)
    assert [
        path for path in flows.rglob("*.yaml") if path.read_bytes() != (root / path.relative_to(tmp_path)).read_bytes()
    ] == []


def test_a_catalog_that_is_too_large_is_told(flows):
    """What no catalog can be is not read by half."""
    Path("locales/tr/LC_MESSAGES").mkdir(parents=True)
    Path("locales/tr/LC_MESSAGES/flows.po").write_bytes(b"#" * 10_000_001)

    assert "locales/tr/LC_MESSAGES/flows.po: error[E107]" in elternlotse("check", flows).out
