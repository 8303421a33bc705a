"""JSON Schemas of all files people write, for editors: what may stand where, with a German word of help.

They are made of the same tables the reader uses (kinds, fields, types, rules), so an editor knows what the checker
knows of a file's form. What the names mean together only the checker can say. ``schemas()`` is written to
``docs/schema/`` by ``make schemas``; a test compares.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

from bot.config.values import Config, Keep, Limits, Organisation, Telegram, WebChat
from bot.flow.build import calendar, choose, content, decide, flow, form, say, step
from bot.flow.build.ask import TYPES
from bot.flow.build.draft import ANSWER, NAME
from bot.flow.dates import RULES
from bot.source.values import UNITS

Schema = Mapping[str, Any]
"""A JSON Schema, as the JSON it is."""

DRAFT = "http://json-schema.org/draft-07/schema#"

_WORDS: Schema = {"type": ["string", "number", "boolean"]}
"""A text. Unquoted, an editor may take it for a number or a truth; the reader never does."""
_LIST: Schema = {"anyOf": [_WORDS, {"type": "array", "minItems": 1, "items": _WORDS}]}
_TRUTH: Schema = {"enum": [True, False, "true", "false"]}
_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DAY_OR_TODAY: Schema = {"anyOf": [_DAY, {"const": "today"}]}
_WHOLE: Schema = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?\d+$"}]}
_DURATION: Schema = {"type": "string", "pattern": rf"^[1-9]\d{{0,3}} +({'|'.join(UNITS)})$"}
_NAME: Schema = {"type": ["string", "number", "boolean"], "pattern": f"^{NAME.pattern}$"}
_ANSWER: Schema = {"type": "string", "pattern": f"^{ANSWER.pattern}$"}
_HTTPS: Schema = {"type": "string", "pattern": "^https://"}


def schemas() -> Mapping[str, Schema]:
    """Return every schema by the name of its file."""
    return {
        "flow.json": _titled("Ablauf", _flow()),
        "topics.json": _titled("Themen", _named(_object(_TOPIC, content.TOPIC, ("title", "teams", "hours")))),
        "glossary.json": _titled("Glossar", _named(_object(_ENTRY, content.ENTRY, ("say", "short")))),
        "safety.json": _titled("Hilfe-Karte", _safety()),
        "facts.json": _titled("Aussagen", _list(_object(_FACT, content.FACT, ("id", "statement", "source")))),
        "calendar.json": _titled("Kalender eines Jahres", _named(_list(_object(_CALENDAR, calendar.DAY, ("date",))))),
        "config.json": _titled("Einstellungen", _config()),
    }


def _help(words: str, schema: Schema) -> Schema:
    return {**schema, "description": words}


_COMMON: Schema = {
    "note": _help("Ein Hinweis für die Übersetzung. Eltern sehen ihn nicht.", _WORDS),
    "source": _help("Woher wir das wissen: Gesetz oder Seite. Eltern können danach fragen.", _WORDS),
    "valid_until": _help("Bis zu diesem Tag stimmt das, zum Beispiel 2027-07-31.", _DAY),
    "facts": _help("Die Aussagen aus facts.yaml, auf denen der Schritt beruht.", _LIST),
    "goto": _help("Der Schritt, mit dem es weitergeht.", _NAME),
    "end": _help("true: Hier endet der Ablauf.", _TRUTH),
    "was": _help("Wie der Schritt früher hieß.", _LIST),
}
_OPTION: Schema = {
    "label": _help("Was auf der Taste steht.", _WORDS),
    "short": _help("Kürzer, für Kanäle mit kleinen Tasten.", _WORDS),
    "name": _help("Der Name der Taste; sonst wird er aus der Beschriftung gebildet.", _NAME),
    "say": _help("Was darauf geantwortet wird, ehe es weitergeht.", _WORDS),
    "was": _help("Wie die Taste früher hieß.", _LIST),
    "goto": _COMMON["goto"],
    "call": _help("Ein anderer Ablauf, oder ein Befehl wie /sprache.", _WORDS),
    "end": _COMMON["end"],
}
_ASKED: Schema = {
    "ask": _help("Die Frage.", _WORDS),
    "save": _help("Unter diesem Namen wird die Antwort gemerkt.", _ANSWER),
    "type": _help("Was für eine Antwort: ohne Angabe Text.", {"enum": list(TYPES)}),
    "retry": _help("Was gesagt wird, wenn die Antwort nicht passt.", _WORDS),
    "optional": _help("true: Man darf überspringen.", _TRUTH),
    "min": _help("Der kleinste Wert, der früheste Tag (auch today) oder die kürzeste Länge.", _WORDS),
    "max": _help("Der größte Wert, der späteste Tag (auch today) oder die größte Länge.", _WORDS),
    "label": _help("Der kurze Name in der Zusammenfassung.", _WORDS),
    "note": _COMMON["note"],
}
_LINK: Schema = {
    "label": _help("Wie der Link heißt.", _WORDS),
    "url": _help("Die Adresse, sie beginnt mit https://.", _HTTPS),
}
_TESTS: Schema = {
    "is": _WORDS,
    "one_of": _LIST,
    "at_least": _WHOLE,
    "at_most": _WHOLE,
    "before": _DAY_OR_TODAY,
    "after": _DAY_OR_TODAY,
    "known": _TRUTH,
}
_KINDS: Schema = {
    "say": _help("Eine Nachricht.", _WORDS),
    "choose": _help("Eine Frage mit Tasten.", _WORDS),
    "ask": _ASKED["ask"],
    "form": _help("Mehrere Fragen nacheinander; das hier steht davor.", _WORDS),
    "derive": _help("Der Name, unter dem das Ergebnis der Rechnung gemerkt wird.", _ANSWER),
    "decide": _help("Ein stiller Abzweig: Die erste Zeile, die zutrifft, gilt.", {"type": "array", "minItems": 1}),
    "call": _OPTION["call"],
    "remind": _help("Die Frage, ob wir erinnern sollen.", _WORDS),
    "escalate": _help("Die Bitte, die Frage zu schreiben; danach antwortet ein Mensch.", _WORDS),
}


def _fields() -> Schema:
    """Return the shape of every field of every kind, by its name."""
    option = _object(_OPTION, choose.OPTION, ("label",))
    asked = _object(_ASKED, form.FIELD, ("ask", "save"))
    return {
        **{name: shape for name, shape in _ASKED.items() if name not in {"ask", "label", "note"}},
        "options": _help("Die Tasten.", _list(option)),
        "fields": _help("Die Fragen des Formulars.", _list(asked)),
        "picture": _help("Ein Bild neben dem Ablauf, zum Beispiel brief.jpg.", _WORDS),
        "document": _help("Ein PDF neben dem Ablauf.", _WORDS),
        "audio": _help("Etwas zum Anhören neben dem Ablauf.", _WORDS),
        "alt": _help("Was die Datei zeigt oder sagt, in Worten.", _WORDS),
        "link": _help("Eine Seite zum Öffnen.", _object(_LINK, say.LINK, say.LINK)),
        "rule": _help("Die Rechnung.", {"enum": list(RULES)}),
        "of": _help("Die Antworten, mit denen gerechnet wird, oder der Kalender.", _LIST),
        "with": _help("Was der andere Ablauf erfährt: »sein Name: unsere Antwort«.", {"type": "object"}),
        "calendar": _help("Der Kalender, an dessen Tage erinnert wird.", _NAME),
        "before": _help("Wie lange vorher, zum Beispiel 1 Wochen.", _DURATION),
        "yes_text": _help("Was nach einem Ja gesagt wird.", _WORDS),
        "topic": _help("Das Thema aus topics.yaml, sonst das des Ablaufs.", _NAME),
        "urgency": _help("Wie eilig es ist.", {"enum": list(step.URGENCIES)}),
        "closed": _help("Was außerhalb der Sprechzeiten gesagt wird.", _WORDS),
        "nobody": _help("Was gesagt wird, wenn niemand für die Sprache da ist.", _WORDS),
    }


def _step(kind: str, shapes: Schema) -> Schema:
    own = {kind: _KINDS[kind], **{name: shapes[name] for name in step.FIELDS[kind]}}
    if kind == "decide":
        own[kind] = {**_KINDS[kind], "items": _row()}
    if kind == "call":  # here it is a list: the answers that come back
        own["save"] = _help("Die Antworten, die zurückkommen.", _LIST)
    common = {name: shape for name, shape in _COMMON.items() if name in step.COMMON}
    return _object({**own, **common}, (*own, *common), (kind, *_NEEDED.get(kind, ())))


_NEEDED: Mapping[str, tuple[str, ...]] = {
    "choose": ("options",),
    "ask": ("save",),
    "form": ("fields",),
    "derive": ("rule",),
    "remind": ("calendar", "before"),
}
"""What a kind cannot be without."""


def _row() -> Schema:
    comparison = _object(_TESTS, decide.TESTS, ())
    when = {"when": {"type": "object", "minProperties": 1, "additionalProperties": comparison}, "goto": _NAME}
    return {
        "anyOf": [
            _object(when, ("when", "goto"), ("when", "goto")),
            _object({"else": _COMMON["goto"]}, ("else",), ("else",)),
        ]
    }


def _flow() -> Schema:
    shapes = _fields()
    kinds = {kind: _step(kind, shapes) for kind in step.KINDS}
    choices = [{"if": {"required": [kind]}, "then": {"$ref": f"#/definitions/{kind}"}} for kind in kinds]
    one = {
        "type": "object",
        "description": "Ein Schritt. Sein erstes Wort ist seine Art.",
        "anyOf": [{"required": [kind]} for kind in kinds],
        "allOf": choices,
    }
    head: Schema = {
        "flow": _help("Der Name des Ablaufs; die Datei heißt genauso.", _NAME),
        "title": _help("Wie der Ablauf für Eltern heißt.", _WORDS),
        "topic": _help("Das Thema aus topics.yaml.", _NAME),
        "reviewed": _help("Der Tag, an dem ein Mensch den Inhalt zuletzt geprüft hat.", _DAY),
        "examples": _help("Was Eltern dazu schreiben, in ihren Worten.", _LIST),
        "keywords": _help("Stichwörter, unter denen man den Ablauf findet.", _LIST),
        "steps": {"type": "object", "minProperties": 1, "patternProperties": {f"^{NAME.pattern}$": one}}
        | {"additionalProperties": False},
    }
    return {**_object(head, flow.FIELDS, ("flow", "title", "topic", "steps")), "definitions": kinds}


_TOPIC: Schema = {
    "title": _help("Wie das Thema heißt.", _WORDS),
    "teams": _help("Die Gruppen, die dazu antworten.", _LIST),
    "answer_within": _help("So bald wird geantwortet, zum Beispiel 2 Werktage.", _DURATION),
    "hours": _help("Die Sprechzeiten, zum Beispiel Mo-Fr 9-17.", _WORDS),
    "urgency": _help("Wie eilig es ist.", {"enum": list(step.URGENCIES)}),
    "wider_after": _help("Nach so langer Zeit sehen mehr Menschen die Frage.", _LIST),
}
_ENTRY: Schema = {
    "say": _help("Ein bis zwei einfache Sätze.", _WORDS),
    "short": _help("Zwei bis vier Wörter, für die Klammer.", _WORDS),
    "also": _help("Andere Formen des Wortes.", _LIST),
    "note": _COMMON["note"],
}
_FACT: Schema = {
    "id": _help("Der Name der Aussage, zum Beispiel kp-001.", _WORDS),
    "topic": _help("Worum es geht.", _WORDS),
    "statement": _help("Die Aussage, in einem Satz.", _WORDS),
    "source": _help("Woher wir das wissen.", _LIST),
    "law": _help("Das Gesetz dazu.", _WORDS),
    "as_of": _help("Der Stand.", _WORDS),
    "confidence": _help("Wie sicher wir sind.", {"enum": list(content.CONFIDENCES)}),
    "valid_until": _COMMON["valid_until"],
    "note": _help("Eine Bemerkung für die Redaktion.", _WORDS),
}
_CALENDAR: Schema = {
    "date": _help("Der Tag, zum Beispiel 2026-11-10.", _DAY),
    "region": _help("Wo der Tag gilt; leer oder NRW: überall.", _WORDS),
    "source": _help("Woher wir das wissen.", _WORDS),
}
_NUMBER: Schema = {
    "number": _help("Die Nummer, wie man sie wählt, in Anführungszeichen.", _WORDS),
    "label": _help("Wer sich dort meldet.", _WORDS),
    "hours": _help("Wann man dort jemanden erreicht.", _WORDS),
    "checked_on": _help("Der Tag, an dem die Nummer zuletzt geprüft wurde.", _DAY),
    "languages": _help("Die Sprachen, die dort gesprochen werden.", _WORDS),
    "cost": _help("Was der Anruf kostet.", _WORDS),
    "source": _help("Woher wir das wissen.", _WORDS),
    "checked_by": _help("Wer die Nummer geprüft hat.", _WORDS),
}


def _safety() -> Schema:
    words = _named(_named(_LIST))
    number = _object(_NUMBER, content.NUMBER, ("number", "label", "hours", "checked_on"))
    return _object({"card": _WORDS, "numbers": _list(number), "words": words}, content.SAFETY, ("card", "numbers"))


def _config() -> Schema:
    """Return the settings' schema: their names and types are those of the frozen Config."""
    own = {
        name: shape
        for name, shape in _settings(Config).items()
        if name not in {"webchat", "telegram", "limits", "keep"}
    }
    own["languages"] = _named(
        {"anyOf": [{"type": "null"}, _object({"drafts": _TRUTH, "complete": _TRUTH}, ("drafts", "complete"), ())]}
    )
    own["channels"] = _optional(
        {"type": "object", "additionalProperties": False}
        | {"properties": {"webchat": _group(WebChat), "telegram": _group(Telegram)}}
    )
    own["limits"] = _group(Limits)
    own["keep"] = _group(Keep)
    own["store"] = _SETTING
    own["organisation"] = {**_group(Organisation), "type": "object", "required": ["name"]}
    return _object(own, tuple(own), ("organisation", "languages"))


_SECRETS = {"token", "secret", "master_key"}
"""What never stands in the file."""
_SETTING: Schema = {"type": ["string", "number", "boolean", "null"]}
_SETTINGS: Schema = {"type": ["array", "null"], "items": _WORDS}


def _settings(group: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(group)
    return {
        each.name: _SETTINGS if "tuple" in str(hints[each.name]) else _SETTING
        for each in fields(group)
        if each.name not in _SECRETS and not is_dataclass(hints[each.name])
    }


def _group(group: type[Any]) -> dict[str, Any]:
    return {"type": ["object", "null"], "properties": _settings(group), "additionalProperties": False}


def _optional(schema: dict[str, Any]) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(shapes: Schema, known: Iterable[str], needed: Iterable[str]) -> dict[str, Any]:
    """Return a mapping of exactly the words the reader knows; one without a shape is a KeyError here, not a hole."""
    return {
        "type": "object",
        "properties": {name: shapes[name] for name in known},
        "required": list(needed),
        "additionalProperties": False,
    }


def _list(items: Schema) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": items}


def _named(entry: Schema) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": entry}


def _titled(title: str, schema: Schema) -> Schema:
    return {"$schema": DRAFT, "title": f"Elternlotse: {title}", **schema}
