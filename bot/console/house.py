"""What the desk's pages are built from: handed in by the composition root, the same for every request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config.values import Keep, Organisation
from bot.flow.session import Passage
from bot.model import Language, Topic
from bot.ports import Clock, Store, Tokens, Wake
from bot.web.limits import Rate
from bot.web.pages import Pages
from bot.web.stream import Streams
from bot.work.answer import Office
from bot.work.standing import Questions

FILES: Mapping[str, Path] = {"desk": Path(__file__).parent / "static"}
"""The folder of the pages' files, for ``bot.web.pages.Files``."""
TEMPLATES: Sequence[Path] = (Path(__file__).parent / "pages",)
"""The folder of the pages, for ``bot.web.pages.Pages``."""
RATES: Mapping[str, Rate] = {"/invitation/": Rate(30, 60.0)}
"""How often one network address may try a link: enough for a whole team in one office, nothing for a guesser."""


NAMELESS = Organisation("")
"""Whoever has not said yet who they are; the public pages say that this is missing."""
AS_SHIPPED = Keep()
"""How long things are kept where nothing is set."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What differs from house to house. ``interfaces`` are the languages of the pages themselves, German first.

    ``base_url`` is the public address or empty: then links are made from the request's own. ``keep`` is how long things
    are kept.
    """

    interfaces: tuple[Language, ...] = (Language("de"),)
    base_url: str = ""
    organisation: Organisation = NAMELESS
    keep: Keep = AS_SHIPPED


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the pages need.

    ``words`` gives a text of the interface (keys of ``console/words.py``) in a language; ``say`` the question and the
    answer of one station of a parent's way, in German; ``languages`` those in which parents may ask. ``questions`` are the
    open ones, for everybody who looks.
    """

    store: Store
    questions: Questions
    wake: Wake
    clock: Clock
    tokens: Tokens
    topics: Callable[[], Mapping[str, Topic]]
    languages: Callable[[], Sequence[Language]]
    words: Callable[[Language, str], str]
    say: Callable[[Passage], tuple[str, str]]
    pages: Pages
    streams: Streams
    settings: DeskSettings = DeskSettings()

    @property
    def office(self) -> Office:
        """What the adviser's verbs need of all this."""
        return Office(self.store, self.wake, self.clock, self.tokens, self.topics)
