"""What a parent may do at any moment: the everywhere-commands, the language, and asking about one message.

Language, German, help, privacy and what is about one's data answer and leave the talk where it is; menu, ``/start`` and deep links begin anew.
"""

from collections.abc import Callable, Mapping

import msgspec

from bot.flow import own_data, walk
from bot.flow.about import is_same
from bot.flow.effect import Unsubscribe
from bot.flow.event import Started
from bot.flow.mend import can_be_said, spoken
from bot.flow.message import Line, Option, Own, Reply, Text, content, interface
from bot.flow.notices import ask_language, say_help_card
from bot.flow.session import FRAMES, Frame
from bot.flow.steps.form import half_filled
from bot.flow.steps.missed import PERSON
from bot.flow.talk import MENU, SOURCE_LANGUAGE, Talk
from bot.flow.token import command
from bot.model import Language

_GERMAN = Option(command("deutsch"), interface("button.german"))
_PRIVACY = Option(command("datenschutz"), interface("button.privacy"))


def start(talk: Talk, event: Started) -> None:
    """Begin: at the flow that a deep link names, else at the menu; a new parent chooses the language first."""
    hint = Language(event.hint.partition("-")[0].partition("_")[0].lower())
    talk.change(hint=hint if hint in talk.revision.languages else talk.session.hint)
    flow = event.flow if event.flow in talk.revision.flows else "start"
    if event.language in talk.revision.languages and event.language != talk.session.language:
        talk.change(language=event.language)
        talk.change(frames=tuple(spoken(talk, frame) for frame in talk.session.frames))
        _welcome(talk)
    go_to(talk, flow)


def go_to(talk: Talk, flow: str) -> None:
    """Leave what runs and begin a flow. A half-filled form asks first; the same wish again is granted."""
    begun = half_filled(talk)
    if talk.session.language is None:
        walk.leave(talk)
        talk.change(frames=begun or (_first_frame(talk, flow),), owner="bot")
        ask_language(talk)
    elif begun and (talk.session.waits, talk.session.going) != ("leave", flow):
        walk.ask_to_leave(talk, flow)
    else:
        walk.start_flow(talk, flow)


def obey(talk: Talk, name: str) -> None:
    """Carry out an everywhere-command. One that is not known is answered with the menu."""
    COMMANDS.get(name, _menu)(talk)


def take_language(talk: Talk, code: str) -> None:
    """Speak this language from now on, and go on where the talk was."""
    first = talk.session.language is None
    with_person = talk.session.owner == "desk"
    talk.change(language=Language(code))
    talk.change(frames=tuple(spoken(talk, frame) for frame in talk.session.frames))
    if first or code not in talk.session.told:
        _welcome(talk)
    if not first or with_person:
        talk.notice("language.changed", language=Text("language", code))
    if first and talk.session.unheard:
        talk.notice("words.kept", words=Own(talk.session.unheard[-1]))
    if with_person and talk.session.frames == half_filled(talk):
        talk.change(waits="resume" if talk.session.frames else "nothing")
    elif talk.session.frames:
        walk.run(talk)
    elif first:
        walk.start_flow(talk, "start")
    else:
        talk.end_with_menu()


def say_in_german(talk: Talk, reply: Reply) -> None:
    """Say one message in German. The waiting question keeps its buttons; after another message it is asked again.

    One whose words are gone with an older revision cannot be said any more.
    """
    if not can_be_said(talk.revision, reply):
        walk.answer_and_repeat(talk, "button.gone")
        return
    waits = any(is_same(reply, each) for each in talk.session.last)
    extras = tuple(extra for extra in reply.extras if extra != "german")
    options = reply.options if waits else ()
    talk.reply(msgspec.structs.replace(reply, language=SOURCE_LANGUAGE, options=options, extras=extras))
    if not waits:
        walk.repeat(talk)


def show_more(talk: Talk, reply: Reply) -> None:
    """Say one message again with the next of its buttons."""
    if not can_be_said(talk.revision, reply):
        walk.answer_and_repeat(talk, "button.gone")
        return
    talk.reply(msgspec.structs.replace(reply, page=reply.page + 1))


