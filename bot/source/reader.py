"""Bytes -> nodes: strict YAML of which only texts, lists and mappings are left.

Any bytes give nodes or problems, never an exception, and soon: size, depth and number are bounded while reading.
Aliases, anchors, tags, merge keys, equal keys and further documents are refused; no scalar is resolved.
(libyaml crashes on 30,000 brackets, PyYAML's constructors need seconds for 800 bytes: neither is used.)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn, cast

import yaml

from bot.source.nodes import Mapping, Node, Place, Scalar, Sequence, Source
from bot.source.problem import Problem
from bot.source.quoting import Bare, bare_texts, quoted, with_marks, without_comment
from bot.source.trouble import explain

SIZE = 1_000_000
"""Bytes in a file."""
DEPTH = 20
"""Levels within each other."""
NODES = 50_000
"""Texts, lists and mappings in a file."""
WIDTH = 10_000
"""Characters in a line."""
PROBLEMS = 50
"""After so many mistakes of this kind nothing more is read."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. Without a ``root`` it could not be; the problems say why."""

    source: Source
    root: Node | None
    problems: tuple[Problem, ...]


def read(file: str, raw: bytes) -> Document:
    """Read one YAML file. ``file`` is only what problems call it.

    Where YAML stops at a text without quotation marks, every such text is a problem, and the rest is read as if they
    had them: one mistake does not hide the others.
    """
    document = read_once(file, raw)
    refused = any(problem.code in _REFUSED for problem in document.problems)
    return document if refused or document.root is not None else _with_marks(document)


_REFUSED = frozenset({"E107", "E108", "E109"})
"""Files that nobody should try to read further."""


def read_once(file: str, raw: bytes) -> Document:
    """Read one YAML file as far as YAML can."""
    try:
        source = _source(file, raw)
    except _RefusedError as refused:
        return Document(Source(file, ()), None, refused.problems)
    return _read(source, source.lines)


def _read(source: Source, lines: Iterable[str]) -> Document:
    tree = _Tree(source, "\n".join(lines))
    return Document(source, tree.root(), tuple(tree.problems))


def _with_marks(torn: Document) -> Document:
    """Read a torn file again, with quotation marks round the texts that tear it; without such texts it stays torn."""
    source = torn.source
    told = {each: _alone(source, each) for each in bare_texts(source.lines)}
    tearing = [each for each, problems in told.items() if any(problem.severity == "error" for problem in problems)]
    if not tearing:
        return torn
    whole = _read(source, with_marks(source.lines, tearing))
    problems = [problem for each in tearing for problem in told[each]][:PROBLEMS]
    lines = {problem.line for problem in problems}
    problems += [problem for problem in whole.problems if problem.line not in lines]
    return Document(source, whole.root, tuple(problems))


def _alone(source: Source, bare: Bare) -> tuple[Problem, ...]:
    """Return what is wrong with one entry, read without its neighbours."""
    lines = source.lines[bare.line - 1 : bare.last]
    alone = _read(Source(source.file, lines), lines)
    return tuple(replace(problem, line=problem.line + bare.line - 1) for problem in alone.problems if problem.line)


class _RefusedError(Exception):
    """Reading ends here."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__()


def _source(file: str, raw: bytes) -> Source:
    """Decode and look at the file as a whole, before anything is parsed."""
    nowhere = Place(Source(file, ()), 0, 0, 0, 0)
    if len(raw) > SIZE:
        _refuse(nowhere, "E107", f"Die Datei ist größer als {SIZE // 1000} Kilobyte.", "Teilen Sie sie auf.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _lines(raw[: error.start].decode("utf-8"))
        shown = Source(file, _lines(raw.decode("utf-8", "replace")))
        _refuse(
            Place(shown, len(before), len(before[-1]) + 1, 1, len(before)),
            "E108",
            _what_it_is(raw),
            "Speichern Sie die Datei in Ihrem Editor als Text mit der Kodierung UTF-8.",
        )
    source = Source(file, _lines(text))
    _look_at_lines(source, "\n".join(source.lines))
    return source


def _what_it_is(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "Die Datei ist in UTF-16 gespeichert, nicht in UTF-8."
    return "Das ist keine Textdatei." if b"\0" in raw else "Die Datei ist nicht in UTF-8 gespeichert."


def _lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text, whatever ends them; a mark at the beginning (BOM) is none of it."""
    return tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _look_at_lines(source: Source, text: str) -> None:
    if sum(text.count(mark) for mark in _SEPARATORS) > NODES:
        _refuse(Place(source, 0, 0, 0, 0), "E107", "Die Datei hat zu viele Teile.", "Teilen Sie sie auf.")
    for number, line in enumerate(source.lines, 1):
        if len(line) > WIDTH:
            _refuse(
                Place(source, number, 1, 1, number),
                "E107",
                f"Die Zeile ist länger als {WIDTH} Zeichen.",
                "Teilen Sie den Text auf mehrere Zeilen auf.",
            )
        found = FORBIDDEN.search(line)
        if found:
            _refuse(Place(source, number, found.start() + 1, 1, number), "E108", *_INVISIBLE)


