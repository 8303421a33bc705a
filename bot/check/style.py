"""W5, the checker's look at style: plain German, official words that are explained, and days that are kept.

What parents read has short sentences and says where it comes from and how long it holds. The day comes in as an
argument. All of it is advice: nothing here stops publishing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from bot.check.load import Loaded
from bot.check.spot import spot
from bot.flow.build.draft import LONGEST, Mention, SourceText
from bot.flow.graph import Flow
from bot.source.problem import Problem
from bot.source.values import as_day
from bot.text.compare import links
from bot.text.plain import measure, sentences, words
from bot.text.render import plain

SENTENCE = 15
"""Words of one sentence."""
MESSAGE = 300
"""Characters of one message."""
YEAR, LIX = 7.0, 40.0
"""The school year (Wiener Sachtextformel) and the LIX up to which a flow is easy to read."""
MEASURED = 30
"""A flow of fewer words is too short to be measured."""
NEAR = timedelta(days=60)
"""So long before a statement ends its coordinators are told."""

_NOT_PROSE = frozenset({"title", "label", "short", "examples", "keywords", "hours"})
"""Kinds of texts that are no sentences."""
_INSTRUCTIONS = frozenset({"ask", "retry"})
"""Kinds of texts whose numbers show how to answer."""


def problems(loaded: Loaded, today: date) -> Iterator[Problem]:
    """Yield what is hard to read, unexplained, without a source, or too old."""
    forms = _forms(loaded)
    texts = _by_flow(loaded)
    for text in (text for each in texts.values() for text in each.values()):
        if text.kind not in _NOT_PROSE and len(text.german) <= LONGEST:  # what is longer is an error by itself
            yield from _long(text)
    for flow in loaded.flows.values():
        mentions = loaded.mentions[flow.name]
        yield from _reviewed(mentions, today)
        yield from _valid(mentions, today)
        yield from _facts(loaded, mentions, today)
        yield from _hard(mentions, texts[flow.name])
        yield from _unexplained(texts[flow.name], forms)
        yield from _unfounded(flow, mentions, texts[flow.name])


def _by_flow(loaded: Loaded) -> Mapping[str, Mapping[str, SourceText]]:
    """Return the texts of each flow and side file, by key, in the order written."""
    found: dict[str, dict[str, SourceText]] = {}
    for key, text in loaded.texts.items():
        found.setdefault(key.partition("/")[0], {})[key] = text
    return found


# ------------------------------------------------------------------------------------------------------ how it reads


def _long(text: SourceText) -> Iterator[Problem]:
    for sentence in sentences(text.german):
        count = len(words(_shown(sentence)))
        if count > SENTENCE:
            message = f"Dieser Satz hat {count} Wörter, leicht zu lesen sind bis zu {SENTENCE}."
            place = spot(text.scalar, sentence)
            yield place.problem("W502", message, "Machen Sie zwei Sätze daraus: in jedem ein Gedanke.", "langer Satz")
    length = len(_shown(text.german))
    if length > MESSAGE:
        message = f"Diese Nachricht hat {length} Zeichen, leicht zu lesen sind bis zu {MESSAGE}."
        help_ = "Teilen Sie sie auf zwei Schritte auf, oder lassen Sie weg, was nicht nötig ist."
        yield spot(text.scalar, "").problem("W508", message, help_)


def _shown(text: str) -> str:
    """Return a text as a parent reads it, with an answer's name in place of the answer."""
    return plain(_ANSWER.sub(r"\1", text))


_ANSWER = re.compile(r"\{(\w+)\}")


def _hard(mentions: tuple[Mention, ...], texts: Mapping[str, SourceText]) -> Iterator[Problem]:
    """Yield that a flow as a whole is hard to read."""
    found = measure(_shown(text.german) for text in texts.values() if text.kind not in _NOT_PROSE)
    if found.words < MEASURED or (found.year <= YEAR and found.lix <= LIX):
        return
    year, lix = (f"{value:.1f}".replace(".", ",") for value in (found.year, found.lix))
    message = f"Dieser Ablauf ist schwer zu lesen: Schuljahr {year} (bis {YEAR:.0f}), LIX {lix} (bis {LIX:.0f})."
    help_ = "Nehmen Sie kürzere Wörter und kürzere Sätze. Lange Wörter können Sie erklären statt sie zu wiederholen."
    name = next(mention for mention in mentions if mention.kind == "name" and not mention.step)
    yield name.place.problem("W503", message, help_, "schwer zu lesen")


