"""What can be wrong with a database, in words for operators: what it is, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHOWN = 5
"""So many rows of one kind of damage are named."""

RESTORE = "Spielen Sie die letzte gute Sicherung zurück (elternlotse data restore); heben Sie die Datenbank auf."
TELL = "Das macht kein Befehl von Elternlotse. Melden Sie es den Entwicklern, mit den Nummern."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong. ``rows`` are ids, never texts; ``note``: it may have an innocent cause."""

    check: str
    rows: tuple[str, ...]

    @property
    def note(self) -> bool:
        """Whether this may have an innocent cause."""
        return self.check in NOTES

    def __str__(self) -> str:
        what, help_ = WORDS[self.check]
        shown = ", ".join(self.rows[:SHOWN])
        more = f" und {len(self.rows) - SHOWN} mehr" if len(self.rows) > SHOWN else ""
        return f"{'Hinweis' if self.note else 'Fehler'}: {what}: {shown}{more}\n  = Hilfe: {help_}"


def finding(check: str, rows: Sequence[str]) -> Finding:
    """Return a finding of a check that has words."""
    assert check in WORDS, check  # noqa: S101 - a check without words cannot be told
    return Finding(check, tuple(rows))


NOTES = frozenset({"inbound_order", "event_order"})
"""Checks whose findings may have an innocent cause: a clock that was set back."""

WORDS: Mapping[str, tuple[str, str]] = {
    "integrity": ("Die Datenbank ist beschädigt", RESTORE),
    "migration_changed": (
        "Die Datenbank wurde mit anderen Schritten eingerichtet, als dieses Programm hat",
        "Nehmen Sie das Programm, mit dem sie zuletzt lief, oder aktualisieren Sie dieses.",
    ),
    "migration_missing": (
        "Die Datenbank stammt von einem älteren Programm; es fehlen Schritte",
        "Sichern Sie (elternlotse data backup), dann starten Sie einmal: Der Start bringt sie auf den neuen Stand.",
    ),
    "unfinished": (
        "Die Datenbank ist eine Kopie, die nicht fertig wurde",
        "Kopieren Sie noch einmal, mit demselben Aufruf von: elternlotse data copy",
    ),
    "dangling": ("Zeilen verweisen auf etwas, das es nicht gibt", RESTORE),
    "id_again": ("Nummern würden noch einmal vergeben; die höchste vergebene", RESTORE),
    "revision_changed": (
        "Veröffentlichte Fassungen sind nicht mehr, was sie waren",
        "Veröffentlichen Sie die Abläufe neu: elternlotse flows publish",
    ),
    "revision_lost": (
        "Die Fassung, die gelten soll, gibt es nicht",
        "Veröffentlichen Sie die Abläufe neu: elternlotse flows publish",
    ),
    "revision_unpublished": (
        "Von Fassungen ist nicht bekannt, wer sie veröffentlicht hat",
        "Veröffentlichen Sie die Abläufe neu: elternlotse flows publish",
    ),
    "house_key": (
        "Die Schlüssel des Hauses lassen sich mit diesem Hauptschlüssel nicht öffnen",
        "Legen Sie den Schlüssel zurück, mit dem die Datenbank angelegt wurde. Mehr lässt sich ohne ihn nicht prüfen.",
    ),
    "sealed": (
        "Verschlüsselte Werte lassen sich nicht öffnen",
        f"Sie wurden verändert oder vertauscht; niemand bekommt sie zu sehen. {RESTORE}",
    ),
    "inbound_state": ("Eingänge in einem Zustand, den es nicht gibt", TELL),
    "inbound_order": (
        "Eingänge, die vor dem vorigen desselben Kontakts kamen",
        "Vielleicht ging die Uhr des Rechners zurück. Wenn nicht, wurden Zeilen vertauscht.",
    ),
    "contact_lost": ("Kontakte ohne Adresse; niemand kann ihnen schreiben", RESTORE),
    "erased_back": (
        "Kontakte, die gelöscht wurden und wieder da sind",
        "Halten Sie das Programm an, sichern Sie, und spielen Sie diese Sicherung zurück: elternlotse data restore.",
    ),
    "key_lost": ("Kontakte, deren Schlüssel fehlt; von ihnen ist nichts zu lesen", RESTORE),
    "session_version": ("Gespräche in einem Zustand, den es nicht gibt; Kontakt", TELL),
    "ticket_state": ("Fragen an die Beratung in einem Zustand, den es nicht gibt", TELL),
    "ticket_twice": (
        "Kontakte mit mehr als einer offenen Frage",
        "Schließen Sie in der Beratung die ältere. Die Antworten des Elternteils gehen zur neueren.",
    ),
    "event_order": (
        "Ereignisse zu einer Frage, die vor dem vorigen geschahen",
        "Vielleicht ging die Uhr des Rechners zurück. Wenn nicht, wurden Zeilen vertauscht.",
    ),
    "feedback_other": ("Bewertungen zur Frage eines anderen Kontakts", TELL),
    "outbox_state": ("Nachrichten in einem Zustand, den es nicht gibt", TELL),
    "outbox_position": ("Nachrichten an einem Platz, den es in der Reihe nicht gibt", TELL),
    "outbox_twice": ("Nachrichten desselben Kontakts mit demselben Namen; ihre Tasten sind verwechselbar", TELL),
    "outbox_at_once": (
        "Nachrichten, die zur selben Zeit an denselben Kontakt gehen",
        "Starten Sie das Programm neu: Was gerade gesendet wurde, kommt dann noch einmal der Reihe nach.",
    ),
    "outbox_gone": (
        "Nachrichten, die auf eine Adresse warten, an der niemand mehr ist",
        "Sie werden beim nächsten Versuch zur Seite gelegt. Bleibt es dabei, melden Sie es den Entwicklern.",
    ),
    "outbox_forgotten": ("Nachrichten, die zur Seite liegen, obwohl jemand da ist; niemand sendet sie", TELL),
    "outbox_astray": ("Nachrichten an die Adresse eines anderen Kontakts", RESTORE),
}
"""Each check: what is wrong, and what to do."""
