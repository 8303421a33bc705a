"""Plain German, measured: sentences, their words, and how hard a text is to read.

The two measures are those of German readability research: the first Wiener Sachtextformel (Bamberger and Vanecek 1984:
the school year that can read it) and LIX (Björnsson 1968). Syllables are counted by their vowels; a hyphenation
dictionary gives the same school year to a tenth or two, but takes longer to load than all flows take to be checked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LONG_WORD = 6
"""A word of more letters is long, for both measures."""
MANY_SYLLABLES = 3
_NEAR = 60
"""So many characters around a full stop say whether it ends a sentence."""
_WRAPPED = 40
"""A line of so many characters that ends without a mark goes on in the next; a shorter one stands alone, as in a list."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a text is: its words, the school year of the Wiener Sachtextformel, and LIX."""

    words: int
    year: float
    lix: float


def measure(texts: Iterable[str]) -> Reading:
    """Return how hard texts are, taken together; without a word they are not hard at all."""
    spoken = [words(sentence) for text in texts for sentence in sentences(text)]
    found = [word for sentence in spoken for word in sentence]
    if not found:
        return Reading(0, 0.0, 0.0)
    syllables = [count_syllables(word) for word in found]
    length = len(found) / len(spoken)
    long = _percent(sum(_letters(word) > LONG_WORD for word in found), len(found))
    many = _percent(sum(count >= MANY_SYLLABLES for count in syllables), len(found))
    single = _percent(sum(count == 1 for count in syllables), len(found))
    year = 0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * single - 0.875
    return Reading(len(found), year, length + long)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text: parted by their marks, by a colon with something new behind it, and by lines.

    Lines part sentences unless the upper one is as long as a wrapped line and does not end in a mark.
    """
    return tuple(
        sentence for block in _blocks(text) for part in _parts(block) if (sentence := part.strip()) and words(sentence)
    )


def words(sentence: str) -> tuple[str, ...]:
    """Return what is parted by blanks and has a letter or a digit: a date, a number, an address is one word."""
    return tuple(part for part in sentence.split() if _WORD.search(part))


@lru_cache(20_000)  # the same words come again and again
def count_syllables(word: str) -> int:
    """Return the number of a German word's syllables, at least one."""
    return max(1, len(_VOWELS.findall(word.lower())))


_WORD = re.compile(r"[^\W_]")
_VOWELS = re.compile(r"aa|ee|oo|ai|ei|ay|ey|au|äu|eu|ie|oi|(?<!q)u|[aeioäöüyáàâéèêíóôúıåø]")
_ITEM = re.compile(r"\s*(?:[-–•*·]\s|\d{1,2}[.)]\s|$)")
_END = re.compile(r"[.!?:;…][*»“”\"')\]\u2069]*\s*$")
_MARK = re.compile(r"(?P<mark>(?<![.!?…])[.!?…]++|:(?=\s*(?:[„“»«\"*(]|[A-ZÄÖÜ])))[*»“”\"')\]\u2069]*(?=\s)")
_COUNTED = re.compile(
    r"\s+(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Klasse|Schuljahr|Halbjahr|"
    r"Lebensjahr|Lebensmonat|Jahrgang|Woche|Stock)"
)
"""What is counted by a rank: "die 5. Klasse"."""
_SHORT = re.compile(
    r"(?:^|[\s(„\"'/])(?:[A-Za-zÄÖÜäöü]|ca|usw|bzw|etc|evtl|ggf|inkl|max|min|mind|Str|Tel|Dr|Prof|Hr|Fr|St|vgl|sog|Std|Jh|"
    r"Jan|Feb|Aug|Sept|Okt|Nov|Dez|geb)$"
)
_NUMBERED = re.compile(r"(?:^|[\s(])(?:Abs|Art|Nr|Ziff|Buchst|Kl|Kap|Bd)$")
"""Short forms only where a number follows: "Art." may also end a sentence."""


def _blocks(text: str) -> Iterator[str]:
    """Yield runs of lines between which a sentence cannot go on."""
    block: list[str] = []
    for line in text.split("\n"):
        if block and (_ITEM.match(line) or _END.search(block[-1]) or _stands_alone(block[-1], line)):
            yield " ".join(block)
            block = []
        block.append(line)
    yield " ".join(block)


def _stands_alone(line: str, below: str) -> bool:
    return len(line) < _WRAPPED and not below.lstrip()[:1].islower()


def _parts(block: str) -> Iterator[str]:
    start = 0
    for found in _MARK.finditer(block):
        before = block[max(start, found.start() - _NEAR) : found.start()]
        if found["mark"] != "." or _ends(before, block[found.end() : found.end() + _NEAR]):
            yield block[start : found.end()]
            start = found.end()
    yield block[start:]


def _ends(before: str, after: str) -> bool:
    """Say whether a full stop ends a sentence: not where the next word is small, nor behind a short form or a rank."""
    following = after.lstrip("\t \u00a0„“»«\"'(*")
    if following[:1].islower() or _SHORT.search(before):
        return False
    if following[:1].isdigit() and _NUMBERED.search(before):
        return False
    ranked = before[-1:].isdigit() and not re.search(r"\d{3}$", before)
    return not (ranked and _COUNTED.match(after))


def _letters(word: str) -> int:
    return sum(character.isalnum() for character in word)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole
