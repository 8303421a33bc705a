"""Made-up flows, sessions and events, by chance: what no flow on disk has, and what a session may know of older ones.

A session here knows steps, fields and answers that its flows have renamed, taken out, put into another order or made of
another kind. All from a source of chance, which is many times faster than building them by hypothesis.
"""

from datetime import date, timedelta
from random import Random

from core.handmade import DE, TR, choose, day, flow, revision, wording

from bot.check.talks import BEGIN
from bot.flow.buttons import made
from bot.flow.event import (
    AdviserWrote,
    AskedGerman,
    AskedMore,
    AskedSource,
    AskedTerm,
    Blocked,
    Chose,
    Command,
    Due,
    Edited,
    Event,
    Flooded,
    Ignored,
    Reacted,
    Said,
    Shared,
    Started,
    TicketClosed,
    Unreadable,
    WaitExpired,
)
from bot.flow.everywhere import COMMANDS
from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Decide,
    Derive,
    End,
    Escalate,
    Flow,
    Form,
    Goto,
    Link,
    Remind,
    Revision,
    Row,
    Say,
    Step,
    Test,
)
from bot.flow.message import Chosen, Day, Line, Media, Option, Own, Photo, Reply, content, interface
from bot.flow.session import FRAMES, Frame, Session
from bot.model import Duration, Language

STEPS = ("s0", "s1", "s2", "s3")
NAMES = ("a", "b", "c")
TYPES = ("text", "number", "date", "postcode", "phone", "yes_or_no", "photo")
VALUES = (
    "Ana", "40210", 7, Day(date(2020, 2, 1)), Photo("k-1"), Chosen("yes", interface("button.yes")),
    Chosen("alt", content("f", "weg", "alt", "label")),
)  # fmt: skip
BUTTONS = (".skip", ".yes", ".no", ".confirm", ".change", "a.", "a.yes", "b.skip", "c.", "weg.")
TOKENS = (
    *(made(f, s, name) for f in ("f", "g") for s in STEPS for name in ("a", "b", *BUTTONS)),
    *(made("start", "wohin", name) for name in ("daten", "hilfe")),
    "c.menu", "c.mensch", "c.deutsch", "c.weg", "l.de", "l.tr", "l.xx", "s.f", "s.weg", "m.1.n", "m.1.g", "x", "", ".",
    "t.done", "t.resume", "t.leave", "t.other", "t.person", "t.answer", "t.again", "t.good", "t.bad", "t.weg",
)  # fmt: skip
HOUSE = tuple(token for token in TOKENS if token[1:2] == ".")
WORDS = ("1", "7", "1.2.2020", "40210", "0211 4710123", "Meine Frage an Sie", "x", "", "Ja\n*nein* {a} [[Kita]]")
LIKELY = 5
"""What happens mostly is so many times as likely."""


def house(seed: int) -> tuple[Random, Revision]:
    """Return a source of chance, and a house with two flows of steps of every kind; ``f`` may call ``g``."""
    chance = Random(seed)  # noqa: S311 - chance that can be repeated is the point
    called = _flow("g", chance, ("beratung",))
    calling = _flow("f", chance, ("g", "beratung"))
    whole = chance.choice([frozenset({DE, TR}), frozenset({DE})])
    calendars = {"tage": (day("2026-03-09"), day("2026-03-05", "Köln"))}
    return chance, revision(calling, called, calendars=calendars, whole=whole)


def session(chance: Random) -> Session:
    """Return a session; most wait at a step of ``f``."""
    return Session(
        language=chance.choice([*[DE] * LIKELY, TR, None, Language("xx")]),
        hint=chance.choice([None, TR]),
        frames=tuple(_frame(chance) for _ in range(chance.choice([0, *[1] * LIKELY, 2, 3, FRAMES]))),
        waits=chance.choice([*["step"] * LIKELY, "nothing", "language", "resume", "leave"]),
        misses=chance.randrange(4),
        owner=chance.choice([*["bot"] * LIKELY, "desk"]),
        question=chance.choice(["none", "open", "closed"]),
        question_closed_at=chance.choice([None, BEGIN - timedelta(days=1)]),
        written=chance.choice([(), (), ("Meine Frage",)]),
        unheard=chance.choice([(), ("Noch eine Frage",)]),
        held=chance.choice(["", "", "Das war noch offen"]),
        going=chance.choice(["", "f", "weg"]),
        last=tuple(_reply(chance) for _ in range(chance.randrange(3))),
        taken=chance.choice(["", *TOKENS]),
        heard_at=chance.choice([None, BEGIN, BEGIN - timedelta(days=2)]),
    )


def event(chance: Random) -> Event:
    """Return anything that can happen."""
    kinds = (_said, _said, _pressed, _pressed, _pressed, _sent, _asked, _other)
    return chance.choice(kinds)(chance)


def _said(chance: Random) -> Event:
    guesses = tuple(chance.choices(TOKENS, k=chance.randrange(4)))
    return chance.choice(
        [Said(chance.choice(WORDS)), Said(chance.choice(WORDS), guesses), Edited(chance.choice(WORDS))]
    )


def _pressed(chance: Random) -> Event:
    return Chose(chance.choice([chance.choice(TOKENS), chance.choice(HOUSE)]))


