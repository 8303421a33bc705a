"""A translation beside its German: what was lost on the way, what came in, and what would be shown wrongly.

One text at a time, and words only: which file a text stands in, and which texts belong together, others know
(``check/words.py``). ``faults`` reads the German once for all languages.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.text.alphabets import WITHOUT_STOP, end_of, latin
from bot.text.currency import names_euro
from bot.text.shown import BOLD, STEERING, Fault, alphabet, stars, steering

ERROR = "E401"
"""The only fault that stops publishing: an answer would be missing in a sentence, or a hole be shown."""


LONGEST = 10_000
"""Characters of a translation that is looked at."""


@dataclass(frozen=True, slots=True)
class Original:
    """A German text, and what must come again in each translation of it.

    ``forms`` maps each form of a glossary word to its entry. ``sought`` is true for texts that only a finder reads.
    """

    german: str
    forms: Mapping[str, str]
    sought: bool = False
    terms: Mapping[str, str] = field(init=False)
    links: frozenset[str] = field(init=False)
    numbers: tuple[str, ...] = field(init=False)
    bare: str = field(init=False)
    marked: bool = field(init=False)
    euro: bool = field(init=False)
    founded: bool = field(init=False)
    paragraphs: int = field(init=False)
    end: str = field(init=False)

    def __post_init__(self) -> None:
        bare = without_marks(self.german)
        set_ = object.__setattr__
        set_(self, "terms", {self.forms.get(term, term): term for term in _terms(self.german)})
        set_(self, "links", links(bare))
        set_(self, "bare", without_links(bare))
        set_(self, "numbers", tuple(dict.fromkeys(_NUMBER.findall(self.bare))))
        set_(self, "marked", any(sign in self.german for sign in "{[*"))
        set_(self, "euro", bool(_EURO.search(self.bare)))
        set_(self, "founded", bool(self.numbers) or self.euro or "§" in self.bare)
        set_(self, "paragraphs", _paragraphs(self.german))
        set_(self, "end", end_of(self.german, SOURCE_LANGUAGE))


def answers(text: str) -> frozenset[str]:
    """Return the answers that a text shows."""
    return frozenset(_ANSWER.findall(text)) if "{" in text else frozenset()


def faults(original: Original, words: str, language: Language) -> Iterator[Fault]:
    """Yield what is wrong with a translation; of one that only a finder reads not what concerns its look.

    Of one that is longer than any message (that is told elsewhere) only lost answers are told.
    """
    if len(words) > LONGEST:
        yield from lost_answers(original.german, words)
        return
    characters = frozenset(words)
    if original.marked or not characters.isdisjoint(_TELLING):
        yield from _marks(original, words, characters)
    bare = without_marks(words)
    if original.links or "@" in characters or _DOT.search(bare):
        yield from _links_kept(original, links(bare))
        bare = without_links(bare)
    yield from alphabet(bare, characters)
    if original.founded:
        yield from _numbers_kept(original, bare, language)
    if not original.sought:
        yield from _shape(original, words, language)


def _marks(original: Original, words: str, characters: frozenset[str]) -> Iterator[Fault]:
    """Yield what is wrong with answers, glossary words and all signs that come in pairs."""
    changed = [*lost_answers(original.german, words), *_terms_kept(original, words)]
    yield from changed
    yield from steering(words, characters)
    yield from stars(words)
    if not changed:
        yield from _brackets(words)
    yield from _pairs(original, words, characters)


def own_faults(german: str) -> Iterator[Fault]:
    """Yield what is wrong with a German text by itself."""
    yield from alphabet(without_marks(german), frozenset(german))
    yield from stars(german)


def lost_answers(german: str, words: str) -> Iterator[Fault]:
    """Yield answers that a translation does not show, and places for answers that there are not."""
    if "{" not in german and "{" not in words:
        return
    for lost, new in _exchanged(answers(german), answers(words)):
        if not new:
            help_ = f"Schreiben Sie {{{lost}}} genau so dorthin, wo die Antwort stehen soll."
            yield Fault(ERROR, f"In der Übersetzung fehlt {{{lost}}}: Die Antwort würde nicht gezeigt.", help_)
            continue
        help_ = f"Schreiben Sie {{{lost}}}." if lost else "Nehmen Sie den Platzhalter heraus."
        message = f"{{{new}}} gibt es im deutschen Text nicht: Dort bliebe eine Lücke."
        yield Fault(ERROR, message, help_, "nicht im Deutschen", f"{{{new}}}")


def _exchanged(wanted: Collection[str], found: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of what was lost and what is new instead; either may be empty."""
    if wanted == found:
        return iter(())
    lost, new = (sorted(set(each) - set(other)) for each, other in ((wanted, found), (found, wanted)))
    return zip_longest(lost, new, fillvalue="")


