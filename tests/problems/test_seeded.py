"""Faults of form and meaning sown into sound flows, one at a time: each is found where it lies, and nothing besides.

The flows are the house's own and the small set with every kind of step. Each fault is an edit a person could make: a
line changed, lost or moved, a file renamed. ``test_seeded_words`` does the same for translations and style.
"""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.check.folder import read
from bot.check.load import load
from bot.source.problem import Problem

ROOT = Path(__file__).parents[2]
SETS = {"house": ROOT / "flows", "small": ROOT / "tests" / "data" / "small"}
FAMILIES = "12"


@dataclass(frozen=True)
class Seed:
    """A fault: the set and file it lies in, how it gets there, the code it must give, and the line it must point at.

    ``shown`` stands in that line as it is in the file afterwards; empty where the file as a whole is meant.
    """

    code: str
    where: str
    sow: Callable[[Path], None]
    shown: str = ""
    name: str = ""


def edit(code: str, where: str, old: str, new: str, shown: str = "") -> Seed:
    """Replace the first occurrence of a text; the fault is shown where the new one starts, unless it is said."""

    def sow(file: Path) -> None:
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    return Seed(code, where, sow, shown or new.strip("\n").split("\n", maxsplit=1)[0].strip(), f"{old}>{new}")


def put(code: str, where: str, raw: bytes | str, shown: str = "") -> Seed:
    """Put a file there."""
    content = raw if isinstance(raw, bytes) else raw.encode()

    def sow(file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return Seed(code, where, sow, shown, "put")


def act(code: str, where: str, sow: Callable[[Path], object]) -> Seed:
    """Do something to the file itself."""
    return Seed(code, where, lambda file: void(sow(file)), "", "file")


def void(_: object) -> None:
    """Forget what an action returns."""


HEAD = "flow: neu\ntitle: Neu\ntopic: allgemein\nexamples: [Neu]\nsteps:\n"
EVENING, START, MONEY = (
    "house mitmachen/elternabend.yaml",
    "house immer/start.yaml",
    "house hilfe/geld-fuer-bildung.yaml",
)
CHILD, ASKING, WAYS, MEDIA = "small anmeldung.yaml", "small fragen.yaml", "small wege.yaml", "small medien.yaml"
ALL = "small alles.yaml"

SEEDS = [
    # E1: not YAML, or YAML that is not ours
    edit("E101", EVENING, "  kommen:\n    choose", "  kommen:\n     note: x\n    choose", "choose: Können Sie kommen?"),
    edit("E101", EVENING, "keywords: [Elternabend,", "keywords: [[Elternabend,", "keywords"),
    edit("E101", EVENING, 'note: "„sollen“', "note: '„sollen“"),
    edit("E101", WAYS, "  klein:", "  klein"),
    edit("E102", EVENING, "choose: Was möchten Sie wissen?", "choose: Kurz: Was möchten Sie wissen?"),
    edit("E102", EVENING, "label: Die Einladung", "label: *Die* Einladung"),
    edit("E102", MEDIA, "say: So sieht ein [[Zeugnis]] aus.", "say: [[Zeugnis]]: so sieht es aus."),
    edit("E102", ALL, 'say: "Danke. Sie', 'say: "Danke." Sie', 'say: "Danke."'),
    edit("E102", START, 'note: "In', 'note: "In "', 'note: "In "'),
    edit("E103", EVENING, "    facts: [kp-001, kp-008]", "\tfacts: [kp-001, kp-008]"),
    edit("E104", EVENING, "  wie-oft:", "  thema:"),
    edit("E104", START, "title: Menü", "title: Menü\ntitle: Anfang", "title: Anfang"),
    edit("E105", EVENING, "say: Das ist in Ordnung.", "say: &gut Das ist in Ordnung."),
    edit("E105", START, "topic: allgemein", "topic: allgemein\n<<: allgemein", "<<"),
    edit("E106", EVENING, "say: Gern. Viel", "say: ! Gern. Viel"),
    edit("E107", EVENING, "keywords: [Elternabend,", "keywords: [" + "[" * 25 + "Elternabend,", "keywords"),
    edit("E107", EVENING, "say: Gern.", "say: Gern. " + "Sehr " * 2_000, "say: Gern."),
    edit("E107", ALL, "say: Gern noch einmal.", "say: Gern " + "noch " * 900, "say: Gern"),
    edit("E108", EVENING, "say: Gern. Viel", "say: Gern.\u202e Viel", "say: Gern."),
    put("E108", START, "title: Menü".encode("latin-1"), "title: Men"),
    edit("E109", EVENING, "  kita:\n", "---\n  kita:\n"),
    edit("E110", EVENING, "  wie-oft:", "  ? [wie-oft]\n  :"),
    # E1: the wrong word, or the wrong thing behind it
    edit("E111", EVENING, "        goto: vorbereiten", "        goto: vorbereiten\n        gotto: weiter", "gotto: weiter"),
    edit("E111", START, "reviewed:", "reviewd:"),
    edit("E111", ASKING, "    optional: true", "    optinal: true"),
    edit("E111", "house topics.yaml", "teams:", "team:"),
    edit("E112", EVENING, "    save: tag\n", "", "ask: |"),
    edit("E112", EVENING, "      - else: satz-mit-tag\n", "", "decide:"),
    edit("E112", MEDIA, "    alt: Zwei Sätze zum Zeugnis\n", "", "say: Oder hören Sie"),
    edit("E112", CHILD, "    before: 3 Tage\n", "", "remind: "),
    edit("E113", EVENING, "  - Muss ich zum Elternabend gehen?", "  - Frage: Muss ich zum Elternabend gehen?"),
    edit("E113", EVENING, "say: Gern. Viel Freude beim nächsten Treffen!", "say: [Gern, Viel Freude!]"),
    edit("E113", WAYS, "      - label: Oben\n        call: /menu\n", "      - Oben\n"),
    edit("E114", EVENING, "valid_until: 2027-07-31", "valid_until: 31.07.2027"),
    edit("E114", EVENING, "end: true", "end: ja"),
    edit("E114", "small topics.yaml", "answer_within: 2 Werktage", "answer_within: bald"),
    edit("E114", "small topics.yaml", "hours: Mo-Fr 9-17", "hours: immer"),
    edit("E114", CHILD, "type: date", "type: datum"),
    edit("E115", EVENING, "  keine-zeit:", "  Keine_Zeit:"),
    edit("E115", ASKING, "    save: foto", "    save: mein-foto"),
    edit("E115", START, "name: sprache", "name: Sprache"),
    edit("E116", EVENING, "  wie-oft:\n    say: |", "  wie-oft:\n    sagen: |", "sagen: |"),
    edit("E116", EVENING, "  wie-oft:\n    say: |", "  wie-oft:\n    note: x\n    say: |", "note: x"),
    edit("E118", EVENING, "        end: true", "        goto: thema\n        end: true", "end: true"),
    edit("E118", "small beratung.yaml", "Ihre Frage.", "Ihre Frage.\n    goto: frage", "goto: frage"),
    edit("E119", EVENING, "„Am {tag} ist", "„Am {tag.year} ist"),
    edit("E119", EVENING, "[[Tagesordnung]] in", "[[Tagesordnung] in"),
    edit("E119", ASKING, 'say: "Danke! {name},', 'say: "Danke! {},'),
    edit("E120", EVENING, "say: Gern. Viel Freude beim nächsten Treffen!", "say:"),
    put("E120", "house neu.yaml", "# kommt noch\n"),
    edit("E121", EVENING, "      - label: Die Wahl", "      - label: Die Einladung!", "Die Einladung!"),
    edit("E122", "house mitmachen/elternabend.talk", "flow: elternabend", "ablauf: elternabend"),
    # E1: files as such
    act("E123", "house mitmachen/rohr.yaml", os.mkfifo),
    act("E124", "house mitmachen/passwd.yaml", lambda file: file.symlink_to("/etc/passwd")),
    act("E124", "house alles", lambda file: file.symlink_to("/")),
    act("E125", "house", lambda folder: [path.unlink() for path in folder.rglob("*.yaml")]),
    act("E126", "house mitmachen/neu\u202e.yaml", lambda file: file.write_text(HEAD)),
    put("E127", "small zeugnis.jpg", b"<html>"),
    # E2, what names and ways mean
    edit("E201", EVENING, "goto: vorbereiten", "goto: vorbereitet"),
    edit("E201", EVENING, "  unsicher:", "  unsicher-sein:", "goto: unsicher"),
    edit("E201", EVENING, "- else: satz-mit-tag", "- else: satz-mit-datum"),
    edit("E202", START, "call: notfall", "call: notfal"),
    edit("E202", START, "call: /sprache", "call: /sprachen"),
    edit("E203", EVENING, "topic: mitwirkung", "topic: mitwirkungen"),
    edit("E204", EVENING, "[[Sorgerecht]]", "[[Sorgerechte]]"),
    edit("E205", EVENING, "„Am {tag} ist", "„Am {tage} ist"),
    edit("E205", WAYS, "    save: [alter]", "    save: [groesse, alter]"),
    edit("E206", EVENING, "Sie haben ein Recht:", "Sie haben am {tag} ein Recht:"),
    edit("E206", ASKING, "    save: name\n    min: 2", "    save: name\n    optional: true\n    min: 2", "{name}"),
    edit("E207", EVENING, "        goto: keine-zeit", "        goto: unsicher", "keine-zeit:"),
    edit("E207", CHILD, "    end: true\n", "    end: true\n  verloren:\n    say: Niemand.\n    goto: gesagt\n", "verloren:"),
    put("E208", "house neu.yaml", HEAD + "  a:\n    say: A\n  b:\n    say: B\n    goto: a\n", "a:"),
    edit("E209", "small kind.yaml", "0 bis 20.\n", "0 bis 20.\n  zurueck:\n    call: wege\n", "call:"),
    edit("E211", EVENING, "label: Wenig Deutsch", "label: Die Einladung\n        name: zweite", "label: Die Einladung"),
    edit("E212", EVENING, "{tag: {before: today}}", "{tag: {before: today, after: today}}"),
    edit("E212", CHILD, "{alter: {at_least: 10}}", "{alter: {at_least: 20, at_most: 10}}"),
    put("E213", "house neu.yaml", HEAD.replace("examples: [Neu]\n", "") + "  a:\n    say: A\n", "flow: neu"),
    edit("E215", EVENING, "facts: [mw-001]", "facts: [mw-1]"),
    put("E216", "house mehr/start.yaml", HEAD.replace("flow: neu", "flow: start") + "  a:\n    say: A\n", "flow: start"),
    edit("E217", EVENING, "{tag: {before: today}}", "{tag: {at_least: 3}}"),
    edit("E217", CHILD, 'geschwister: {is: "yes"}', "geschwister: {is: vielleicht}"),
    act("E218", "house topics.yaml", Path.unlink),
    act("E218", "house facts.yaml", Path.unlink),
    edit("E219", ASKING, "    save: telefon\n", "    save: ort\n", "save: ort"),
    edit("E220", CHILD, "    of: geburtstag", "    of: vorname"),
    edit("E221", CHILD, "    calendar: zeugnisse", "    calendar: zeugnis"),
    act("E222", "small merkblatt.pdf", Path.unlink),
    # W1
    edit("W101", EVENING, "say: Gern. Viel", "say: Gern, das ist #1. Viel"),
    act("W102", "small fragen.yaml", lambda file: file.rename(file.with_name("frage.yaml"))),
    put("W103", "house mitmachen/neu.yml", HEAD),
    act("W104", "house safety.yaml", Path.unlink),
]  # fmt: skip
SEVERAL = frozenset({"E210", "E214"})
"""Codes that take more than one edit, or are told together with what misses the flow: their pages show them."""


def of_form_and_meaning(folder: Path) -> list[Problem]:
    """Return the problems that need no catalog and no day."""
    found = read(folder)
    return list(load(found.files, str(folder), found.refused).problems)


def in_the_program() -> set[str]:
    """Return every code of these families that the program knows."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    return {code for code in re.findall(r'"([EW]\d{3})"', text) if code[1] in FAMILIES}


def test_every_code_is_sown():
    """At least sixty faults, and each code of form and meaning among them."""
    assert (len(SEEDS) >= 60, in_the_program() - {seed.code for seed in SEEDS}) == (True, SEVERAL)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.code} {seed.where} {seed.name[:40]}")
def test_a_fault_is_found_where_it_lies(tmp_path, seed):
    """I06, I07: its code and nothing else, and the line that has to be mended."""
    name, _, file = seed.where.partition(" ")
    folder = Path(shutil.copytree(SETS[name], tmp_path / "flows"))
    seed.sow(folder / file)
    found = of_form_and_meaning(folder)
    assert {problem.code for problem in found} == {seed.code}
    assert [problem for problem in found if seed.shown in problem.written]


@pytest.mark.parametrize("name", SETS)
def test_sound_flows_give_nothing(tmp_path, name):
    """The house's own flows, and the set with every kind of step: no error, no warning of form."""
    folder = Path(shutil.copytree(SETS[name], tmp_path / "flows"))
    assert of_form_and_meaning(folder) == []
