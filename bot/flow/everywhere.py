"""What a parent may do at any moment: the everywhere-commands, the language, and asking about one message.

Language, German, help and privacy answer and leave the talk where it is; menu, ``/start`` and deep links begin anew.
"""

from collections.abc import Callable, Mapping

import msgspec

from bot.flow import walk
from bot.flow.event import Started
from bot.flow.message import Line, Option, Own, Reply, Text, content, interface
from bot.flow.notices import ask_language, say_help_card
from bot.flow.session import Frame
from bot.flow.steps.choose import PERSON
from bot.flow.talk import MENU, SOURCE_LANGUAGE, Talk
from bot.flow.token import command
from bot.model import Language

_GERMAN = Option(command("deutsch"), interface("button.german"))
_PRIVACY = Option(command("datenschutz"), interface("button.privacy"))


def start(talk: Talk, event: Started) -> None:
    """Begin: at the flow that a deep link names, else at the menu; a new parent chooses the language first."""
    walk.leave(talk)
    hint = Language(event.hint.partition("-")[0].partition("_")[0].lower())
    talk.change(hint=hint if hint in talk.revision.languages else talk.session.hint)
    flow = event.flow if event.flow in talk.revision.flows else "start"
    if event.language in talk.revision.languages and event.language != talk.session.language:
        talk.change(language=event.language)
        _welcome(talk)
    if talk.session.language is None:
        _ask_language_first(talk, flow)
    else:
        walk.start_flow(talk, flow)


def obey(talk: Talk, name: str) -> None:
    """Carry out an everywhere-command. One that is not known is answered with the menu."""
    flow = walk.FLOWS.get(name, "")
    if flow and talk.session.language is None:
        _ask_language_first(talk, flow)
    else:
        COMMANDS.get(name, _menu)(talk)


def take_language(talk: Talk, code: str) -> None:
    """Speak this language from now on, and go on where the talk was."""
    first = talk.session.language is None
    talk.change(language=Language(code), waits="step" if talk.session.frames else "nothing")
    talk.change(frames=tuple(_spoken(talk, frame) for frame in talk.session.frames))
    if first or code not in talk.session.told:
        _welcome(talk)
    if not first:
        talk.notice("language.changed", language=Text("language", code))
    if first and talk.session.unheard:
        talk.notice("words.kept", words=Own(talk.session.unheard[-1]))
    if talk.session.frames:
        walk.run(talk)
    elif first:
        walk.start_flow(talk, "start")
    elif talk.session.owner == "bot":
        talk.end_with_menu()


def mend_language(talk: Talk) -> None:
    """A language that is offered no more (a new revision) is asked for again."""
    language = talk.session.language
    if language is not None and language not in talk.revision.languages:
        talk.change(language=None)
        talk.notice("language.lost")


def say_in_german(talk: Talk, reply: Reply) -> None:
    """Say one message in German. The waiting question keeps its buttons; after another message it is asked again."""
    waits = reply in talk.session.last
    extras = tuple(extra for extra in reply.extras if extra != "german")
    options = reply.options if waits else ()
    talk.reply(msgspec.structs.replace(reply, language=SOURCE_LANGUAGE, options=options, extras=extras))
    if not waits:
        walk.repeat(talk)


def explain(talk: Talk, reply: Reply) -> None:
    """Say what the glossary words of one message mean."""
    lines = tuple(Line(interface("term.is"), _term(term)) for term in reply.terms)
    talk.reply(Reply(lines or (Line(interface("term.none")),), language=reply.language))
    walk.repeat(talk)


def name_source(talk: Talk, reply: Reply) -> None:
    """Say where one message's statement comes from."""
    talk.notice("source.is", source=Own(reply.source))
    walk.repeat(talk)


def _term(term: str) -> tuple[tuple[str, Own | Text], ...]:
    return (("term", Own(term)), ("meaning", content("glossary", term, "say")))


def _spoken(talk: Talk, frame: Frame) -> Frame:
    whole = talk.session.language in talk.revision.whole.get(frame.flow, frozenset())
    return msgspec.structs.replace(frame, language=None if whole else SOURCE_LANGUAGE)


def _ask_language_first(talk: Talk, flow: str) -> None:
    """Keep where the parent wants to go until the language is known."""
    name = flow if flow in talk.revision.flows else "start"
    talk.change(frames=(Frame(name, talk.revision.flows[name].first),))
    ask_language(talk)


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
    walk.start_flow(talk, "start")


def _person(talk: Talk) -> None:
    if walk.collects(talk):
        walk.repeat(talk)
    elif talk.session.owner == "desk":
        talk.notice("question.write_now", MENU)
    else:
        walk.call_flow(talk, walk.FLOWS["mensch"])


def _privacy(talk: Talk) -> None:
    if walk.FLOWS["datenschutz"] in talk.revision.flows:
        walk.call_flow(talk, walk.FLOWS["datenschutz"])
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
        ask_language(talk)


def _stop(talk: Talk) -> None:
    talk.notice("stop.done", MENU)
    walk.repeat(talk)


def _by_person(talk: Talk) -> None:
    talk.notice("command.by_person", PERSON, MENU)
    walk.repeat(talk)


COMMANDS: Mapping[str, Callable[[Talk], None]] = {
    "menu": _menu,
    "sprache": ask_language,
    "mensch": _person,
    "hilfe": _help,
    "deutsch": _in_german,
    "stopp": _stop,
    "datenschutz": _privacy,
    "meinedaten": _by_person,
    "loeschen": _by_person,
    "verbinden": _by_person,
}
"""Every everywhere-command by its name. Those about one's data are carried out by a person in this version."""