def without_marks(text: str) -> str:
    """Return a text with a blank in place of each answer and each glossary word."""
    return _MARK.sub(" ", text) if "{" in text or "[[" in text else text


def links(text: str) -> frozenset[str]:
    """Return the addresses in a text: of pages and of mail."""
    if "@" not in text and not _DOT.search(text):
        return frozenset()
    return frozenset(found.rstrip(".,;:!?*'’") for found in _LINK.findall(text))


def without_links(text: str) -> str:
    """Return a text with a blank in place of each address."""
    return _LINK.sub(" ", text)


_ANSWER = re.compile(r"\{(\w+)\}")
_TERM = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")
_MARK = re.compile(r"\{\w+\}|\[\[[^\[\]]+\]\]")
_DOT = re.compile(r"\.[a-z]")
_LINK = re.compile(
    r"https?://[\w./?#=&%+~:@-]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,8}(?:de|nrw|org|net|com|info|eu|app|me|berlin|koeln|ruhr)\b(?:/[\w./?#=&%+~:-]*)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[0-9]+(?:[.,:/ \u00a0][0-9]+)*")
_DIGITS = re.compile(r"[0-9]+")
_EURO = re.compile(r"€|\bEuro\b")


# ------------------------------------------------------------------------------------ what the German says as well


def _terms(text: str) -> list[str]:
    return _TERM.findall(text) if "[[" in text else []


def _terms_kept(original: Original, words: str) -> Iterator[Fault]:
    if not original.terms and "[[" not in words:
        return
    found = {original.forms.get(term, term): term for term in _terms(words)}
    for lost, new in _exchanged(original.terms.keys(), found.keys()):
        if not new:
            term = original.terms[lost]
            help_ = f"Schreiben Sie [[{term}]] in die Übersetzung: Das deutsche Wort bleibt stehen."
            yield Fault("W401", f"In der Übersetzung fehlt das markierte Wort [[{term}]].", help_)
            continue
        help_ = f"Schreiben Sie [[{original.terms[lost]}]]." if lost else "Nehmen Sie die Klammern heraus."
        message = f"[[{found[new]}]] ist im deutschen Text nicht markiert."
        yield Fault("W401", message, help_, "nicht im Deutschen", f"[[{found[new]}")


def _links_kept(original: Original, found: Collection[str]) -> Iterator[Fault]:
    for lost, new in _exchanged(original.links, found):
        if not new:
            help_ = "Schreiben Sie die Adresse genau wie im Deutschen."
            yield Fault("W402", f"In der Übersetzung fehlt »{lost}«.", help_)
            continue
        help_ = f"Schreiben Sie {lost}." if lost else "Nehmen Sie die Adresse heraus."
        message = f"Die Adresse »{new}« gibt es im deutschen Text nicht."
        yield Fault("W402", message, help_, "nicht im Deutschen", new)


def _numbers_kept(original: Original, bare: str, language: Language) -> Iterator[Fault]:
    if original.numbers:
        bare = latin(bare)
        runs = _DIGITS.findall(bare)
        known = {*runs, *(_only_digits(token) for token in _NUMBER.findall(bare))}
        for number in original.numbers:
            digits = _only_digits(number)
            if digits not in known and (digits == number or digits not in "".join(runs)):
                help_ = f"Schreiben Sie {number} genau wie im Deutschen: So steht es auf dem Papier."
                yield Fault("W403", f"In der Übersetzung fehlt die Zahl {number}, oder sie lautet anders.", help_)
    if "§" in original.bare and "§" not in bare:
        yield Fault(
            "W403", "In der Übersetzung fehlt das Zeichen §.", "Lassen Sie § stehen: So steht es auf dem Papier."
        )
    if original.euro and not names_euro(bare, language):
        yield Fault("W403", "In der Übersetzung fehlt, dass es Euro sind.", "Schreiben Sie Euro oder € dazu.")


