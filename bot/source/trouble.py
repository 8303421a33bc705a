"""From an error of the YAML parser to a sentence an author can use. Knows PyYAML's messages; nobody else has to."""

import re

import yaml

from bot.source.nodes import Place, Source
from bot.source.problem import Problem
from bot.source.quoting import Bare, bare_texts, inside_marks, quoted


def explain(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """Return the problem behind a YAML error: text without quotation marks first, for that is what happens."""
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
    places = [_place(source, mark) for mark in marks] or [Place(source, 1, 1, 1, 1)]
    if "'\\t'" in (error.problem or "") or "\t" in _indent(places[0]):
        return places[0].problem("E103", *_TAB)
    if "directive" in (error.context or ""):
        return places[-1].problem(
            "E109", "Zeilen, die mit »%« beginnen, haben hier keinen Platz.", "Löschen Sie die Zeile."
        )
    said, where = error.problem or "", error.context or ""
    for place in places:
        line = source.line(place.line)
        if _CONFLICT.match(line):
            return Place(source, place.line, 1, len(line), place.line).problem("E101", *_TWO_VERSIONS)
        if problem := _same_marks(place):
            return problem
    if "quoted scalar" not in where:
        lines = {place.line for place in places}
        for bare in bare_texts(source.lines):
            if lines & set(range(bare.line, bare.last + 1)):
                return _without_marks(source, bare)
    return _unreadable(source, said, where, places)


def _how_to_write(source: Source, bare: Bare) -> str:
    """Return the help for a text without quotation marks: its line as it should be, or where the marks belong."""
    mark = quoted(bare.text)
    if bare.line == bare.last:
        return f"Schreiben Sie: {source.line(bare.line)[: bare.column - 1].strip()} {mark}"
    return f"Setzen Sie ein {mark[0]} vor den Text, und eines an sein Ende in Zeile {bare.last}."


def _without_marks(source: Source, bare: Bare) -> Problem:
    number, start, end = bare.parts[0]
    place = Place(source, number + 1, start + 1, max(1, end - start), bare.last)
    message = "Dieser Text braucht Anführungszeichen, sonst wird er falsch gelesen."
    return place.problem("E102", message, _how_to_write(source, bare), "ohne Anführungszeichen")


def _same_marks(place: Place) -> Problem | None:
    """Return the problem of a text in quotation marks that holds the same ones."""
    line = place.source.line(place.line)
    value = _VALUE.fullmatch(line)
    inside = inside_marks(value["value"]) if value else ""
    if not value or not inside:
        return None
    at = Place(place.source, place.line, value.start("value") + 1, len(inside) + 2, place.line)
    message = "In diesem Text stehen dieselben Anführungszeichen wie um ihn herum."
    help_ = f"Schreiben Sie: {value['before'].strip()} {quoted(inside)}"
    return at.problem("E102", message, help_, "dieselben Anführungszeichen")


def _missing_colon(place: Place) -> Problem | None:
    """Return the problem of a line without its colon, told at the line below, where YAML notices."""
    number = next((above for above in range(place.line - 1, 0, -1) if place.source.line(above).strip()), 0)
    line = place.source.line(number)
    if not number or not _NO_COLON.fullmatch(line):
        return None
    word = line.split()[0]
    message = f"In Zeile {number} fehlt ein Doppelpunkt."
    return place.problem("E101", message, f"Setzen Sie dort hinter »{word}« einen Doppelpunkt und ein Leerzeichen.")


def _unreadable(source: Source, said: str, where: str, places: list[Place]) -> Problem:
    place, start = places[0], places[-1]
    if "tag" in where:
        return start.problem("E106", "Ein »!« am Anfang hat hier keinen Platz.", _QUOTE_IT, "»!« am Anfang")
    if "alias" in where or "anchor" in where:
        return start.problem("E105", "Verweise (»&« und »*«) gibt es hier nicht.", _QUOTE_IT)
    if "mapping values" in said and (problem := _missing_colon(place)):
        return problem
    for part, code, message, help_ in _MESSAGES:
        if part in said:
            earlier = "quoted scalar" in where or "simple key" in where
            if "node content" in part and not any(map(str.strip, source.lines[place.line - 1 :])):
                return _opened(place).problem(code, message, help_)
            opened = code == "E101" and "flow" in where and start.line < place.line
            return (start if earlier or opened else place).problem(code, message, help_)
    return place.problem("E101", "Diese Stelle ist kein gültiges YAML.", _LEVEL)


def _opened(end: Place) -> Place:
    """Return where the bracket stands that is still open at the end of the file; the end where none is found."""
    closed = 0
    for number in range(end.line, 0, -1):
        line = end.source.line(number)
        for column in range(len(line), 0, -1):
            sign = line[column - 1]
            if sign in "[{" and not closed:
                return Place(end.source, number, column, 1, number)
            closed += (sign in "]}") - (sign in "[{")
    return end


_CONFLICT = re.compile(r"<<<<<<<|=======$|>>>>>>>")
_TWO_VERSIONS = (
    "Hier stehen zwei Fassungen derselben Zeilen, wie sie beim Zusammenführen entstehen.",
    "Behalten Sie eine davon, und löschen Sie die Zeilen mit <<<<<<<, ======= und >>>>>>>.",
    "zwei Fassungen",
)
_VALUE = re.compile(r"(?P<before> *(?:- +)*[^\s:#\"']+: +|[ ]*(?:- +)+)(?P<value>[\"'].*)")
_NO_COLON = re.compile(r" *[^\s#\"'\[{-][^:]*")
_TAB = ("Hier steht ein Tabulator.", "Ersetzen Sie ihn durch Leerzeichen: zwei für jede Stufe.", "Tabulator")
_QUOTE_IT = "Setzen Sie den ganzen Text in Anführungszeichen oder nehmen Sie das Zeichen heraus."
_LEVEL = "Rücken Sie die Zeile so weit ein wie die anderen Zeilen derselben Stufe: zwei Leerzeichen je Stufe."
_MESSAGES = (
    (
        "unexpected end of stream",
        "E101",
        "Ein Anführungszeichen wird geöffnet, aber nicht geschlossen.",
        "Schließen Sie den Text mit demselben Zeichen, mit dem er beginnt.",
    ),
    (
        "escape",
        "E101",
        "Nach einem »\\« zwischen doppelten Anführungszeichen steht etwas, das YAML nicht kennt.",
        "Nehmen Sie einfache Anführungszeichen (') oder schreiben Sie »\\\\«.",
    ),
    (
        "could not find expected ':'",
        "E101",
        "Hier fehlt ein Doppelpunkt.",
        "Setzen Sie hinter das Wort einen Doppelpunkt und ein Leerzeichen, oder rücken Sie die Zeile als Text weiter ein.",
    ),
    (
        "but got '?'",
        "E102",
        "Ein Fragezeichen zwischen Klammern wird falsch gelesen.",
        "Setzen Sie den Text in Anführungszeichen, oder schreiben Sie jeden Eintrag auf eine eigene Zeile mit »- «.",
    ),
    ("expected ',' or", "E101", "Eine Klammer wird nicht geschlossen.", "Schließen Sie die Klammer, oder setzen Sie Text in Anführungszeichen."),
    ("expected the node content", "E101", "In der Klammer fehlt etwas.", "Schließen Sie die Klammer, oder setzen Sie Text in Anführungszeichen."),
    (
        "expected <block end>",
        "E101",
        "Diese Zeile passt nicht zu den Zeilen davor: Sie ist anders eingerückt, oder davor fehlt etwas.",
        _LEVEL,
    ),
    ("mapping values are not allowed", "E101", "Diese Zeile ist weiter eingerückt als die Zeile, zu der sie gehört.", _LEVEL),
    ("that cannot start any token", "E102", "Mit diesem Zeichen kann ein Text nicht beginnen.", "Setzen Sie den ganzen Text in Anführungszeichen."),
    ("expected '<document start>'", "E101", "Hier hört die Datei für YAML schon auf, aber es folgt noch etwas.", _LEVEL),
)  # fmt: skip


def _place(source: Source, mark: yaml.Mark) -> Place:
    line = min(mark.line + 1, max(1, len(source.lines)))
    column = mark.column + 1 if line == mark.line + 1 else len(source.line(line)) + 1
    return Place(source, line, column, 1, line)


def _indent(place: Place) -> str:
    line = place.source.line(place.line)
    return line[: len(line) - len(line.lstrip())]