# ------------------------------------------------------------------------------------------------------ official words


@dataclass(frozen=True, slots=True)
class _Forms:
    """The glossary: each form with its entry, and a pattern that finds any of them."""

    entries: Mapping[str, str]
    pattern: re.Pattern[str]


def _forms(loaded: Loaded) -> _Forms:
    entries = {form: entry.term for entry in loaded.glossary.values() for form in (entry.term, *entry.also)}
    longest_first = sorted(entries, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return _Forms(entries, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"))


_SENTENCE_TO_SAY = re.compile(r"„[^„“\s]+(?:\s+[^„“\s]+){2,}“")
_MARKED = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")


def _unexplained(texts: Mapping[str, SourceText], forms: _Forms) -> Iterator[Problem]:
    """Yield the first use of each official word that was not marked in this message or one before it.

    The labels of a question belong to its message. German sentences to say are not looked at: each has its translation.
    """
    marked: set[str] = set()
    for key, text in texts.items():
        if text.kind in {"title", "examples", "keywords"}:
            continue
        marked |= {forms.entries.get(term, term) for term in _MARKED.findall(text.german)}
        for found in forms.pattern.finditer(_SENTENCE_TO_SAY.sub(" ", _MARKED.sub(" ", text.german))):
            entry = forms.entries[found[0]]
            if entry not in marked:
                marked.add(entry)
                yield _explain(text, key, found[0], entry)


def _explain(text: SourceText, key: str, form: str, entry: str) -> Problem:
    mark = f"[[{entry}]]" if form == entry else f"[[{entry}|{form}]]"
    help_ = f"Schreiben Sie {mark}, dann können Eltern fragen, was es heißt."
    if key.endswith(("/label", "/short")):
        help_ = f"Erklären Sie das Wort in der Frage: Schreiben Sie dort {mark}."
    message = f"»{form}« steht im Glossar, ist hier aber noch nicht erklärt."
    return spot(text.scalar, form).problem("W504", message, help_, "nicht erklärt")


# -------------------------------------------------------------------------------------------------- sources and days


_QUOTED = re.compile(r"„[^„“]*“|»[^»«]*«|\"[^\"\n]*\"")
_EXAMPLE = re.compile(r"(?:zum Beispiel|z\.\s?B\.)[^\n]*?(?=[.!?](?:\s|$)|\n|$)")
_MONTH = r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
_LASTING = re.compile(
    rf"(?<![\w.])(?:\d[\d.,]*\s?(?:€|Euro\b|EUR\b|Cent\b)|€\s?\d[\d.,]*|\d{{1,2}}\.\s?{_MONTH}(?:\s+\d{{4}})?"
    rf"|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?|{_MONTH}\s+\d{{4}}|20\d\d)(?![\w])"
)
"""What holds only for a time: amounts, days, years."""
_ITEM = re.compile(rf"^\s*\d{{1,2}}[.)]\s+(?!{_MONTH})", re.MULTILINE)
_PHONE = re.compile(r"\d++(?:[ /]\d++)++(?!\s?(?:€|Euro))")
_FOUNDED = re.compile(r"§+\s*\d*|\d+(?:[.,:/ ]\d+)*")
"""What somebody must have read somewhere: paragraphs and numbers."""


def _unfounded(flow: Flow, mentions: tuple[Mention, ...], texts: Mapping[str, SourceText]) -> Iterator[Problem]:
    """Yield numbers, days and paragraphs without a source, and amounts and days that hold for ever."""
    sourced = {mention.step for mention in mentions if mention.kind == "source"}
    until = {mention.step for mention in mentions if mention.kind == "until"}
    for key, text in texts.items():
        step = key.split("/")[1]
        if step not in flow.steps or text.kind in _NOT_PROSE | _INSTRUCTIONS:
            continue
        said = _statements(text.german)
        if step not in sourced and (found := _FOUNDED.search(said)):
            message = f"Für »{found[0].strip()}« ist keine Quelle genannt."
            help_ = "Ergänzen Sie beim Schritt »source: …«, damit Eltern fragen können: Woher wissen wir das?"
            yield spot(text.scalar, found[0]).problem("W505", message, help_, "ohne Quelle")
        if step not in until and (found := _LASTING.search(_PHONE.sub(" ", said))):
            message = f"»{found[0].strip()}« gilt nicht für immer."
            help_ = "Ergänzen Sie beim Schritt »valid_until: Jahr-Monat-Tag«, dann erinnert die Prüfung rechtzeitig."
            yield spot(text.scalar, found[0]).problem("W507", message, help_, "bis wann?")


def _statements(german: str) -> str:
    """Return a text without what only shows how something may look: sentences to say, examples, addresses, the numbers of a list."""
    said = _ANSWER.sub(" ", _MARKED.sub(" ", german))
    for link in links(said):
        said = said.replace(link, " ")
    return _ITEM.sub(" ", _EXAMPLE.sub(" ", _QUOTED.sub(" ", said)))


def _reviewed(mentions: tuple[Mention, ...], today: date) -> Iterator[Problem]:
    """Yield that nobody has looked at a flow for a year."""
    reviewed = next((mention for mention in mentions if mention.kind == "reviewed"), None)
    day = None if reviewed is None else as_day(reviewed.name)
    if reviewed is not None and day is None:
        return  # that it is no day is told already
    if reviewed is None or day is None:
        name = next(mention for mention in mentions if mention.kind == "name" and not mention.step)
        message = "Hier fehlt, wann ein Mensch den Inhalt geprüft hat."
        yield name.place.problem("W501", message, "Prüfen Sie den Ablauf und ergänzen Sie »reviewed: Jahr-Monat-Tag«.")
        return
    problem = partial(reviewed.place.problem, "W501")
    if day > today:
        yield problem(
            "Dieser Tag liegt in der Zukunft.", "Schreiben Sie den Tag, an dem jemand geprüft hat.", "noch nicht"
        )
    elif _a_year_after(day) < today:
        message = "Die letzte Prüfung ist länger als zwölf Monate her."
        yield problem(message, "Prüfen Sie den Inhalt und schreiben Sie den heutigen Tag.", "zu alt")


def _a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _valid(mentions: tuple[Mention, ...], today: date) -> Iterator[Problem]:
    """Yield statements that hold no longer, or not for long."""
    for mention in mentions:
        day = as_day(mention.name) if mention.kind == "until" else None
        if day is None or day - today > NEAR:
            continue
        left = (day - today).days
        usual = f"Das gilt nur noch {left} Tage." if left > 0 else f"Das gilt seit {-left} Tagen nicht mehr."
        message = _SOON.get(left, usual)
        help_ = "Prüfen Sie, was jetzt gilt. Ändern Sie Text und Tag, oder nehmen Sie den Schritt heraus."
        yield mention.place.problem("W506", message, help_, "läuft ab" if left >= 0 else "abgelaufen")


_SOON: Mapping[int, str] = {
    1: "Das gilt nur noch bis morgen.",
    0: "Das gilt nur noch heute.",
    -1: "Das gilt seit gestern nicht mehr.",
}


def _facts(loaded: Loaded, mentions: tuple[Mention, ...], today: date) -> Iterator[Problem]:
    """Yield steps that rest on statements nobody is sure of, or that hold no longer."""
    for mention in mentions:
        fact = loaded.facts.get(mention.name) if mention.kind == "fact" else None
        if fact is None:
            continue
        if fact.confidence == "uncertain":
            message = f"Die Aussage »{fact.id}« ist nicht sicher."
            help_ = "Suchen Sie eine Quelle, oder nehmen Sie die Aussage aus dem Text."
            yield mention.place.problem("W509", message, help_, "unsicher")
        if fact.until is not None and fact.until < today:
            message = f"Die Aussage »{fact.id}« galt nur bis {fact.until:%d.%m.%Y}."
            help_ = "Prüfen Sie, was jetzt gilt, und ändern Sie facts.yaml und den Text."
            yield mention.place.problem("W509", message, help_, "abgelaufen")