def _only_digits(token: str) -> str:
    return "".join(_DIGITS.findall(token))


# ------------------------------------------------------------------------------------------- how it looks beside it


def _brackets(words: str) -> Iterator[Fault]:
    rest = without_marks(words)
    for mark in ("{", "}", "[[", "]]"):
        if mark in rest:
            help_ = "Schreiben Sie die Klammer wie im deutschen Text, oder nehmen Sie sie heraus."
            yield Fault("W407", f"Die Klammer »{mark}« hat kein Gegenstück.", help_, "einzeln", mark)
            return


def _pairs(original: Original, words: str, characters: frozenset[str]) -> Iterator[Fault]:
    """Yield marks that come in pairs, and do in the German, but not here."""
    german = original.german
    if "*" in german and "*" not in characters and BOLD.search(german):
        help_ = "Setzen Sie die Wörter, die im Deutschen fett sind, auch hier zwischen zwei *."
        yield Fault("W407", "Im deutschen Text ist etwas *fett*, in der Übersetzung nichts.", help_)
    for opening, closing in () if characters.isdisjoint(_PAIRED) else _PAIRS:
        odd = words.count(opening) - words.count(closing)
        if odd and german.count(opening) == german.count(closing):
            mark = opening if odd > 0 else closing
            yield Fault("W407", f"Das Zeichen »{mark}« hat kein Gegenstück.", _PAIR_HELP, "einzeln", mark)
    if not characters.isdisjoint("„“”") and _quotes(words) % 2 and not _quotes(german) % 2:
        yield Fault("W407", "Ein Anführungszeichen hat kein Gegenstück.", _PAIR_HELP)


_PAIRS = (("(", ")"), ("«", "»"), ("‹", "›"))
_PAIRED = frozenset("()«»‹›")
_TELLING = STEERING | _PAIRED | frozenset("{}[]*„“”")
"""Where none of these is in a translation nor in its German, no mark can be wrong."""
_PAIR_HELP = "Ergänzen Sie das fehlende Zeichen, oder nehmen Sie das einzelne heraus."


def _quotes(text: str) -> int:
    return text.count("„") + text.count("“") + text.count("”")


def _shape(original: Original, words: str, language: Language) -> Iterator[Fault]:
    german = original.german
    if words == german and len(german) >= _LONG and len(_LETTERS.findall(german)) >= _WORDS:
        help_ = "Übersetzen Sie den Text, oder lassen Sie die Übersetzung leer."
        yield Fault("W412", "Die Übersetzung ist noch der deutsche Text.", help_)
        return
    if words != words.strip() or any(blanks in words for blanks in _BLANKS):
        help_ = "Schreiben Sie zwischen Wörtern ein Leerzeichen, am Anfang und am Ende keines."
        yield Fault("W411", "In der Übersetzung sind Leerzeichen zu viel.", help_)
    end = end_of(words, language)
    open_end = language in WITHOUT_STOP and {end, original.end} == {"stop", "none"}
    if end != original.end and not open_end:
        message = f"Der deutsche Text endet {_ENDS[original.end]}, die Übersetzung {_ENDS[end]}."
        yield Fault("W410", message, "Beenden Sie den Text so wie im Deutschen, mit dem Zeichen Ihrer Sprache.")
    if original.paragraphs != _paragraphs(words):
        yield Fault("W413", "Die Übersetzung hat andere Absätze als der deutsche Text.", _LINES_HELP)
    elif german.count("\n") > 1 and "\n" not in words:
        yield Fault("W413", "Der deutsche Text hat mehrere Zeilen, die Übersetzung nur eine.", _LINES_HELP)


_LONG, _WORDS = 20, 4
"""A text of so many characters and words is no name."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_BLANKS = ("  ", " \n", "\n ", "\u00a0 ", " \u00a0", "\u00a0\u00a0", "\t")
_LINES_HELP = "Beginnen Sie neue Zeilen und Absätze dort, wo sie im Deutschen beginnen."
_ENDS = {
    "question": "mit einem Fragezeichen",
    "stop": "mit einem Punkt oder Ausrufezeichen",
    "colon": "mit einem Doppelpunkt",
    "none": "ohne Satzzeichen",
}


def _paragraphs(text: str) -> int:
    return len(re.split(r"\n\s*\n", text.strip())) if "\n\n" in text or "\n " in text else 1
