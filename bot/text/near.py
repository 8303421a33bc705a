"""Near labels: which buttons a parent may have meant by words that are no button's label.

Words are compared folded. A word is akin to another one with an ending more or less, or with a slip of the fingers in
it; short ones only where they are the same. A label is near where enough of what it says stands in the text, or where
the whole is a slip or two away. Rather no proposal than a false one: what fits more labels than can be proposed fits
none, and a long text is a question, not a label.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.text.small_words import SMALL_WORDS

MOST = 3
"""So many labels are proposed at most."""

LONGEST = 120
"""A longer text is a question, not a label."""

ENOUGH = 0.3
"""This share of what a label says must stand in the text, in letters."""

APART = 0.25
"""A label whose share is so much below the best one's is not meant."""

ENDING = 3
"""Endings are so long at most; see ``LONG_ENDINGS``."""

LONG_ENDINGS = frozenset({"tr", "ku", "ckb", "az", "kk", "fi", "hu"})
"""Languages that hang one ending to another: there they are up to twice as long."""

_SHORT = 4
"""A word of fewer letters is akin only to itself."""

FEW = 3
"""So many words, which all stand in a label, mean it; and a label of small words is looked for in so many at most."""

SMALL = 2
"""A label of so few words is meant by its first one."""

_LONG_DRAWN = re.compile(r"(\D)\1+")
"""As in "jaaa"."""

_ARABIC = re.compile("[\u0600-\u06ff]")
_ARABIC_LEAD = re.compile("(?:[وفبك]?ال|لل|[وفبلك](?=.{4}))(?=..)")
"""What is written together with a word in Arabic: the article, "and", "with", "for", "like"."""


def near(typed: str, labels: Mapping[str, Iterable[tuple[str, str]]]) -> tuple[str, ...]:
    """Return the names whose labels come near the typed words, the nearest first, at most three.

    ``labels`` are each name's labels, as pairs (folded label, language); ``typed`` is folded, too.
    """
    if not typed or len(typed) > LONGEST:
        return ()
    said = _words(typed)
    rated = {
        name: max((_rate(typed, said, label, language) for label, language in each if label), default=0.0)
        for name, each in labels.items()
    }
    best = max(rated.values(), default=0.0)
    found = sorted((name for name in rated if rated[name] and rated[name] > best - APART), key=lambda n: -rated[n])
    return tuple(found) if len(found) <= MOST else _clearest(found, rated)


def _clearest(found: list[str], rated: Mapping[str, float]) -> tuple[str, ...]:
    """Return the first three, if the fourth is behind them."""
    return tuple(found[:MOST]) if rated[found[MOST]] < rated[found[MOST - 1]] else ()


def _rate(typed: str, said: tuple[str, ...], label: str, language: str) -> float:
    """Return how near a label is, from 0 (not) to 1."""
    whole, meant = typed.replace(" ", ""), label.replace(" ", "")
    if _is_slip(whole, meant) or _LONG_DRAWN.sub(r"\1", whole) == _LONG_DRAWN.sub(r"\1", meant):
        return 1.0
    ending = 2 * ENDING if language in LONG_ENDINGS else ENDING
    named, telling = _parts(label)
    if not telling:
        return _rate_small(said, named)
    share = _share(telling, said, ending)
    within = len(said) <= FEW and all(any(_akin(word, other, ending) for word in named) for other in said)
    return share if share >= ENOUGH else ENOUGH if within else 0.0


def _rate_small(said: tuple[str, ...], named: tuple[str, ...]) -> float:
    """Rate a label of small words only, such as "Ja, bitte": few words must begin as it does, or say most of it."""
    share = _share(named, said, 0)
    begins = said[0] == named[0] and (len(said) == 1 or len(named) <= SMALL)
    return max(share, ENOUGH) if len(said) <= FEW and (begins or share > 0.5) else 0.0


def _share(named: tuple[str, ...], said: tuple[str, ...], ending: int) -> float:
    hit = sum(len(word) for word in named if any(_akin(word, other, ending) for other in said))
    return hit / sum(map(len, named))


@lru_cache(4096)  # of labels only: what parents write is kept nowhere
def _parts(label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a label's words, and those of them that say something."""
    words = _words(label)
    longer = (word for word in words if len(word) >= _least(word) or not word.isalpha())
    return words, tuple(word for word in longer if word not in SMALL_WORDS)


def _words(folded: str) -> tuple[str, ...]:
    return tuple(map(_bare, folded.split()))


def _bare(word: str) -> str:
    """Return a word without what Arabic writes together with it."""
    return word if word in SMALL_WORDS or not _ARABIC.match(word) else _ARABIC_LEAD.sub("", word, count=1)


def _least(word: str) -> int:
    """Return how many letters a word must have to say something: Arabic ones are written without their short vowels."""
    return _SHORT - 1 if _ARABIC.match(word) else _SHORT


def _akin(one: str, other: str, ending: int) -> bool:
    """Say whether two words are forms of one, or one is a slip of the other."""
    if one == other or one[0] != other[0]:
        return one == other
    short, long = sorted((one, other), key=len)
    if len(short) < _least(short) or not (one.isalpha() and other.isalpha()) or {one, other} & SMALL_WORDS:
        return False
    if len(short) > _SHORT and _is_slip(one, other):
        return True
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return same >= max(_least(short), len(short) - 1) and len(long) - same <= ending


def _is_slip(one: str, other: str) -> bool:
    """Say whether two texts differ by a letter or two, or by neighbours that have changed places.

    Short ones begin alike ("mein" is no "nein"), and figures never slip.
    """
    length = min(len(one), len(other))
    allowed = 0 if length < _SHORT else 1 if length < 2 * _SHORT else 2
    if abs(len(one) - len(other)) > allowed or (allowed < 2 and one[:1] != other[:1]):
        return False
    return re.findall(r"\d+", one) == re.findall(r"\d+", other) and _distance(one, other, allowed) <= allowed


def _distance(one: str, other: str, enough: int) -> int:
    """Return the number of slips between two texts, or more than ``enough`` where there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > enough:
            return enough + 1
    return row[-1]
