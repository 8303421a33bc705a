"""How long things are kept: one rule a kind, with its span and how the deletion concept calls it. Pure: values only.

``work/forget.py`` carries the rules out; ``docs/datenschutz/loeschkonzept.md`` shows this table and is compared with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config.values import Keep

ENDED = timedelta(days=7)
"""A reminder that was ended is kept so long: a STOPP that was a mistake can be looked into."""
DAYS_SAID = timedelta(days=400)
"""That a day was reminded of is known for so long: longer than any day can lie ahead of its reminder."""
LINKS = timedelta(days=7)
"""Logins and links that have ended are kept so long."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes when. ``kind`` is the store's name for it, ``setting`` the one that sets its span, or empty.

    ``what`` and ``since`` say it in German: what goes, and from when on the span counts.
    """

    kind: str
    what: str
    since: str
    span: Callable[[Keep], timedelta]
    setting: str = ""

    def before(self, now: datetime, keep: Keep) -> datetime:
        """Return the moment: what is older goes."""
        return now - self.span(keep)


def _none(_keep: Keep) -> timedelta:
    return timedelta(0)


RULES: tuple[Rule, ...] = (
    Rule(
        "fragments",
        "Was Eltern geschrieben haben, im Eingang",
        "nach dem Eingang",
        lambda keep: timedelta(days=keep.received_days),
        "received_days",
    ),
    Rule(
        "ids",
        "Die verschlüsselte Nummer jeder Nachricht, an der eine Wiederholung erkannt wird",
        "nach dem Eingang",
        lambda keep: timedelta(days=keep.ids_days),
        "ids_days",
    ),
    Rule(
        "messages",
        "Was wir den Eltern geschrieben haben",
        "nach dem Senden oder Anzeigen",
        lambda keep: timedelta(days=keep.sent_days),
        "sent_days",
    ),
    Rule(
        "unsaid",
        "Was wir den Eltern schreiben wollten und niemand abgeholt hat",
        "nach dem Schreiben",
        lambda keep: timedelta(days=keep.unseen_days),
        "unseen_days",
    ),
    Rule(
        "questions",
        "Fragen an die Beratung: Gespräch, Notizen, Weg dorthin und Verlauf",
        "nach dem Abschluss",
        lambda keep: timedelta(days=keep.questions_days),
        "questions_days",
    ),
    Rule("reminders", "Erinnerungen, die jemand mit STOPP beendet hat", "nach dem STOPP", lambda _: ENDED),
    Rule("days", "Dass an einen Termin erinnert wurde", "nach der Erinnerung", lambda _: DAYS_SAID),
    Rule("links", "Abgelaufene Anmeldungen und Einladungen der Beratung", "nach dem Ablauf", lambda _: LINKS),
    Rule(
        "strangers",
        "Alles von Eltern, die nach dem Hinweis zum Datenschutz nicht weitergemacht haben",
        "nach der letzten Nachricht",
        lambda keep: timedelta(hours=keep.newcomers_hours),
        "newcomers_hours",
    ),
    Rule("goodbyes", "Die Adresse, an die noch ein Abschied geht", "sobald er gesendet oder angezeigt ist", _none),
)
"""Every rule but that for quiet contacts, in the order they are carried out."""

QUIET = Rule(
    "quiet",
    "Alles von Eltern ohne offene Frage und ohne Erinnerung",
    "nach der letzten Nachricht",
    lambda keep: timedelta(days=keep.idle_days),
    "idle_days",
)
"""The rule for contacts of whom nobody has heard for long. They are looked for page by page (``Store.quiet``)."""
