"""The schemas that editors use: as strict as the reader about a file's form, and never stricter."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from bot.check.load import load
from bot.check.schema import schemas
from bot.flow.build import step
from bot.source.nodes import Mapping, Node, Scalar, Sequence
from bot.source.reader import read

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/data/small"
FLOWS = [*sorted((ROOT / "flows").rglob("*.yaml")), *sorted(SMALL.rglob("*.yaml"))]
PAGES = sorted((ROOT / "docs/problems").glob("E1*.md"))
FENCE = re.compile(r"```yaml\n# beispiel\.yaml\n(.*?)```", re.DOTALL)
VALID = {page.name: page.read_bytes() for page in (ROOT / "tests/problems/valid").glob("*.yaml")}

READ_BY_THE_EDITOR = ("E111", "E112", "E113", "E116", "E120")
"""Mistakes of form that a schema can see: unknown word, missing, wrong kind of thing, wrong kind of step, nothing."""


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2, as editors read it: only true, false, null and numbers are not text."""


AsEditorsRead.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float", ":null"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
AsEditorsRead.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def plain(node: Node | None) -> Any:
    """Return a file as our reader sees it: every scalar a text."""
    match node:
        case Mapping():
            return {key.text: plain(value) for key, value in node}
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Scalar(text=text):
            return text or None
        case _:
            return None


def schema_of(path: Path) -> str:
    side = ("topics.yaml", "glossary.yaml", "safety.yaml", "facts.yaml", "config.yaml")
    if path.parent.name == "calendars":
        return "calendar.json"
    return path.name.replace(".yaml", ".json") if path.name in side else "flow.json"


def valid(name: str, value: object) -> bool:
    return jsonschema.Draft7Validator(schemas()[name]).is_valid(value)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_one(name):
    """Each schema obeys the rules of JSON Schema."""
    jsonschema.Draft7Validator.check_schema(schemas()[name])


@pytest.mark.parametrize("path", [*FLOWS, ROOT / "config.yaml"], ids=lambda path: path.name)
def test_every_file_of_the_house_fits_its_schema(path):
    """An editor underlines nothing in a file that the checker lets pass, however the editor reads its scalars."""
    ours = plain(read(path.name, path.read_bytes()).root)
    theirs = yaml.load(path.read_bytes(), Loader=AsEditorsRead)  # noqa: S506 - a SafeLoader

    validator = jsonschema.Draft7Validator(schemas()[schema_of(path)])
    assert [] == [error.message for error in validator.iter_errors(ours)]
    assert [] == [error.message for error in validator.iter_errors(theirs)]


def test_the_schemas_in_the_docs_are_these():
    """What lies in docs/schema is made of today's tables: ``make schemas``."""
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs/schema").glob("*.json")}

    assert json.loads(json.dumps(schemas())) == kept


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem in READ_BY_THE_EDITOR], ids=lambda page: page.stem
)
def test_mistakes_of_form_are_underlined(page):
    """What a page calls a wrong form, an editor shows too; the repaired example it does not."""
    text = page.read_text(encoding="utf-8")
    wrong, right = text.partition("## So nicht")[2].split("## So ist es richtig")
    bad = [plain(read("beispiel.yaml", found.encode()).root) for found in FENCE.findall(wrong)]
    good = [plain(read("beispiel.yaml", found.encode()).root) for found in FENCE.findall(right)]

    assert bad
    assert [False] * len(bad) == [valid("flow.json", each) for each in bad]
    assert [True] * len(good) == [valid("flow.json", each) for each in good]


@pytest.mark.parametrize("kind", step.KINDS)
def test_every_kind_and_field_is_described(kind):
    """An editor can say in German what each word of a step is for."""
    shapes = schemas()["flow.json"]["definitions"][kind]["properties"]

    assert {kind, *step.FIELDS[kind], *step.COMMON} == set(shapes)
    assert [] == [name for name, shape in shapes.items() if not shape.get("description")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("say: Hallo", True),
        ("say: Hallo\n    fragt: x", False),
        ("ask: Wie alt?\n    save: alter\n    type: number", True),
        ("ask: Wie alt?\n    save: alter\n    type: zahl", False),
        ("ask: Wie alt?", False),
        ("derive: frist\n    rule: one_month_after\n    of: tag", True),
        ("derive: frist\n    rule: irgendwie\n    of: tag", False),
        ("decide:\n      - when: {a: {is: x}}\n        goto: b\n      - else: c", True),
        ("decide:\n      - when: {a: {gleich: x}}\n        goto: b\n      - else: c", False),
        ("remind: Erinnern?\n    calendar: ferien\n    before: 1 Wochen", True),
        ("remind: Erinnern?\n    calendar: ferien\n    before: bald", False),
        ("sage: Hallo", False),
    ],
)
def test_a_step_is_known_by_its_kind(written, expected):
    """Each kind takes its own fields and values, and no others."""
    flow = f"flow: a\ntitle: A\ntopic: allgemein\nsteps:\n  eins:\n    {written}\n"

    assert expected == valid("flow.json", plain(read("a.yaml", flow.encode()).root))
    if expected:
        form = {problem.code for problem in load({**VALID, "a.yaml": flow.encode()}).problems}
        assert set() == {code for code in form if code.startswith("E1")}


@pytest.mark.parametrize("path", [*FLOWS, ROOT / "config.yaml"], ids=lambda path: path.name)
def test_the_linter_of_editors_is_content(path):
    """Yamllint with our settings finds nothing in our own files."""
    rules = YamlLintConfig((ROOT / ".yamllint").read_text(encoding="utf-8"))

    assert [] == [str(problem) for problem in linter.run(path.read_text(encoding="utf-8"), rules)]


def test_every_file_has_its_schema_in_the_editor():
    """The editor's settings name each schema once, and each lies where they say."""
    named = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))["yaml.schemas"]

    assert {f"./docs/schema/{name}" for name in schemas()} == set(named)
