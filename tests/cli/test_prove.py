"""``check --prove`` and ``test --coverage`` as people and programs meet them: what they say, and how they end."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes.process import ROOT

from bot.check.folder import Asked, Catalogs, gather
from bot.check.whole import examine
from bot.cli.main import elternlotse
from bot.config.reading import read_file

SMALL = ROOT / "tests" / "data" / "small"


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """The small flows, in a folder of one's own."""
    return Path(shutil.copytree(SMALL, tmp_path / "flows"))


@pytest.fixture
def without_person(flows: Path) -> Path:
    """Flows whose menu asks nothing: the checker lets them pass, and after the last message nobody is near."""
    head = (flows / "start.yaml").read_text("utf-8").partition("steps:\n")[0]
    (flows / "start.yaml").write_text(f"{head}steps:\n  gruss:\n    say: Guten Tag.\n", "utf-8")
    return flows


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(elternlotse, [*map(str, arguments)], obj=ROOT / "config.yaml")


def test_the_proof_stands_below_the_problems(flows):
    """One line of figures, one for each flow, and the verdict; exit code 0."""
    done = run("check", "--prove", flows)
    assert 0 == done.exit_code, done.output
    lines = done.output.splitlines()
    assert any(line.startswith("Beweis: ") and "Zustände" in line for line in lines)
    assert 1 == sum(line.startswith("kind ") and "ein Mensch ist nah ✓" in line for line in lines)
    assert lines[-1].startswith("Bewiesen: ")


def test_a_hole_ends_with_one_and_shows_its_talk(without_person):
    """What the checker cannot know the proof finds; without ``--prove`` the same flows pass."""
    assert 0 == run("check", without_person).exit_code
    done = run("check", "--prove", without_person)
    assert 1 == done.exit_code
    assert "Loch in »" in done.output
    assert "flow: " in done.output
    assert "> /start " in done.output
    assert "Nicht bewiesen: " in done.output


def test_flows_with_errors_are_not_tried(flows):
    """Errors come first; the proof says why there is none."""
    (flows / "kind.yaml").write_text("flow: kind\n", "utf-8")
    done = run("check", "--prove", flows)
    assert 1 == done.exit_code
    assert "Bewiesen werden nur Abläufe ohne Fehler" in done.output


@pytest.mark.usefixtures("without_person")
def test_json_keeps_the_list_and_puts_the_proof_beside_it(flows):
    """``problems`` is what ``--format json`` prints alone; ``proofs`` has one object a folder."""
    alone = json.loads(run("check", "--format", "json", flows).output)
    done = run("check", "--format", "json", "--prove", flows)
    told = json.loads(done.output)
    assert alone == told["problems"]
    (proof,) = told["proofs"]
    assert (False, str(flows)) == (proof["proven"], proof["folder"])
    assert {"person"} == {hole["kind"] for hole in proof["holes"]}
    assert {"flow", "person", "limits", "sound", "whole", "never"} <= proof["flows"][0].keys()


def test_json_says_why_there_is_no_proof(flows):
    """The same shape, with ``why`` instead of figures."""
    (flows / "kind.yaml").write_text("flow: kind\n", "utf-8")
    (proof,) = json.loads(run("check", "--format", "json", "--prove", flows).output)["proofs"]
    assert {"folder", "proven", "why"} == proof.keys()


def test_github_gets_one_line_a_hole(without_person):
    """Each hole is an annotation of its own."""
    done = run("check", "--format", "github", "--prove", without_person)
    assert 1 == done.exit_code
    assert [] != [line for line in done.output.splitlines() if line.startswith("::error title=Beweis::")]


def test_the_repositorys_own_flows_are_proven():
    """In every language there is; whoever changes them sees a hole before parents do."""
    done = run("check", "--prove")
    assert 0 == done.exit_code, done.output


def test_talks_say_what_they_cover():
    """One line always, and with ``--coverage`` what is missing, by name."""
    short, long = run("test"), run("test", "--coverage")
    assert (0, 0) == (short.exit_code, long.exit_code)
    assert 1 == short.output.count("Abdeckung: ")
    assert "In keinem Gespräch kommen vor" not in short.output
    assert "Gespräche auf de: " in long.output


def test_a_single_files_problems_are_those_it_has_among_all():
    """Looking at one file alone leaves nothing out: on a day when much is old, each file has what the folder has of it."""
    later = date(2029, 1, 1)
    folder = read_file(ROOT / "config.yaml", {}).flows
    nothing = Catalogs({}, ())
    everything = examine(gather(Asked(folder)), nothing, later)
    assert len(everything) > 10
    for path in gather(Asked(folder)).files:
        alone = examine(gather(Asked(folder, frozenset({path}))), nothing, later)
        assert tuple(problem for problem in everything if problem.file == f"{folder}/{path}") == alone