def _sent(chance: Random) -> Event:
    caption = chance.choice(["", "Was ist das?"])
    return Shared(chance.choice(["photo", "voice"]), caption, chance.choice(["", "k-1"]))


def _asked(chance: Random) -> Event:
    return chance.choice([AskedGerman, AskedMore, AskedSource, AskedTerm])(_reply(chance))


def _other(chance: Random) -> Event:
    start = Started(chance.choice(["", "f", "g", "weg"]), chance.choice([None, DE, TR, Language("xx")]))
    due = Due(chance.choice(["f", "weg"]), date(2026, 11, 10))
    plain = (Reacted(), Flooded(), WaitExpired(), TicketClosed(), Blocked(), Unreadable(), Ignored("x"))
    given = Command(chance.choice([*COMMANDS, "weg"]))
    return chance.choice([start, start, given, given, due, AdviserWrote("Guten Tag"), *plain])


def _flow(name: str, chance: Random, called: tuple[str, ...]) -> Flow:
    steps = [_step(step, chance, called) for step in STEPS]
    types = {each: chance.choice([*TYPES, "option"]) for each in NAMES}
    needs = {step: frozenset(chance.sample(NAMES, 1)) for step in chance.sample(STEPS, chance.choice([0, 0, 1, 2]))}
    return flow(name, *steps, types=types, needs=needs, was=chance.choice([{}, {"weg": "s1"}, {"s9": "s2"}]))


def _way(chance: Random) -> Goto | End:
    return End() if chance.random() < 1 / LIKELY else Goto(chance.choice(STEPS))


def _call(chance: Random, called: tuple[str, ...]) -> Call:
    named = chance.choice([*called, "/hilfe", "/sprache", "/menu", "/mensch", "/datenschutz"])
    return Call(named, _way(chance), chance.choice([(), (("a", "b"),)]), chance.choice([(), ("a",)]))


def _ask(name: str, chance: Random) -> Ask:
    return Ask(
        name,
        wording("f", name, "ask", "a"),
        chance.choice(NAMES),
        chance.choice(TYPES),
        _way(chance),
        retry=chance.choice([None, wording("f", name, "retry")]),
        optional=chance.random() < 0.5,
        label=chance.choice([None, content("f", name, "label")]),
    )


def _step(name: str, chance: Random, called: tuple[str, ...]) -> Step:  # noqa: PLR0911 - one line a kind
    then = _way(chance)
    match chance.choice(["say", "choose", "ask", "form", "form", "derive", "decide", "call", "remind", "escalate"]):
        case "say":
            media = chance.choice([(), (Media("picture", "x.jpg", content("f", name, "alt")),)])
            link = chance.choice([None, Link(content("f", name, "link"), "https://www.example.org")])
            return Say(name, wording("f", name, "say", "a"), then, media, link)
        case "choose":
            return choose("f", name, a=then, b=chance.choice([_way(chance), _call(chance, called)]))
        case "ask":
            return _ask(name, chance)
        case "form":
            fields = tuple(_ask(each, chance) for each in chance.sample(NAMES, chance.randrange(4)))
            return Form(name, wording("f", name, "form"), fields, then)
        case "derive":
            rule = chance.choice(["age_on", "days_until", "next_date_of", "weg"])
            of = chance.choice([(), ("a",), ("a", "b")])
            return Derive(name, chance.choice(NAMES), rule, then, of, chance.choice(["", "tage"]))
        case "decide":
            test = chance.choice([Test("a", "known", "true"), Test("b", "at_least", 7), Test("c", "is", "yes")])
            row = Row((test,), Goto(chance.choice(STEPS)))
            return Decide(name, (row,), Goto(chance.choice(STEPS)))
        case "call":
            return CallStep(name, _call(chance, called))
        case "remind":
            text = chance.choice([None, wording("f", name, "yes_text")])
            return Remind(name, wording("f", name, "remind"), "tage", Duration(1, "Wochen"), then, text)
        case _:
            return Escalate(name, wording("f", name, "escalate"))


def _frame(chance: Random) -> Frame:
    names = sorted(chance.sample(NAMES, chance.randrange(len(NAMES) + 1)))
    return Frame(
        chance.choice([*["f"] * LIKELY, "g", "start", "beratung", "weg"]),
        chance.choice([*STEPS * 2, "wohin", "frage", "weg", ""]),
        tuple((name, chance.choice(VALUES)) for name in names),
        chance.choice(["", *STEPS, "weg"]),
        chance.choice([(), ("a",)]),
        chance.choice([None, DE]),
        chance.choice(["", "", ".summary", ".change", *NAMES, "weg"]),
        tuple(chance.sample([*NAMES, "weg"], chance.randrange(4))),
    )


def _reply(chance: Random) -> Reply:
    labels = (interface("button.yes"), interface("button.other"), Own("x"))
    options = tuple(Option(chance.choice(TOKENS), chance.choice(labels)) for _ in range(chance.randrange(4)))
    return Reply(
        (Line(interface("choose.miss")),),
        options,
        chance.choice([(), ("help", "person", "menu"), ("german",)]),
        chance.choice([(), ("Kita",)]),
        language=chance.choice([None, DE]),
        page=chance.randrange(3),
    )
