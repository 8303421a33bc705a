"""The words of the page itself, in German. In other languages they come from the interface catalog as ``chat.<key>``.

Whoever builds the page hands in a function that returns all of these keys for a language.
"""

from collections.abc import Mapping

PAGE_WORDS: Mapping[str, str] = {
    "language": "Sprache",
    "person": "Jemanden fragen",
    "help": "Hilfe",
    "always": "Immer erreichbar",
    "talk": "Gespräch",
    "you": "Sie",
    "adviser": "Ein Mensch aus der Beratung",
    "choices": "Antworten zum Antippen",
    "more": "Mehr zu dieser Nachricht",
    "placeholder": "Nachricht schreiben",
    "send": "Senden",
    "writing": "Elternlotse schreibt",
    "connected": "Verbunden",
    "waiting": "Verbindung wird gesucht",
    "offline": "Kein Internet. Ihre Nachrichten werden später gesendet.",
    "pending": "Wird gesendet",
    "sent": "Gesendet",
    "danger": "Ihre Nachricht ist noch nicht angekommen. Bei Gefahr rufen Sie bitte sofort 110 oder 112 an.",
    "refused": "Nicht angekommen",
    "new": "Neue Nachrichten: {count}",
    "anew": "Neu beginnen",
    "data_read": "Ihre Daten zum Lesen",
    "data_program": "Ihre Daten für Programme",
    "no_cookie": "Ihr Browser erlaubt hier keine Cookies. Ohne Cookie finden wir Ihr Gespräch nicht wieder."
    " Bitte erlauben Sie Cookies für diese Seite. Laden Sie die Seite dann neu.",
    "no_script": "Dieser Chat braucht JavaScript. Bitte schalten Sie JavaScript ein. Laden Sie die Seite dann neu.",
}
