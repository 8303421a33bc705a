"""``elternlotse talk --save``: what was just held is a golden talk, which plays at once as it was held."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes.process import ROOT, write_config

from bot.cli.main import elternlotse
from bot.source.errors import OperatorError

SMALL = ROOT / "tests" / "data" / "small"
HELD = "8\nAna\n1.1.2026\n2\nMeine Frage\n~ 11 Minuten\n"


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder of flows of one's own; a flow may lie in a folder of it."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "flows"))
    (folder / "thema").mkdir()
    (folder / "alles.yaml").rename(folder / "thema" / "alles.yaml")
    return folder


@pytest.fixture
def config(tmp_path: Path, flows: Path) -> Path:
    """A configuration with data and flows of one's own."""
    return write_config(tmp_path, flows=flows)


def run(config: Path, *words: str, typed: str = "") -> Result:
    """Run a command."""
    return CliRunner().invoke(elternlotse, ["--config", str(config), *words], input=typed)


def test_a_talk_is_written_beside_its_flow_and_plays_green(config: Path, flows: Path) -> None:
    """With its name as a comment, pressed numbers as buttons, effects and the time that passed."""
    done = run(config, "talk", "alles", "--save", "Eine Frage zur Schule", typed=HELD)
    file = flows / "thema" / "alles.talk"
    assert f"Aufgeschrieben: {file}" in done.output
    text = file.read_text("utf-8")
    assert text.startswith("# Eine Frage zur Schule\nflow: alles\nlanguage: de\n> /start alles\n")
    assert "Wie alt ist Ihr Kind?\n> 8\n" in text
    assert "> [Frage]" in text
    assert '! ticket topic=schule language=de "Meine Frage"' in text.partition("~ 11 Minuten\n")[2]
    played = run(config, "test")
    assert (0, "Gespräche: 1. Anders als aufgeschrieben: 0.") == (played.exit_code, played.output.splitlines()[0])


def test_what_is_there_stays(config: Path, flows: Path) -> None:
    """Another talk is written below, whether or not the file ends with a line; both play."""
    file = flows / "thema" / "alles.talk"
    run(config, "talk", "alles", "--save", "Erstes", typed=HELD)
    before = file.read_bytes()
    run(config, "talk", "alles", "--save", "Zweites", typed="8\n")
    assert file.read_bytes().startswith(before + b"\n# Zweites\n")
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    run(config, "talk", "alles", "--save", "Drittes", typed="/hilfe\n[Hilfe]\n")
    played = run(config, "test")
    assert (0, "Gespräche: 3. Anders als aufgeschrieben: 0.") == (played.exit_code, played.output.splitlines()[0])


def test_a_talk_that_ends_at_once_is_one_too(config: Path, flows: Path) -> None:
    """Only the beginning; without a name's line breaks."""
    run(config, "talk", "kind", "--save", "Nur\nder Anfang")
    assert "# Nur der Anfang\nflow: kind\nlanguage: de\n> /start kind\nWie alt ist Ihr Kind?\n" == (
        flows / "kind.talk"
    ).read_text("utf-8")


@pytest.mark.parametrize("typed", ["~ bald", "[Gibt es nicht]"])
def test_what_cannot_be_done_is_told_and_not_written(config: Path, flows: Path, typed: str) -> None:
    """A time that is none, a button that is not there: the talk goes on without it."""
    done = run(config, "talk", "kind", "--save", "x", typed=f"{typed}\n3\n")
    assert (
        "  Schreiben Sie zum Beispiel »~ 3 Tage«" in done.output
        or "  Diese Taste ist hier nicht zu sehen." in done.output
    )
    assert typed not in (flows / "kind.talk").read_text("utf-8")
    assert 0 == run(config, "test").exit_code


def test_without_save_nothing_is_written(config: Path, flows: Path) -> None:
    """A conversation to look at leaves no trace."""
    run(config, "talk", "kind", typed="3\n~ 3 Tage\n(photo)\n")
    assert [] == list(flows.rglob("*.talk"))


@pytest.mark.parametrize("language", ["tr", "ar", "uk"])
def test_the_real_flows_are_recorded_in_every_language(tmp_path: Path, language: str) -> None:
    """By number, in any script: the options' own labels are written, and it plays green."""
    flows = Path(shutil.copytree(ROOT / "flows", tmp_path / "flows"))
    config = write_config(tmp_path, flows=flows)
    for old in flows.rglob("*.talk"):
        old.unlink()
    done = run(
        config, "talk", "elternabend", "--language", language, "--save", "Probe", typed="1\n٢\n/hilfe\n~ 2 Tage\n"
    )
    assert 0 == done.exit_code
    text = (flows / "mitmachen" / "elternabend.talk").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("> ")][1][:3] == "> ["
    assert not any(f"> {number}" in text.splitlines() for number in "12٢")
    played = run(config, "test")
    assert (0, "Gespräche: 1. Anders als aufgeschrieben: 0.") == (played.exit_code, played.output.splitlines()[0])


def test_a_folder_that_cannot_be_written_costs_no_talk(config: Path, flows: Path) -> None:
    """The text is shown, with what to do."""
    (flows / "kind.talk").mkdir()
    done = run(config, "talk", "kind", "--save", "x", typed="3\n")
    assert isinstance(done.exception, OperatorError)
    assert "# x\nflow: kind" in str(done.exception)
    assert "Hilfe:" in str(done.exception)
