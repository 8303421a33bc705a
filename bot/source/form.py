"""Reading one mapping word by word, and noting everything that is not as it should be.

A reader asks for the words it knows; what is left over, missing or of the wrong kind becomes a problem of form.
A method that answers None or nothing has noted a problem, or the word is not there and need not be.
Used for flows, side files and the configuration alike.
"""

import re
from collections.abc import Collection

from bot.source.names import listed, suggest
from bot.source.nodes import Mapping, Node, Place, Scalar, Sequence
from bot.source.problem import Problem

Problems = list[Problem]
"""Where the readers of one file note what they find."""


class Form:
    """One mapping. ``what`` is its name in messages, such as ``Schritt »noch-etwas«``."""

    def __init__(self, node: Mapping, what: str, problems: Problems) -> None:
        self.node = node
        self.what = what
        self._problems = problems
        self._meant: set[str] = set()
        self._values = {key.text: (key, value) for key, value in node}

    def __contains__(self, word: str) -> bool:
        return word in self._values

    def only(self, known: Collection[str]) -> None:
        """Note every word that is not known."""
        for word, (key, value) in self._values.items():
            if word in known:
                continue
            near = suggest(word, known)
            self._meant.add(near)
            help_ = f"Schreiben Sie »{near}«." if near else f"Hier sind möglich: {listed(known)}."
            if not near and isinstance(value, Mapping):  # such as a step that stands too far to the left
                help_ += f" Gehört »{word}« zu etwas darüber, rücken Sie es mit allem darunter zwei Leerzeichen ein."
            self._problems.append(
                key.place.problem(
                    "E111", f"Das Wort »{word}« gibt es hier nicht ({self.what}).", help_, "unbekanntes Wort"
                )
            )

    def key(self, word: str) -> Place:
        """Return where a word stands; where it does not, the mapping's own place."""
        return self._values[word][0].place if word in self._values else self.node.place

    def value(self, word: str) -> Node | None:
        """Return what stands behind a word, of whatever kind."""
        return self._values[word][1] if word in self._values else None

    def filled(self, word: str) -> bool:
        """Say whether a word is there with something behind it: for words that may stand empty."""
        value = self.value(word)
        return bool(value.text.strip()) if isinstance(value, Scalar) else value is not None and bool(tuple(value))

    def text(self, word: str) -> Scalar | None:
        """Return a text that may be missing."""
        value = self.value(word)
        return None if value is None else text(value, word, self._problems)

    def needed(self, word: str) -> Scalar | None:
        """Return a text that must be there."""
        self.need(word)
        return self.text(word)

    def need(self, *words: str) -> None:
        """Note each word that is not there, unless ``only`` found it misspelled."""
        for word in words:
            if word not in self._values and word not in self._meant:
                place = first_line(self.node)
                message = f"Hier fehlt »{word}:« ({self.what})."
                self._problems.append(place.problem("E112", message, f"Ergänzen Sie eine Zeile »{word}: …«."))

    def texts(self, word: str) -> tuple[Scalar, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.value(word)
        if value is None:
            return ()
        if isinstance(value, Scalar):
            value = Sequence((value,), value.place)
        return tuple(
            each for item in listing(value, word, self._problems) if (each := text(item, word, self._problems))
        )

    def items(self, word: str) -> tuple[Node, ...]:
        """Return a list of anything."""
        value = self.value(word)
        return () if value is None else listing(value, word, self._problems)

    def mapping(self, word: str) -> Mapping | None:
        """Return a mapping that may be missing."""
        value = self.value(word)
        return None if value is None else mapping(value, f"»{word}«", self._problems)


def text(node: Node, word: str, problems: Problems) -> Scalar | None:
    """Return a node as text that is not empty."""
    if not isinstance(node, Scalar):
        help_ = "Schreiben Sie einen Text dahinter."
        one_line = node.place.line == node.place.last
        if node.style == "flow" or (isinstance(node, Mapping) and one_line):  # such as - Achtung: Frist
            help_ = "Setzen Sie den ganzen Text in Anführungszeichen."
        message = f"Hinter »{word}:« wird ein Text erwartet."
        problems.append(first_line(node).problem("E113", message, help_, "kein Text"))
        return None
    if node.style == "broken":
        return None
    if not node.text.strip():
        problems.append(
            node.place.problem("E120", f"Hinter »{word}:« steht nichts.", "Schreiben Sie einen Text dahinter.")
        )
        return None
    return node


def listing(node: Node, word: str, problems: Problems) -> tuple[Node, ...]:
    """Return a node's items if it is a list that is not empty."""
    if isinstance(node, Sequence) and node.items:
        return node.items
    if _nothing(node, f"Hinter »{word}:« steht nichts.", problems):
        return ()
    help_ = "Beginnen Sie jeden Eintrag auf einer eigenen Zeile mit »- «."
    problems.append(node.place.problem("E113", f"Hinter »{word}:« wird eine Liste erwartet.", help_, "keine Liste"))
    return ()


def mapping(node: Node, what: str, problems: Problems) -> Mapping | None:
    """Return a node if it is a mapping that is not empty."""
    if isinstance(node, Mapping) and node.pairs:
        return node
    if _nothing(node, f"Für {what} steht hier nichts.", problems):
        return None
    help_ = "Schreiben Sie Zeilen der Form »wort: …«, um zwei Leerzeichen eingerückt."
    if isinstance(node, Scalar) and _GLUED.match(node.text):
        help_ = "Setzen Sie nach dem Doppelpunkt ein Leerzeichen."
    elif isinstance(node, Scalar) and (word := _WORD.match(node.text)):
        help_ = f"Setzen Sie hinter »{word[0]}« einen Doppelpunkt."
    problems.append(
        node.place.problem("E113", f"Für {what} werden Zeilen »wort: …« erwartet.", help_, "keine Zuordnung")
    )
    return None


_GLUED = re.compile(r"[a-z_]+:\S")
"""A word whose colon is followed at once: ``say:Guten Tag``."""
_WORD = re.compile(r"[a-z_]+(?= )")
"""A word that may lack its colon: ``say Guten Tag``."""


def first_line(node: Node) -> Place:
    """Return a place that covers a node's first line only."""
    place = node.place
    length = max(1, len(place.source.line(place.line).rstrip()) - place.column + 1)
    return Place(place.source, place.line, place.column, length, place.line)


_FILL = "Schreiben Sie etwas dahinter oder, zwei Leerzeichen weiter rechts, darunter. Oder löschen Sie das Wort."


def _nothing(node: Node, message: str, problems: Problems) -> bool:
    """Note a value that is empty, and say whether there is nothing more to say about it."""
    if isinstance(node, Scalar) and node.style == "broken":
        return True
    empty = not node.text.strip() if isinstance(node, Scalar) else not tuple(node)
    if empty:
        problems.append(node.place.problem("E120", message, _FILL))
    return empty
