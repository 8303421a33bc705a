"""Nodes -> topics, glossary, help card and the ids of statements: the form of the side files (E1)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.flow.build.draft import Draft
from bot.flow.build.parts import name_of, said
from bot.flow.build.step import URGENCIES
from bot.flow.content import Entry, Number, Safety, Statement
from bot.model import LANGUAGE_CODE, Language, Topic
from bot.source.form import Form, first_line, listing, mapping, text
from bot.source.nodes import Node, Scalar, Sequence
from bot.source.values import day, duration, word

TOPIC = ("title", "teams", "answer_within", "hours", "urgency", "wider_after")
ENTRY = ("say", "short", "also", "note")
SAFETY = ("card", "numbers", "words")
NUMBER = ("number", "label", "hours", "checked_on", "languages", "cost", "source", "checked_by")
FACT = ("id", "topic", "statement", "source", "law", "as_of", "confidence", "valid_until", "note")
CONFIDENCES = ("verified", "secondary", "uncertain")
_DIAL = re.compile(r"\+?[0-9]+(?: [0-9]+)*")


def topics(draft: Draft, root: Node) -> Mapping[str, Topic]:
    """Read ``topics.yaml``."""
    found: dict[str, Topic] = {}
    for key, form in _entries(draft, root, "Thema"):
        name = name_of(draft, key, "Themas")
        form.only(TOPIC)
        title, hours, within = form.needed("title"), form.needed("hours"), form.needed("answer_within")
        form.need("teams")
        teams = tuple(scalar.text for scalar in form.texts("teams"))
        allowed = None if within is None else duration(within, draft.problems)
        urgency = form.text("urgency")
        wider = (duration(scalar, draft.problems) for scalar in form.texts("wider_after"))
        if title is None or hours is None or allowed is None:
            continue
        draft.plain(title, "topics", name, "title")
        draft.mention("hours", hours, part=name)
        found[name] = Topic(
            name=name,
            title=title.text.strip(),
            teams=teams,
            answer_within=allowed,
            hours=hours.text.strip(),
            urgency="normal" if urgency is None else word(urgency, URGENCIES, draft.problems),
            wider_after=tuple(each for each in wider if each is not None),
        )
    return found


def glossary(draft: Draft, root: Node) -> Mapping[str, Entry]:
    """Read ``glossary.yaml``."""
    found: dict[str, Entry] = {}
    seen: dict[str, str] = {}
    for key, form in _entries(draft, root, "Wort"):
        form.only(ENTRY)
        note = form.text("note")
        told = "" if note is None else note.text.strip()
        say, short, also = form.needed("say"), form.needed("short"), form.texts("also")
        for scalar in (key, *also):
            _term(draft, scalar, key.text, seen)
        if say is None or short is None:
            continue
        found[key.text] = Entry(
            term=key.text,
            say=draft.plain(say, "glossary", key.text, "say", note=told),
            short=draft.plain(short, "glossary", key.text, "short", note=told),
            also=tuple(scalar.text for scalar in also),
        )
    return found


def safety(draft: Draft, root: Node) -> Safety | None:
    """Read ``safety.yaml``; None where there is no card to show."""
    lines = mapping(root, "die Hilfe-Karte", draft.problems)
    if lines is None:
        return None
    form = Form(lines, "Hilfe-Karte", draft.problems)
    form.only(SAFETY)
    form.need("numbers")
    card = form.needed("card")
    numbers = tuple(_numbers(draft, form))
    words = {key.text: _words(draft, key.text, node) for key, node in form.mapping("words") or ()}
    if card is None:
        return None
    return Safety(draft.plain(card, "safety", "card"), numbers, words)


def facts(draft: Draft, root: Node) -> Mapping[str, Statement]:
    """Read ``facts.yaml`` and return its statements by their ids.

    Where one has no readable id nobody knows which ids there are: then none is mentioned, and nothing looked up.
    """
    ids: dict[str, int] = {}
    found: dict[str, Statement] = {}
    nodes = _statements(draft, root)
    identities: list[Scalar] = []
    for node in nodes:
        lines = mapping(node, "eine Aussage", draft.problems)
        if lines is None:
            continue
        form = Form(lines, "Aussage", draft.problems)
        form.only(FACT)
        form.need("statement", "source", "confidence")
        confidence, until = form.text("confidence"), form.text("valid_until")
        sure = "" if confidence is None else word(confidence, CONFIDENCES, draft.problems)
        last = None if until is None else day(until, draft.problems)
        identity = form.needed("id")
        if identity is not None:
            identities.append(identity)
            _once(draft, identity, ids)
            found.setdefault(identity.text, Statement(identity.text, sure, last))
    if len(identities) == len(nodes):
        for identity in identities:
            draft.mention("name", identity)
    return found


def _statements(draft: Draft, root: Node) -> tuple[Node, ...]:
    """Return the entries of ``facts.yaml``, a list without a word before it."""
    if isinstance(root, Sequence) and root.items:
        return root.items
    if not (isinstance(root, Scalar) and root.style == "broken"):
        message = "In dieser Datei wird eine Liste von Aussagen erwartet."
        help_ = "Beginnen Sie jede Aussage ganz links mit »- id: …«, ohne ein Wort darüber."
        draft.problems.append(first_line(root).problem("E113", message, help_, "keine Aussagen"))
    return ()


def _once(draft: Draft, scalar: Scalar, seen: dict[str, int]) -> None:
    if scalar.text in seen:
        message = f"»{scalar.text}« gibt es schon, in Zeile {seen[scalar.text]}."
        draft.problems.append(
            scalar.place.problem("E121", message, "Benennen oder löschen Sie eine der beiden Stellen.")
        )
    seen.setdefault(scalar.text, scalar.place.line)


def _entries(draft: Draft, root: Node, what: str) -> Iterator[tuple[Scalar, Form]]:
    """Yield each named entry of a side file as a form."""
    for key, node in mapping(root, "die Datei", draft.problems) or ():
        draft.mention("name", key)
        lines = mapping(node, f"das {what} »{key.text}«", draft.problems)
        if lines is not None:
            yield key, Form(lines, f"{what} »{key.text}«", draft.problems)


def _term(draft: Draft, scalar: Scalar, entry: str, seen: dict[str, str]) -> None:
    draft.mention("name", scalar)
    if seen.setdefault(scalar.text, entry) != entry:
        message = f"»{scalar.text}« steht schon bei »{seen[scalar.text]}«."
        draft.problems.append(
            scalar.place.problem("E121", message, "Nehmen Sie das Wort an einer der beiden Stellen heraus.")
        )
    if set(scalar.text) & set("[]{}|/\n"):
        message = f"»{scalar.text}« geht nicht als Wort des Glossars."
        help_ = "Schreiben Sie es ohne Klammern, »|« und »/«."
        draft.problems.append(scalar.place.problem("E115", message, help_, "kein Wort"))


def _numbers(draft: Draft, form: Form) -> Iterator[Number]:
    seen: dict[str, int] = {}
    for node in form.items("numbers"):
        lines = mapping(node, "eine Telefonnummer", draft.problems)
        if lines is None:
            continue
        entry = Form(lines, "Telefonnummer", draft.problems)
        entry.only(NUMBER)
        number, label, hours = entry.needed("number"), entry.needed("label"), entry.needed("hours")
        checked = _checked(draft, entry)
        if number is None or label is None or hours is None or checked is None:
            continue
        if not _DIAL.fullmatch(number.text):
            help_ = 'Schreiben Sie Ziffern und einzelne Leerzeichen, zum Beispiel "116 111".'
            message = f"»{number.text}« ist keine Telefonnummer."
            draft.problems.append(number.place.problem("E114", message, help_, "keine Telefonnummer"))
        _once(draft, number, seen)
        key = number.text.replace(" ", "")
        yield Number(
            number=number.text,
            label=draft.plain(label, "safety", key, "label"),
            hours=draft.plain(hours, "safety", key, "hours"),
            checked_on=checked,
            languages=said(entry.text("languages")),
            cost=said(entry.text("cost")),
            source=said(entry.text("source")),
        )


def _checked(draft: Draft, entry: Form) -> date | None:
    written = entry.needed("checked_on")
    return None if written is None else day(written, draft.problems)


def _words(draft: Draft, kind: str, node: Node) -> dict[Language, tuple[str, ...]]:
    found: dict[Language, tuple[str, ...]] = {}
    for key, items in mapping(node, f"»{kind}«", draft.problems) or ():
        if not LANGUAGE_CODE.fullmatch(key.text):
            help_ = "Schreiben Sie das Kürzel der Sprache, zum Beispiel »de«."
            message = f"»{key.text}« ist kein Kürzel einer Sprache."
            draft.problems.append(key.place.problem("E115", message, help_, "keine Sprache"))
        scalars = (text(item, key.text, draft.problems) for item in listing(items, key.text, draft.problems))
        found[Language(key.text)] = tuple(scalar.text for scalar in scalars if scalar is not None)
    return found
