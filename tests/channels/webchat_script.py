"""A small scripted conversation in German and Arabic, for looking at the page: choices, long texts, a person."""

from collections.abc import Sequence

from channels.webchat_house import House

from bot.flow.event import Chose, Command, Event, Said, Started
from bot.model import ContactId, Language
from bot.text.message import Button, Message

DE, AR = Language("de"), Language("ar")
NAMES = {"de": "Deutsch", "ar": "العربية", "tr": "Türkçe", "uk": "Українська", "en": "English"}

CHOICES = tuple(Button(f"l.{code}", name) for code, name in NAMES.items())
ASK = {
    "de": Message("Guten Tag! In welcher Sprache möchten Sie schreiben?", DE, "ltr", CHOICES),
    "ar": Message("مرحباً! بأي لغة تودون الكتابة؟", AR, "rtl", CHOICES),
}
MENU = {
    "de": Message(
        "Willkommen bei der \u2068Elternlotse\u2069.\n\nWir helfen Ihnen bei Fragen zu Schule und Kita. Was möchten Sie wissen?",
        DE,
        "ltr",
        (
            Button("o.evening", "Was ist ein Elternabend?"),
            Button("o.money", "Geld für Bücher, Ausflüge und Mittagessen in Schule oder Kita"),
            Button("o.none", "Etwas anderes"),
        ),
        (Button("c.menu", "Menü"), Button("c.hilfe", "Hilfe"), Button("m.a.s", "Woher wissen wir das?")),
        bold=((19, 32),),
    ),
    "ar": Message(
        "أهلاً وسهلاً!\n\nنساعدكم في أسئلة المدرسة والروضة (\u2068Kita\u2069). ما الذي تودون معرفته؟",
        AR,
        "rtl",
        (
            Button("o.evening", "ما هي أمسية أولياء الأمور (\u2068Elternabend\u2069)؟"),
            Button("o.money", "مال للكتب والرحلات ووجبة الغداء"),
            Button("o.none", "شيء آخر"),
        ),
        (Button("m.a.g", "عرض بالألمانية"), Button("c.menu", "القائمة"), Button("c.mensch", "سؤال شخص")),
        bold=((0, 12),),
    ),
}
EVENING = {
    "de": Message(
        "Beim Elternabend treffen sich alle Eltern einer Klasse mit der Lehrerin oder dem Lehrer.\n\n"
        "Sie hören, was die Kinder lernen. Sie können Fragen stellen.\n\n"
        "Mehr dazu: https://www.schulministerium.nrw/elternmitwirkung.\nTelefon: \u2068+49 211 123-45\u2069",
        DE,
        "ltr",
        (Button("c.menu", "Zurück zum Menü"),),
        (Button("m.b.s", "Woher wissen wir das?"), Button("m.b.t", "Was heißt das?")),
    ),
    "ar": Message(
        "في أمسية أولياء الأمور (\u2068Elternabend\u2069) يلتقي جميع أولياء أمور الصف بالمعلمة أو المعلم.\n\n"
        "رقم الهاتف: \u2068+49 211 123-45\u2069، يوم \u206824.11.2026\u2069.",
        AR,
        "rtl",
        (Button("c.menu", "العودة إلى القائمة"),),
        (Button("m.b.g", "عرض بالألمانية"),),
    ),
}
PERSON = {
    "de": Message(
        "Guten Tag, hier ist ein Mensch. Ich habe Ihre Frage gelesen und rufe in der Schule an.",
        DE,
        "ltr",
        speaker="person",
    ),
    "ar": Message("مرحباً، معكم شخص من الاستشارة. قرأت سؤالكم وسأتصل بالمدرسة.", AR, "rtl", speaker="person"),
}


class Script:
    """One conversation: the language is asked first, then the menu; whatever is typed comes back."""

    def __init__(self) -> None:
        self.language = "de"

    def __call__(self, house: House, contact: ContactId, events: Sequence[Event]) -> None:
        for event in events:
            house.say(contact, self.answer(event))

    def answer(self, event: Event) -> Message:
        """Return what the house says to an event."""
        match event:
            case Started(hint=hint):
                return ASK["ar" if hint.startswith("ar") else "de"]
            case Chose(token) if token.startswith("l."):
                self.language = token[2:] if token[2:] in MENU else "de"
                return MENU[self.language]
            case Chose("o.evening"):
                return EVENING[self.language]
            case Chose("c.mensch") | Command("mensch"):
                return PERSON[self.language]
            case Said(text):
                menu = MENU[self.language]
                return Message(f"\u2068{text}\u2069", menu.language, menu.direction)
            case _:
                return MENU[self.language]
