"""What goes with a message: its files and the pages to open, in one language; or lines that name them in words.

In a language that has a file of its own, that one goes. A file that is not there any more (an old message said again
after another revision) is named in words, on every channel.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.flow.message import Line, Media, Own, Reply, Text, interface
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.media import MediaFile
from bot.text.message import Attachment, Link
from bot.text.order import in_order

NO_FILES: Mapping[str, MediaFile] = MappingProxyType({})


def attached(
    reply: Reply, catalogs: Catalogs, language: Language, files: Mapping[str, MediaFile]
) -> tuple[Attachment, ...]:
    """Return a reply's files, as far as they are there. ``files`` are the revision's, by path."""
    return tuple(
        Attachment(
            kind=media.kind,
            path=path,
            address=files[path].address,
            alt=_words(catalogs, media.alt, language),
            size=len(files[path].body),
            width=files[path].width,
            height=files[path].height,
        )
        for media in reply.media
        if (path := _path(media, language)) in files
    )


def linked(reply: Reply, catalogs: Catalogs, language: Language) -> tuple[Link, ...]:
    """Return the pages that a reply leads to."""
    return tuple(Link(_words(catalogs, label, language), url) for label, url in reply.links)


def in_words(
    reply: Reply, language: Language, media: tuple[Attachment, ...], links: tuple[Link, ...]
) -> Iterator[Line]:
    """Yield a line for everything that goes with a reply and is not among what is shown."""
    shown = {each.path for each in media}
    for each in reply.media:
        if _path(each, language) not in shown:
            yield Line(interface(f"media.{each.kind}"), (("alt", each.alt),))
    if not links:
        for label, url in reply.links:
            yield Line(interface("form.labelled"), (("label", label), ("answer", Own(url))))


def _words(catalogs: Catalogs, text: Text, language: Language) -> str:
    return in_order(catalogs.find(text, language).strip())


def _path(media: Media, language: Language) -> str:
    return dict(media.translated).get(language, media.path)
