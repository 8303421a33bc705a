"""``elternlotse check --prove``: the proof over all states, told beside the problems that the checker found."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app.files import program
from bot.check.edition import compose, files_of
from bot.check.folder import Catalogs, Folder
from bot.check.proof.prove import prove
from bot.check.proof.report import as_json, in_words
from bot.check.proof.result import Proof
from bot.check.talks import BEGIN
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.source.errors import AuthorError
from bot.source.problem import visible

UNSOUND = "Kein Beweis für {folder}: Bewiesen werden nur Abläufe ohne Fehler. Beheben Sie zuerst die Fehler."


@dataclass(frozen=True, slots=True)
class Tried:
    """The proof of one folder, None where its flows have errors; and how long it took."""

    folder: str
    proof: Proof | None
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether there is a proof and nothing is wrong."""
        return self.proof is not None and self.proof.proven


def try_to_prove(folder: Folder, catalogs: Catalogs, locales: Path) -> Tried:
    """Prove the flows of a folder in all languages of its catalogs. ``locales`` is where the program's own words lie."""
    began = time.perf_counter()
    files = files_of(folder.files, catalogs.files)
    languages = (SOURCE_LANGUAGE, *map(Language, catalogs.files))
    try:
        edition = compose(files, program(locales), languages, str(folder.path))
    except AuthorError:
        return Tried(str(folder.path), None, 0.0)
    proof = prove(edition, BEGIN)
    return Tried(str(folder.path), proof, time.perf_counter() - began)


def told(problems: str, form: str, tried: Sequence[Tried]) -> str:
    """Return what is printed: the problems as the checker tells them in a form, and the proofs in the same form."""
    match form:
        case "json":
            proofs = [_as_json(each) for each in tried]
            return json.dumps({"problems": json.loads(problems), "proofs": proofs}, ensure_ascii=False, indent=2)
        case "github":
            return "\n".join(line for line in (problems, *_annotations(tried)) if line)
        case _:
            return "\n\n".join((problems, *("\n".join(map(_shown, _in_words(each))) for each in tried)))


def _in_words(tried: Tried) -> Iterable[str]:
    if tried.proof is None:
        return [UNSOUND.format(folder=tried.folder)]
    return in_words(tried.proof, tried.seconds)


def _shown(lines: str) -> str:
    return "\n".join(map(visible, lines.split("\n")))


def _as_json(tried: Tried) -> dict[str, object]:
    if tried.proof is None:
        return {"folder": tried.folder, "proven": False, "why": UNSOUND.format(folder=tried.folder)}
    return {"folder": tried.folder, **as_json(tried.proof, tried.seconds)}


def _annotations(tried: Iterable[Tried]) -> Iterable[str]:
    """Return a line for each hole; a workflow command knows no line ends."""
    for each in tried:
        holes = each.proof.holes if each.proof is not None else ()
        yield from (f"::error title=Beweis::{visible(f'{hole.flow}: {hole.message}')}" for hole in holes)
        if each.proof is None:
            yield f"::error title=Beweis::{visible(UNSOUND.format(folder=each.folder))}"
