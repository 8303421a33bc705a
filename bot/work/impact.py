"""What publishing would mean for the parents who are in mid-flow, counted before it happens.

All talks are read in pages, so that no number of parents fills the memory; the core itself says where each would go
(``flow.fate``). Nothing is written.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.check.changes import asks_otherwise
from bot.check.edition import Edition, missing
from bot.flow.fate import BEGINS, FREE, MENU, RENAMED, STAYS, Fate, fate
from bot.flow.session import Session
from bot.model import ContactId, Language
from bot.ports import Store

PAGE = 500
"""So many talks are in memory at once."""

RECENT = timedelta(hours=24)
"""Who wrote within so long is likely to write on."""

SHOWN = 3
"""So many missing texts are named."""

CHANGED = "changed"
"""A fate besides the core's: the talk stays at its step, which asks otherwise now."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parents who wait at one step and have one fate: its ``kind`` is the core's, or ``changed``.

    ``recent`` of them wrote lately.
    """

    kind: str
    flow: str
    step: str
    to: str
    lacks: tuple[str, ...]
    number: int
    recent: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What would become of all who are in mid-flow.

    ``waiting`` are they all, ``recent`` those of them who wrote lately. ``groups`` are those for whom something changes.
    ``returns`` counts, by flow and step, talks that are called from there and could not return. ``languages`` counts
    those whose language is offered no more, ``german`` those whose running flow would go on in German, by language and
    flow. ``unreadable`` talks could not be opened.
    """

    waiting: int
    recent: int
    groups: tuple[Group, ...]
    returns: tuple[tuple[str, str, int], ...]
    languages: tuple[tuple[Language, int], ...]
    german: tuple[tuple[Language, str, int], ...]
    unreadable: int

    @property
    def displaced(self) -> int:
        """How many would lose their place: this part begins again, or the menu."""
        return sum(group.number for group in self.groups if group.kind in {BEGINS, MENU})


async def weigh(store: Store, before: Edition | None, after: Edition, now: datetime) -> Impact:
    """Count what publishing ``after`` would mean. Without ``before`` nobody knows which steps would ask otherwise."""
    count = _Count(before, after, now)
    after_contact, unreadable = ContactId(0), 0
    while True:
        page = await store.talks(after_contact, PAGE)
        unreadable += page.unreadable
        for session in page.sessions:
            count.add(session)
        if not page.last:
            return count.impact(unreadable)
        after_contact = page.last


def losses(before: Edition, after: Edition) -> Iterable[str]:
    """Yield in words which languages are no longer offered, and which flows a language no longer has."""
    for language in before.revision.languages:
        if language not in after.revision.languages:
            yield f"{language} wird nicht mehr angeboten, bis übersetzt ist: {_named(missing(after, language))}"
    for flow, whole in before.revision.whole.items():
        if flow not in after.revision.flows:
            continue
        for language in sorted(whole & frozenset(after.revision.languages)):
            if language not in after.revision.whole[flow]:
                texts = _named(missing(after, language, flow))
                yield f"»{flow}« erscheint auf {language} vorerst auf Deutsch, bis übersetzt ist: {texts}"


class _Count:
    """Counts talk by talk."""

    def __init__(self, before: Edition | None, after: Edition, now: datetime) -> None:
        self._before = before
        self._after = after
        self._now = now
        self._all: Counter[bool] = Counter()
        self._groups: Counter[tuple[Fate, bool]] = Counter()
        self._returns: Counter[tuple[str, str]] = Counter()
        self._languages: Counter[Language] = Counter()
        self._german: Counter[tuple[Language, str]] = Counter()

    def add(self, session: Session) -> None:
        """Count one talk."""
        told = fate(self._after.revision, session, self._now)
        if session.language is not None and session.language not in self._after.revision.languages:
            self._languages[session.language] += 1
        for place in told.lost:
            self._returns[place] += 1
        if told.kind == FREE:
            return
        recent = session.heard_at is not None and self._now - session.heard_at <= RECENT
        self._all[recent] += 1
        self._groups[self._plain(told), recent] += 1
        if self._loses(session, told):
            self._german[session.language or Language(""), told.flow] += 1

    def impact(self, unreadable: int) -> Impact:
        """Return what was counted; steps in the order of their flows' names, the most parents first."""
        fates = dict.fromkeys(told for told, _ in self._groups)
        groups = [self._group(told) for told in fates]
        told = [group for group in groups if group.kind != STAYS]
        return Impact(
            waiting=self._all.total(),
            recent=self._all[True],
            groups=tuple(sorted(told, key=lambda group: (group.flow, -group.number, group.step))),
            returns=tuple(sorted((flow, step, number) for (flow, step), number in self._returns.items())),
            languages=tuple(sorted(self._languages.items())),
            german=tuple(sorted((code, flow, number) for (code, flow), number in self._german.items())),
            unreadable=unreadable,
        )

    def _group(self, told: Fate) -> Group:
        recent = self._groups[told, True]
        kind = CHANGED if told.kind in {STAYS, RENAMED} and self._asks_otherwise(told) else told.kind
        return Group(kind, told.flow, told.step, told.to, told.lacks, recent + self._groups[told, False], recent)

    @staticmethod
    def _plain(told: Fate) -> Fate:
        """Return a fate without what is counted for itself."""
        return Fate(told.kind, told.flow, told.step, told.to, told.lacks)

    def _asks_otherwise(self, told: Fate) -> bool:
        if self._before is None:
            return False
        return asks_otherwise(self._before.loaded, self._after.loaded, told.flow, (told.step, told.to))

    def _loses(self, session: Session, told: Fate) -> bool:
        """Say whether a talk would go on in German from here, and does not yet."""
        whole = self._after.revision.whole.get(told.flow)
        if whole is None or session.language in whole or session.language not in self._after.revision.languages:
            return False
        return session.frames[-1].language is None


def _named(keys: tuple[str, ...]) -> str:
    more = f" und {len(keys) - SHOWN} weitere" if len(keys) > SHOWN else ""
    return f"{', '.join(keys[:SHOWN])}{more}"
