"""``say``: a message, with a picture, a document, something to listen to, or a page to open."""

import re
from collections.abc import Iterator, Mapping

from bot.flow.build.parts import Here
from bot.flow.graph import Link, Say
from bot.flow.message import Media, Text
from bot.model import LANGUAGE_CODE, Language
from bot.source.form import Form
from bot.source.nodes import Scalar

MEDIA: Mapping[str, tuple[str, ...]] = {
    "picture": (".jpg", ".jpeg", ".png", ".webp"),
    "document": (".pdf",),
    "audio": (".mp3", ".ogg", ".m4a"),
}
"""What may go with a message, and how such files end."""
LINK = ("label", "url")
_NAME = re.compile(r"(?:[\w-][\w .()-]*/)*[\w-][\w .()-]*", re.ASCII)
_URL = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?::[0-9]{1,5})?(?:[/?#][\x21-\x7e]*)?", re.ASCII)


def say(here: Here) -> Say:
    """Read a message."""
    wording = here.wording("say")
    named = [(kind, scalar) for kind in MEDIA if (scalar := _file(here, kind)) is not None]
    alt = _alt(here, [kind for kind in MEDIA if kind in here.form])
    media = tuple(_media(here, kind, scalar.text, alt) for kind, scalar in named) if alt is not None else ()
    return Say(here.name, wording, here.below, media, _link(here))


def _file(here: Here, kind: str) -> Scalar | None:
    """Return the name of a file beside the flow, or None where it is none, or cannot be one."""
    scalar = here.form.text(kind)
    if scalar is None:
        return None
    endings, help_ = MEDIA[kind], ""
    if not _NAME.fullmatch(scalar.text) or ".." in scalar.text:
        help_ = "Nennen Sie eine Datei, die neben dem Ablauf liegt, ohne »..«, »\\« und Umlaute, zum Beispiel bild.jpg."
    elif not scalar.text.endswith(endings):
        help_ = f"Möglich sind Dateien, die so enden: {', '.join(endings)}."
    if help_:
        message = f"»{scalar.text[:80]}« geht nicht hinter »{kind}«."
        here.draft.problems.append(scalar.place.problem("E114", message, help_, "hier nicht möglich"))
        return None
    here.draft.mention("file", Scalar(here.draft.beside.path(scalar.text), scalar.place), here.name, kind)
    return scalar


def _alt(here: Here, kinds: list[str]) -> Text | None:
    """Return what a file shows or says in words: it must be there where there is a file, and only there."""
    if kinds:
        here.form.need("alt")
    elif "alt" in here.form:
        message = "»alt« beschreibt eine Datei, aber hier gibt es keine."
        help_ = "Ergänzen Sie picture, document oder audio, oder nehmen Sie »alt« heraus."
        here.draft.slightly(here.form.key("alt").problem("E118", message, help_))
    return here.maybe_plain("alt")


def _media(here: Here, kind: str, name: str, alt: Text) -> Media:
    path = here.draft.beside.path(name)
    return Media(kind, path, alt, tuple(translated(path, here.draft.beside.paths)))


def translated(path: str, paths: frozenset[str]) -> Iterator[tuple[Language, str]]:
    """Yield the languages that have a file of their own: ``x.tr.jpg`` beside ``x.jpg``."""
    stem, _, ending = path.rpartition(".")
    for other in sorted(paths):
        if other.startswith(f"{stem}.") and other.endswith(f".{ending}"):
            language = other[len(stem) + 1 : -len(ending) - 1]
            if LANGUAGE_CODE.fullmatch(language):
                yield Language(language), other


def _link(here: Here) -> Link | None:
    lines = here.form.mapping("link")
    if lines is None:
        return None
    form = Form(lines, "Link", here.draft.problems)
    form.only(LINK)
    label, url = form.needed("label"), form.needed("url")
    if url is not None and not _URL.fullmatch(url.text):
        message = f"»{url.text[:80]}« ist keine Adresse, die mit https:// beginnt."
        help_ = "Schreiben Sie die ganze Adresse, zum Beispiel https://www.schulministerium.nrw/."
        here.draft.problems.append(url.place.problem("E114", message, help_, "keine Adresse"))
    if label is None or url is None:
        return None
    return Link(here.draft.plain(label, here.draft.flow, here.name, "link", "label", note=here.note), url.text)