def explain(talk: Talk, reply: Reply) -> None:
    """Say what the glossary words of one message mean."""
    known = [term for term in reply.terms if content("glossary", term, "say").key in talk.revision.texts]
    lines = tuple(Line(interface("term.is"), _term(term)) for term in known)
    talk.reply(Reply(lines or (Line(interface("term.none")),), language=reply.language))
    walk.repeat(talk)


def name_source(talk: Talk, reply: Reply) -> None:
    """Say where one message's statement comes from."""
    talk.notice("source.is", source=Own(reply.source))
    walk.repeat(talk)


def _term(term: str) -> tuple[tuple[str, Own | Text], ...]:
    return (("term", Own(term)), ("meaning", content("glossary", term, "say")))


def _first_frame(talk: Talk, flow: str) -> Frame:
    name = flow if flow in talk.revision.flows else "start"
    return Frame(name, talk.revision.flows[name].first)


def _call(talk: Talk, flow: str) -> None:
    """Run a flow above what waits. Without a language it is asked for first; a half-filled form stays below."""
    if talk.session.language is None:
        begun = half_filled(talk)[1 - FRAMES :]
        waiting = (msgspec.structs.replace(frame, then=frame.step) for frame in begun[-1:])
        talk.change(frames=(*begun[:-1], *waiting, _first_frame(talk, flow)))
        ask_language(talk)
    else:
        walk.call_flow(talk, flow)


def _welcome(talk: Talk) -> None:
    """Say once who is talking and what happens to the words, and once a language that nobody has reviewed it yet."""
    language = talk.session.language or SOURCE_LANGUAGE
    told = talk.session.told
    privacy = () if "privacy" in told else (Line(interface("welcome.privacy")),)
    draft = language in talk.revision.drafts and language not in told
    lines = (*privacy, *((Line(interface("draft.notice")),) if draft else ()))
    options = (*((_PRIVACY,) if privacy else ()), *((_GERMAN,) if draft else ()))
    if lines:
        talk.reply(Reply(lines, options))
    talk.change(told=tuple(sorted({*told, "privacy", language})))


def _menu(talk: Talk) -> None:
    go_to(talk, walk.FLOWS["menu"])


def _person(talk: Talk) -> None:
    if talk.session.owner == "desk":
        talk.notice("question.write_now", MENU)
    elif talk.session.language is not None and walk.collects(talk):
        walk.repeat(talk)
    else:
        _call(talk, walk.FLOWS["mensch"])


def _privacy(talk: Talk) -> None:
    if walk.FLOWS["datenschutz"] in talk.revision.flows or talk.session.language is None:
        _call(talk, walk.FLOWS["datenschutz"])
    else:
        talk.notice("privacy.short", MENU)
        walk.repeat(talk)


def _help(talk: Talk) -> None:
    say_help_card(talk)
    walk.repeat(talk)


def _in_german(talk: Talk) -> None:
    if talk.session.last:
        say_in_german(talk, talk.session.last[0])
    else:
        _language(talk)


def _language(talk: Talk) -> None:
    """Ask for the language. Asked for in the middle of a question, what is typed may still answer that question."""
    if talk.session.waits != "language":
        talk.change(going="")
    ask_language(talk)


def _stop(talk: Talk) -> None:
    talk.effects.append(Unsubscribe())
    talk.notice("stop.done", MENU)
    walk.repeat(talk)


def _by_person(talk: Talk) -> None:
    talk.notice("command.by_person", PERSON, MENU)
    walk.repeat(talk)


COMMANDS: Mapping[str, Callable[[Talk], None]] = {
    "menu": _menu,
    "sprache": _language,
    "mensch": _person,
    "hilfe": _help,
    "deutsch": _in_german,
    "stopp": _stop,
    "datenschutz": _privacy,
    "meinedaten": own_data.show,
    "loeschen": own_data.ask_to_erase,
    "verbinden": _by_person,
}
"""Every everywhere-command by its name. That one has two ways to us is noted by a person in this version."""