_SEPARATORS = ("\n", ",", ": ", "- ", "? ")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
"""Control characters, separators, marks that turn the direction of writing, halves of characters."""
_INVISIBLE = (
    "Hier steht ein unsichtbares Steuerzeichen.",
    "Löschen Sie die Zeile bis vor diese Stelle und tippen Sie sie neu.",
    "unsichtbares Zeichen",
)


def _refuse(place: Place, code: str, message: str, help_: str, note: str = "") -> NoReturn:
    raise _RefusedError(place.problem(code, message, help_, note))


class _Events(yaml.SafeLoader):
    """PyYAML's parser, which stops at our depth already while it looks ahead: its search for keys is quadratic."""

    def fetch_flow_collection_start(self, token: type[yaml.Token]) -> None:
        if self.flow_level >= DEPTH:
            raise _DeepError(self.get_mark())
        super().fetch_flow_collection_start(token)


class _DeepError(Exception):
    """Too many levels, at this mark."""

    def __init__(self, mark: yaml.Mark) -> None:
        self.mark = mark
        super().__init__()


class _Tree:
    """The nodes of one file, from its events."""

    def __init__(self, source: Source, text: str) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._count = 0
        self._events = self._parse(text)

    def root(self) -> Node | None:
        """Return the one document's node, or None where the file could not be read to its end."""
        try:
            node = self._document()
        except _RefusedError as refused:
            lines = {problem.line for problem in refused.problems}  # one mistake in a line is one problem
            self.problems = [problem for problem in self.problems if problem.line not in lines]
            self.problems.extend(refused.problems)
            return None
        return node

    def _document(self) -> Node:
        next(self._events)  # the stream begins
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            _refuse(
                self._place(event), "E120", "Die Datei ist leer.", "Schreiben Sie etwas hinein oder löschen Sie sie."
            )
        if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
            _refuse(self._place(event), "E109", *_DIRECTIVE)
        node = self._node(next(self._events), 1)
        next(self._events)  # the document ends
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            _refuse(self._place(event), "E109", *_SECOND)
        return node

    def _parse(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_Events)
        except _DeepError as deep:
            place = Place(self._source, deep.mark.line + 1, deep.mark.column + 1, 1, deep.mark.line + 1)
            _refuse(place, "E107", *_DEEP)
        except yaml.MarkedYAMLError as error:
            raise _RefusedError(explain(self._source, error)) from None
        except (ValueError, OverflowError):  # an escape or a version with an impossible number
            place = Place(self._source, 0, 0, 0, 0)
            _refuse(
                place, "E108", "Die Datei enthält eine unmögliche Zeichennummer (»\\U…«).", "Nehmen Sie sie heraus."
            )

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._count += 1
        if depth > DEPTH:
            _refuse(self._place(event), "E107", *_DEEP)
        if self._count > NODES:
            _refuse(self._place(event), "E107", "Die Datei hat zu viele Teile.", "Teilen Sie sie auf.")
        if len(self.problems) >= PROBLEMS:
            _refuse(self._place(event), "E101", *_ENOUGH)
        refused = self._decorated(event)
        match event:
            case yaml.ScalarEvent():
                scalar = self._scalar(event)
                return Scalar("", scalar.place, "broken") if refused else scalar
            case yaml.SequenceStartEvent():
                return self._sequence(event, depth)
            case yaml.MappingStartEvent():
                return self._mapping(event, depth)
            case _:
                return Scalar("", self._place(event), "broken")

    def _decorated(self, event: yaml.Event) -> bool:
        """Note aliases, anchors and tags, and say whether there was one."""
        place = self._place(event)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self.problems.append(place.problem("E105", *_ALIAS))
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            self.problems.append(place.problem("E106", *_TAG))
        else:
            return False
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        place = self._place(event)
        if FORBIDDEN.search(event.value):
            self.problems.append(place.problem("E108", *_INVISIBLE))
            return Scalar("", place, "broken")
        if not event.style:
            self._eaten(event)
        return Scalar(event.value, place, _STYLES.get(event.style or "", "block"))

    def _eaten(self, event: yaml.ScalarEvent) -> None:
        """Warn of a ``#`` without a blank behind it: it was meant as text, and is gone."""
        begin, end = _mark(event.start_mark), _mark(event.end_mark)
        number, column = end.line + 1, end.column
        line = self._source.line(number)
        lost = _EATEN.match(line, column)
        if lost:
            at = Place(self._source, number, lost.start("text") + 1, len(without_comment(lost["text"])), number)
            message = "Alles ab diesem »#« gilt als Bemerkung und fehlt im Text."
            help_ = f"Setzen Sie den ganzen Text in Anführungszeichen, von Zeile {begin.line + 1} an."
            if begin.line == end.line:
                text = quoted(without_comment(line[begin.column :].strip(" ")))
                help_ = f"Setzen Sie den ganzen Text in Anführungszeichen: {text}"
            self.problems.append(at.problem("W101", message, help_, "fällt weg"))

    def _sequence(self, event: yaml.SequenceStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(following := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(following, depth + 1))
        return Sequence(tuple(items), self._place(event), "flow" if event.flow_style else "block")

    def _mapping(self, event: yaml.MappingStartEvent, depth: int) -> Mapping | Scalar:
        """Read a mapping; one of which every key was refused is broken, not empty."""
        pairs: dict[str, tuple[Scalar, Node]] = {}
        refused = False
        while not isinstance(following := next(self._events), yaml.MappingEndEvent):
            key = self._key(self._node(following, depth + 1))
            value = self._node(next(self._events), depth + 1)
            refused = refused or key.style == "broken"
            self._keep(pairs, key, value)
        if refused and not pairs:
            return Scalar("", self._place(event), "broken")
        return Mapping(tuple(pairs.values()), self._place(event), "flow" if event.flow_style else "block")

    def _key(self, node: Node) -> Scalar:
        match node:
            case Scalar(style="broken"):
                return node
            case Scalar(text="<<", style="plain"):
                self.problems.append(node.place.problem("E105", *_MERGE))
            case Scalar(text=text) if text:
                return node
            case _:
                self.problems.append(node.place.problem("E110", *_KEY))
        return Scalar("", node.place, "broken")

    def _keep(self, pairs: dict[str, tuple[Scalar, Node]], key: Scalar, value: Node) -> None:
        if key.style == "broken":
            return
        if key.text in pairs:
            first = pairs[key.text][0].place.line
            self.problems.append(
                key.place.problem(
                    "E104",
                    f"»{key.text}« steht hier ein zweites Mal.",
                    f"Benennen oder löschen Sie eine der beiden Stellen; die erste steht in Zeile {first}.",
                    "zweites Mal",
                )
            )
            return
        pairs[key.text] = (key, value)

    def _place(self, event: yaml.Event) -> Place:
        start, end = _mark(event.start_mark), _mark(event.end_mark)
        line = self._source.line(start.line + 1)
        until = end.column if end.line == start.line else len(line.rstrip())
        last = max(start.line, end.line if end.column else end.line - 1) + 1
        return Place(self._source, start.line + 1, start.column + 1, max(1, until - start.column), last)


def _mark(mark: Any) -> yaml.Mark:
    """Return an event's mark: PyYAML always sets it, its types do not say so."""
    return cast("yaml.Mark", mark)


_STYLES = {"": "plain", '"': "quoted", "'": "quoted"}
_EATEN = re.compile(r"\s+(?P<text>#[^\s#].*)")
_DEEP = (f"Hier stehen mehr als {DEPTH} Ebenen ineinander.", "Nehmen Sie die inneren Ebenen heraus.")
_ENOUGH = (f"Bis hierher sind es {PROBLEMS} Fehler; weiter wurde nicht gelesen.", "Bessern Sie zuerst diese aus.")
_DIRECTIVE = ("Zeilen, die mit »%« beginnen, haben hier keinen Platz.", "Löschen Sie die Zeile.")
_SECOND = (
    "Hier beginnt ein zweites Dokument in derselben Datei.",
    "Löschen Sie die Zeile »---« oder legen Sie eine zweite Datei an.",
)
_ALIAS = (
    "Verweise (»&« und »*«) gibt es hier nicht.",
    "Schreiben Sie den Text aus, oder setzen Sie ihn in Anführungszeichen.",
    "Verweis",
)
_MERGE = ("Verschmelzen (»<<«) gibt es hier nicht.", "Schreiben Sie die Zeilen aus.")
_TAG = (
    "Ein »!« am Anfang eines Textes geht verloren.",
    "Setzen Sie den ganzen Text in Anführungszeichen.",
    "»!« am Anfang",
)
_KEY = (
    "Vor dem Doppelpunkt steht kein einfaches Wort.",
    "Schreiben Sie vor den Doppelpunkt genau ein Wort.",
    "kein Wort",
)
