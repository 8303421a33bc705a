"""Files that are broken as files get broken: each gives exactly the problems a person would name, and how to mend them."""

from pathlib import Path

import pytest
import yaml
from problems.kit import laid, problems

HERE = Path(__file__).parent
FILES = {path.stem: path.read_bytes() for path in sorted((HERE / "broken").glob("*.yaml"))}
EXPECTED = yaml.safe_load((HERE / "broken.yaml").read_text("utf-8"))


def found(folder: Path, name: str):
    """Lay a broken file in place of the example of the valid set, and return what is wrong."""
    flows = laid(folder)
    (flows / "beispiel.yaml").write_bytes(FILES[name])
    return [problem for problem in problems(flows) if problem.code[1] in "12"]


def test_each_file_is_expected_to_give_something():
    """The table names each file, and at least thirty."""
    assert (sorted(EXPECTED), len(FILES) >= 30) == (sorted(FILES), True)


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_gives_what_is_wrong_with_it(tmp_path, name):
    """Code and line of each mistake, nothing that would only echo it, and no other file's fault."""
    assert [f"{problem.code} {problem.line}" for problem in found(tmp_path, name)] == EXPECTED[name]
    assert {Path(problem.file).name for problem in found(tmp_path / "2", name)} == {"beispiel.yaml"}


@pytest.mark.parametrize("name", FILES)
def test_a_help_is_an_action(tmp_path, name):
    """One that says what to do: no question, no scolding, a whole sentence."""
    for problem in found(tmp_path, name):
        assert problem.help[0].isupper()
        assert problem.message[-1] == "."
        assert "?" not in problem.message + problem.help
        assert not {"falsch gemacht", "müssen", "Fehler"} & set(problem.message.split())
        assert problem.note.count(" ") <= 2
