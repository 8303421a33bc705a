"""What the checker says of form and meaning, as authors read it: one block a sentence, with its help and its caret.

It is said of the pages' bad examples, of the broken files, of the faults sown into the small set, and of the table
``variants.yaml``, which reaches every other sentence. ``make messages`` writes ``messages.txt`` anew. What is said of
the house's own flows is not here: they change with what parents need.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from problems.kit import VALID
from problems.test_broken import FILES
from problems.test_pages import FORM, PAGES, lay
from problems.test_seeded import SEEDS, SETS

from bot.check.folder import gather, locate
from bot.check.load import load
from bot.source.problem import Problem, visible

HERE = Path(__file__).parent
MESSAGES = HERE / "messages.txt"
TABLE = "variants.yaml"
SET: Mapping[str, bytes] = {path.name: path.read_bytes() for path in sorted(VALID.glob("*.yaml"))}
HEAD = "flow: probe\ntitle: Probe\ntopic: allgemein\nexamples: [Probe]\nsteps:\n"
SOUND = "gut"
"""How the variants begin that nothing is said of."""
Variant = str | Mapping[str, str | None]


@cache
def variants() -> Mapping[str, Variant]:
    """Return every variant by its name: those of the table, and those that are too long to be written out."""
    return {**yaml.safe_load((HERE / TABLE).read_text("utf-8")), **_long()}


def said_of(variant: Variant) -> tuple[Problem, ...]:
    """Return what is said of a variant that lies in the valid set."""
    files = dict(SET)
    for name, text in ({"steps": variant} if isinstance(variant, str) else variant).items():
        file = "probe.yaml" if name == "steps" else name
        if text is None:
            del files[file]
        else:
            files[file] = (HEAD + _indented(text) if name == "steps" else text).encode()
    return load(files, "flows").problems


def written(cases: Iterable[tuple[str, Iterable[Problem]]]) -> str:
    """Return all blocks by their codes. What a variant says is not said again by another kind of case."""
    blocks: dict[tuple[str, str], str] = {}
    for name, problems in cases:
        for problem in problems:
            if problem.code[1] in FORM:
                said = _block(problem)
                table = name.startswith(TABLE)
                place = f", {problem.file.removeprefix('flows/')}:{problem.line}:{problem.column}" if table else ""
                key = (problem.code + said, name + place if table else "")
                blocks.setdefault(key, f"{problem.code} {name}{place}\n{said}")
    firsts = {said for said, table in blocks if table}
    kept = [block for (said, table), block in blocks.items() if table or said not in firsts]
    return "\n".join(sorted(kept, key=lambda block: block[:4]))  # sorting is stable: the order of the cases stays


def cases(folder: Path) -> Iterator[tuple[str, Sequence[Problem]]]:
    """Yield every case with what is said of it. What needs a disk lies in ``folder``, an empty one."""
    for name, variant in variants().items():
        yield f"{TABLE}: {name}", said_of(variant)
    for code, page in PAGES.items():
        if code[1] in FORM:
            lay(folder / code, page, "So nicht")
            yield f"docs/problems/{code}.md", _on_disk(folder / code / "flows")
    for name, raw in FILES.items():
        yield f"broken/{name}.yaml", load({**SET, "beispiel.yaml": raw}, "flows").problems
    for number, seed in enumerate(SEEDS):
        home, _, file = seed.where.partition(" ")
        if home == "small":
            flows = Path(shutil.copytree(SETS[home], folder / str(number) / "flows"))
            seed.sow(flows / file)
            yield f"test_seeded.py: {seed.code} {file}", _on_disk(flows)


def _on_disk(flows: Path) -> tuple[Problem, ...]:
    found = gather(locate(flows))
    return load(found.files, "flows", found.refused).problems


def _block(problem: Problem) -> str:
    """Return a problem as a block; of its line only what the caret marks."""
    marked = problem.written[problem.column - 1 :][: problem.length]
    shown = f"  | {visible(marked[:60])}{'…' if len(marked) > 60 else ''}".rstrip() + "\n" if problem.line else ""
    note = f"  ^ {problem.note}\n" if problem.note else ""
    return f"{visible(problem.message)}\n{shown}{note}  = Hilfe: {visible(problem.help)}\n"


def _indented(steps: str) -> str:
    return "".join(f"  {line}\n" for line in steps.splitlines())


def _long() -> Mapping[str, Variant]:
    """Return the variants on both sides of a bound that nobody wants to read."""
    many = [str(number) for number in range(400)]
    return {
        "zu-viele-schritte": "\n".join(f"s{each}: {{say: Ja.}}" for each in many[:301]),
        "gut-viele-schritte": "\n".join(f"s{each}: {{say: Ja.}}" for each in many[:300]),
        "zu-viele-tasten": "a: {choose: Was, options: [" + ", ".join(f"{{label: T{n}}}" for n in many[:51]) + "]}",
        "gut-viele-tasten": "a: {choose: Was, options: [" + ", ".join(f"{{label: T{n}}}" for n in many[:50]) + "]}",
        "zu-viele-fragen": "a: {form: Bitte., fields: ["
        + ", ".join(f"{{ask: F{n}, save: f{n}}}" for n in many[:21])
        + "]}",
        "gut-viele-fragen": "a: {form: Bitte., fields: ["
        + ", ".join(f"{{ask: F{n}, save: f{n}}}" for n in many[:20])
        + "]}",
        "zu-langer-text": f"a:\n  say: {'Ja ' * 1366}",
        "zu-lange-taste": f"a: {{choose: Was, options: [{{label: {'Ja ' * 1366}, name: ja}}]}}",
        "gut-langer-text": f"a:\n  say: {'J' * 4096}",
        "zu-viele-aufrufe": _chain(10),
        "gut-viele-aufrufe": _chain(8),
        "zeile-mit-zu-langem-text": _compared("J" * 1001),
        "gut-zeile-mit-langem-text": _compared("J" * 1000),
        "langer-name": f"{'n' * 49}: {{say: Ja.}}",
        "gut-langer-name": f"{'n' * 48}: {{say: Ja.}}",
        "lange-antwort": f"a: {{ask: Wie, save: {'n' * 41}}}",
        "gut-lange-antwort": f"a: {{ask: Wie, save: {'n' * 40}}}",
        "lange-adresse": f"a: {{say: Ja., link: {{label: Seite, url: 'http://{'x' * 90}'}}}}",
        "langer-dateiname": f"a: {{say: Ja., picture: '{'x' * 90}', alt: Bild}}",
    }


def _compared(text: str) -> str:
    """Return steps that compare an answer with a text."""
    return f"""\
a: {{ask: Wie, save: name}}
b: {{decide: [{{when: {{name: {{is: {text}}}}}, goto: c}}, {{else: c}}]}}
c: {{say: Danke.}}
"""


def _chain(length: int) -> Mapping[str, str]:
    """Return flows that call each other in a row; the first one is the probe."""
    head = HEAD.replace("examples: [Probe]\n", "")
    calls = {f"k{n}.yaml": f"{head.replace('probe', f'k{n}')}  a: {{call: k{n + 1}}}\n" for n in range(1, length - 1)}
    last = {f"k{length - 1}.yaml": f"{head.replace('probe', f'k{length - 1}')}  a: {{say: Ja.}}\n"}
    return {"steps": "a: {call: k1}", **calls, **last}


def main() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory() as folder:
        MESSAGES.write_text(written(cases(Path(folder))), "utf-8")


if __name__ == "__main__":
    main()
