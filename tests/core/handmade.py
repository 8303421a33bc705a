"""Flows made by hand, for tests that look at one kind of step alone and compare whole replies and sessions."""

from collections.abc import Mapping
from datetime import date

from bot.flow.buttons import buttons
from bot.flow.engine import Sprint, advance
from bot.flow.event import Event
from bot.flow.graph import (
    Ask,
    CalendarDay,
    Call,
    Choice,
    Choose,
    End,
    Escalate,
    Flow,
    Goto,
    Revision,
    Say,
    Step,
    Wording,
)
from bot.flow.message import Line, Option, Reply, Text, content, interface
from bot.flow.session import Frame, Session
from bot.flow.talk import MENU
from bot.flow.token import button, option
from bot.model import Duration, Language, Topic

DE, TR = Language("de"), Language("tr")
OVER = End()
EXTRAS = ("help", "person", "menu")
PERSON = Option("t.person", interface("button.ask_person"))
OTHER = Option("t.other", interface("button.other"))
HELP = Line(interface("help.default"))
NOT_UNDERSTOOD = Line(interface("choose.miss"))
TOPIC = Topic("schule", "Schule", ("beratung",), Duration(1, "Werktage"), "Mo-Fr 9-17", "normal")


def text(flow: str, step: str, field: str) -> Text:
    return content(flow, step, field)


def wording(flow: str, step: str, kind: str, *answers: str) -> Wording:
    return Wording(content(flow, step, kind), answers)


def say(flow: str, name: str, then: Goto | End = OVER, *answers: str) -> Say:
    return Say(name, wording(flow, name, "say", *answers), then)


def ask(name: str, kind: str, then: Goto | End = OVER, flow: str = "f", **fields) -> Ask:
    return Ask(name, wording(flow, name, "ask"), name, kind, then, **fields)


def choose(flow: str, name: str, **options) -> Choose:
    """Return a question; each option is given by its name and where it leads."""
    made = tuple(Choice(each, content(flow, name, each, "label"), then) for each, then in options.items())
    return Choose(name, wording(flow, name, "choose"), made)


def flow(name: str, *steps: Step, topic: str = "schule", **fields) -> Flow:
    return Flow(name, content(name, "title"), topic, steps[0].name, {step.name: step for step in steps}, **fields)


START = flow("start", choose("start", "wohin", daten=Call("datenschutz", End()), hilfe=Call("beratung", End())))
BERATUNG = flow("beratung", Escalate("frage", wording("beratung", "frage", "escalate")))
DATENSCHUTZ = flow("datenschutz", say("datenschutz", "text"))


def revision(
    *flows: Flow,
    languages: tuple[Language, ...] = (DE, TR),
    calendars: Mapping[str, tuple[CalendarDay, ...]] | None = None,
    whole: frozenset[Language] = frozenset({DE, TR}),
) -> Revision:
    every = (START, BERATUNG, DATENSCHUTZ, *flows)
    return Revision(
        "hand",
        {each.name: each for each in every},
        {"schule": TOPIC},
        buttons(every),
        {each.name: frozenset({DE, TR}) if each not in flows else whole for each in every},
        languages,
        help_card=(HELP,),
        calendars=calendars or {},
        texts=frozenset(_keys(every)),
    )


def _keys(flows):
    for each in flows:
        yield f"{each.name}/title"
        for step in each.steps.values():
            wordings = [getattr(step, "wording", None), *(field.wording for field in getattr(step, "fields", ()))]
            yield from (found.text.key for found in wordings if found is not None)
            yield from (choice.label.key for choice in getattr(step, "options", ()))


def asked(flow_name: str, step: str, kind: str, *options: Option, before: tuple[Line, ...] = (), **fields) -> Reply:
    """Return a question as the core says it."""
    return Reply((*before, Line(content(flow_name, step, kind))), options, EXTRAS, **fields)


def pressed(step: str, name: str, flow_name: str = "f") -> str:
    """Return the token of a button: its option's name, or with a dot what is no option."""
    return button(flow_name, step, name) if "." in name else option(flow_name, step, name)


def yes(step: str, name: str = ".yes", flow_name: str = "f") -> Option:
    return Option(pressed(step, name, flow_name), interface("button.yes"))


def no(step: str, name: str = ".no", flow_name: str = "f") -> Option:
    return Option(pressed(step, name, flow_name), interface("button.no"))


def skip(step: str, name: str = ".skip", flow_name: str = "f") -> Option:
    return Option(pressed(step, name, flow_name), interface("button.skip"))


def at(step: str, flow_name: str = "f", *below: Frame, language: Language = DE, **fields) -> Session:
    """Return a session that waits at a step."""
    frame = {name: fields.pop(name) for name in ("answers", "part", "asked", "then") if name in fields}
    return Session(language=language, told=("de", "privacy", "tr"), **{
        "frames": (*below, Frame(flow_name, step, **frame)), "waits": "step", **fields,
    })  # fmt: skip


def day(written: str, region: str = "") -> CalendarDay:
    return CalendarDay(date.fromisoformat(written), region)


def heard(house: Revision, session: Session, now, *events: Event) -> Sprint:
    """Return the last sprint of several events, each at the same moment."""
    sprint = Sprint(session, ())
    for event in events:
        sprint = advance(house, sprint.session, event, now)
    return sprint


def notice(name: str, *options: Option, extras: tuple[str, ...] = (), **values) -> Reply:
    """Return a text of the program as the core says it in German."""
    return Reply((Line(interface(name), tuple(values.items())),), options, extras)


def with_menu(reply: Reply) -> Reply:
    """Return a reply as the last one of a talk."""
    return Reply(reply.lines, (*reply.options, MENU), reply.extras, reply.terms, reply.source, language=reply.language)
