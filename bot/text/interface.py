"""What the program itself says to parents, in German: the source of catalog ``bot``.

Plain German like the flows: short sentences, "Sie", no blame. ``{name}`` is filled in; the key is the catalog's msgctxt.
``command.<name>.words`` are the words that do the same as the command, parted by commas.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

GERMAN: Final[Mapping[str, str]] = {
    # language
    "language.word": "Sprache",
    "language.choose": "Guten Tag! In welcher Sprache möchten Sie schreiben?",
    "language.changed": "Gern. Wir schreiben jetzt auf {language}.",
    "language.lost": "Diese Sprache haben wir im Moment leider nicht. Bitte wählen Sie eine andere.",
    "welcome.privacy": "Wenn Sie weitermachen, speichern wir Ihre Nachrichten verschlüsselt. "
    "Sie können alles jederzeit löschen lassen. Mehr steht unter „Datenschutz“.",
    "draft.notice": "Diese Übersetzung ist noch nicht von einem Menschen geprüft. Sie können jeden Text auf Deutsch sehen.",
    "flow.not_translated": "Dieses Thema haben wir noch nicht in Ihrer Sprache. Hier ist der deutsche Text. "
    "Sie können auch einen Menschen fragen.",
    # words that were not understood
    "choose.miss": "Das habe ich leider nicht verstanden. Bitte drücken Sie eine Taste.",
    "choose.guess": "Meinten Sie vielleicht das?",
    "words.kept": "Ich habe notiert: {words} Ein Mensch kann das beantworten. Drücken Sie dafür „Jemanden fragen“.",
    "words.unheard": "Das kann ich nicht selbst beantworten. Soll ich Ihre Frage an einen Menschen weitergeben?",
    "ask.retry.text": "Das hat leider nicht gepasst. Bitte schreiben Sie es noch einmal.",
    "ask.retry.number": "Bitte schreiben Sie nur eine Zahl, zum Beispiel 7.",
    "ask.retry.date": "Bitte schreiben Sie ein Datum, zum Beispiel 15.09.2026.",
    "ask.retry.postcode": "Bitte schreiben Sie eine Postleitzahl mit fünf Ziffern, zum Beispiel 40210.",
    "ask.retry.phone": "Bitte schreiben Sie eine Telefonnummer, zum Beispiel 0221 4710123.",
    "ask.retry.yes_or_no": "Bitte drücken Sie „Ja“ oder „Nein“.",
    "ask.retry.photo": "Bitte schicken Sie ein Foto.",
    "answer.photo": "Foto",
    # a form
    "form.summary": "Das haben Sie geantwortet:",
    "form.answer": "• {answer}",
    "form.labelled": "{label}: {answer}",
    "form.nothing": "keine Angabe",
    "form.right": "Stimmt das so?",
    "form.change": "Was möchten Sie ändern?",
    "form.leave": "Sie haben hier schon geantwortet. Wenn Sie jetzt gehen, ist das weg. Möchten Sie weitermachen?",
    # reminders
    "remind.yes": "Gern, wir erinnern Sie. Möchten Sie das nicht mehr? Dann schreiben Sie STOPP.",
    "remind.due": "Sie wollten erinnert werden: {flow}. Der Termin ist am {date}.",
    # what goes with a message, where it cannot be shown
    "media.picture": "Bild: {alt}",
    "media.document": "Dokument: {alt}",
    "media.audio": "Zum Anhören: {alt}",
    # a poster
    "poster.scan": "Code scannen und in Ihrer Sprache fragen.",
    # the question to a person
    "escalate.already": "Schon notiert: {words}",
    "escalate.empty": "Sie haben noch nichts geschrieben. Bitte schreiben Sie zuerst Ihre Frage.",
    "card.received": "Danke! Ihre Frage ist bei uns angekommen.",
    "card.promise": "Sie bekommen hier eine Antwort bis {until}.",
    "card.closed": "Im Moment ist niemand da. Ihre Frage ist trotzdem sicher gespeichert.",
    "card.nobody": "Für Ihre Sprache ist gerade niemand da. Wir suchen einen Menschen, der Ihnen antworten kann.",
    "card.more": "Sie können hier weiterschreiben. Alles geht an denselben Menschen.",
    "question.noted": "Danke, das ist bei Ihrer Frage notiert.",
    "question.write_now": "Gern. Bitte schreiben Sie. Ein Mensch liest es.",
    "question.closed": "Ihre Frage ist jetzt abgeschlossen. Hat Ihnen die Antwort geholfen?",
    "feedback.thanks": "Vielen Dank für Ihre Rückmeldung!",
    "person.heading": "Antwort von einem Menschen",
    # the talk
    "talk.done": "Das war alles. Möchten Sie noch etwas wissen?",
    "talk.resume": "Schön, dass Sie wieder da sind. Wir waren bei: {flow}. Möchten Sie dort weitermachen?",
    "talk.reworked": "Dieser Teil wurde neu geschrieben. Wir fangen hier noch einmal an.",
    "talk.failed": "Entschuldigung, hier ist etwas schiefgegangen. Sie können einen Menschen fragen.",
    "button.gone": "Diese Taste gibt es nicht mehr.",
    "unreadable": "Das kann ich leider nicht lesen. Bitte schreiben Sie es als Text.",
    "media.unreadable": "Fotos und Sprachnachrichten kann ich noch nicht weitergeben. Bitte schreiben Sie Ihre Frage als Text. "
    "Wenn Sie in Not sind, drücken Sie „Hilfe“.",
    "flood": "Das waren sehr viele Nachrichten auf einmal. Bitte warten Sie einen Moment. Dann schreiben Sie bitte weiter.",
    "stop.done": "Gut. Sie bekommen keine Nachrichten, die Sie nicht wollten. Antworten auf Ihre Fragen kommen weiter hier an.",
    # what is kept of a parent
    "erase.ask": "Wir löschen dann alles von Ihnen: Nachrichten, Fragen, Sprache und Adresse. "
    "Das können wir nicht rückgängig machen.",
    "erase.sure": "Möchten Sie das?",
    "erase.question": "Sie haben noch eine offene Frage. Wir ziehen sie dann zurück. Sie bekommen keine Antwort mehr.",
    "erase.done": "Ihre Daten sind gelöscht. Was Sie noch auf Ihrem Gerät sehen, können Sie dort selbst löschen. "
    "Sie können uns jederzeit neu schreiben. Alles Gute!",
    "erase.kept": "Gut. Es bleibt alles, wie es ist.",
    "data.here": "Hier ist alles, was wir von Ihnen gespeichert haben. Eine Datei ist zum Lesen. Die andere ist für Programme.",
    "data.once": "Sie haben Ihre Daten heute schon bekommen. Das geht einmal am Tag. Bitte versuchen Sie es morgen wieder.",
    "data.title": "Ihre Daten",
    "data.as_of": "Das haben wir von Ihnen gespeichert. Stand: {moment}",
    "data.you": "Über Sie",
    "data.since": "Sie schreiben mit uns seit",
    "data.language": "Ihre Sprache",
    "data.address": "Ihre Adresse",
    "data.agreed": "Sie haben nach dem Hinweis zum Datenschutz weitergemacht",
    "data.received": "Was Sie geschrieben haben",
    "data.sent": "Was wir Ihnen geschrieben haben",
    "data.answers": "Ihre Antworten im Gespräch",
    "data.questions": "Ihre Fragen an einen Menschen",
    "data.topic": "Thema",
    "data.reminders": "Ihre Erinnerungen",
    "data.ratings": "Ihre Rückmeldungen",
    "data.nothing": "Nichts",
    "menu.my_data": "Meine Daten zeigen",
    "menu.erase": "Meine Daten löschen",
    "command.by_person": "Das macht bei uns ein Mensch für Sie. Drücken Sie „Jemanden fragen“ und schreiben Sie Ihren Wunsch.",
    "help.default": "Bei Gefahr rufen Sie bitte sofort an: 110 (Polizei) oder 112 (Krankenwagen und Feuerwehr). "
    "Beide Nummern sind kostenlos, am Tag und in der Nacht.",
    "privacy.short": "Was Sie hier schreiben, wird verschlüsselt gespeichert. Lesen können es die Menschen, die Ihnen antworten.",
    "help.number": "{number}: {label} ({hours})",
    "term.is": "{term}: {meaning}",
    "term.none": "In diesem Text ist kein schwieriges Wort markiert.",
    "source.is": "Das steht hier: {source}",
    # buttons
    "button.menu": "Menü",
    "button.resume": "Weitermachen",
    "button.ask_person": "Jemanden fragen",
    "button.skip": "Überspringen",
    "button.done": "Fertig",
    "button.yes": "Ja",
    "button.no": "Nein",
    "button.other": "Nein, etwas anderes",
    "button.confirm": "Ja, stimmt",
    "button.change": "Ändern",
    "button.leave": "Trotzdem gehen",
    "button.open": "Mehr dazu",
    "button.stop": "Nicht mehr erinnern",
    "button.more": "Weitere Antworten",
    "button.german": "Auf Deutsch zeigen",
    "button.privacy": "Datenschutz",
    "button.answer": "Antworten",
    "button.good": "Ja, danke",
    "button.bad": "Nein",
    "button.again": "Noch eine Frage",
    "button.erase": "Ja, alles löschen",
    "button.keep": "Nein, nichts löschen",
    "extra.german": "Auf Deutsch zeigen",
    "extra.term": "Was heißt das?",
    "extra.source": "Woher wissen wir das?",
    "extra.help": "Hilfe",
    "extra.person": "Jemanden fragen",
    "extra.menu": "Menü",
    # words that do the same as a command
    "command.menu.words": "Menü, Hauptmenü, Anfang, Start, zurück zum Menü",
    "command.sprache.words": "Sprache, Sprache ändern, andere Sprache",
    "command.mensch.words": "Mensch, Berater, Beraterin, Beratung, jemanden fragen",
    "command.hilfe.words": "Hilfe, Notfall, Notruf",
    "command.deutsch.words": "auf Deutsch, Deutsch zeigen",
    "command.stopp.words": "Stopp, keine Nachrichten mehr, abmelden",
    "command.datenschutz.words": "Datenschutz",
    "command.meinedaten.words": "meine Daten",
    "command.loeschen.words": "meine Daten löschen, alles löschen",
    "command.verbinden.words": "verbinden",
}

ENGLISH_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "menu": ("menu", "start", "home"),
    "sprache": ("language", "change language"),
    "mensch": ("human", "person", "agent", "adviser"),
    "hilfe": ("help", "sos", "emergency", "110", "112", "🆘"),
    "deutsch": ("german", "in german"),
    "stopp": ("stop", "unsubscribe"),
    "datenschutz": ("privacy",),
    "meinedaten": ("my data",),
    "loeschen": ("delete", "delete my data"),
    "verbinden": ("connect",),
}
"""What is understood in every language beside the catalogs' words."""

NOTICE: Final = hashlib.sha256(GERMAN["welcome.privacy"].encode()).hexdigest()[:12]
"""Which wording of the notice it is that a parent reads before they go on; another wording is another version."""
