"""A talk that was left on another revision, brought up to this one before it goes on.

What the parent answered keeps its meaning under today's names, or is no answer any more; a language that is gone, or
that a running flow has lost, is told at the parent's next message. Steps are ``walk``'s business: they are looked up
by name each time.
"""

from collections.abc import Iterator

import msgspec

from bot.flow import token
from bot.flow.graph import Choose, Revision
from bot.flow.message import Chosen, Part, Reply, Text, Value
from bot.flow.session import Frame
from bot.flow.talk import SOURCE_LANGUAGE, Talk


def answers(talk: Talk) -> None:
    """Give chosen options their present names; one that is gone is no answer any more."""
    if any(_is_old(talk.revision, value) for frame in talk.session.frames for _, value in frame.answers):
        talk.change(frames=tuple(_with_present_answers(talk.revision, frame) for frame in talk.session.frames))


def languages(talk: Talk) -> None:
    """Tell a parent what their language has lost: itself, and then it is asked for again; or a flow that runs."""
    language = talk.session.language
    if language is None:
        return
    if language not in talk.revision.languages:
        talk.change(language=None, hint=language)  # what is left of it is still spoken while another one is chosen
        talk.notice("language.lost")
        return
    before = talk.session.frames
    frames = tuple(spoken(talk, frame) for frame in before)
    if frames == before:
        return
    talk.change(frames=frames)
    if any(now.language and not old.language for now, old in zip(frames, before, strict=True)):
        talk.notice("flow.not_translated", extras=("person",))


def spoken(talk: Talk, frame: Frame) -> Frame:
    """Return a frame that speaks the talk's language, or the source language where its flow is not whole in it."""
    whole = talk.revision.whole.get(frame.flow)
    if whole is None:
        return frame
    language = None if talk.session.language in whole else SOURCE_LANGUAGE
    return frame if language == frame.language else msgspec.structs.replace(frame, language=language)


def can_be_said(revision: Revision, reply: Reply) -> bool:
    """Say whether all that a message refers to is still there, so that it can be said again."""
    return all(_is_there(revision, text) for text in _texts(reply))


def _texts(value: object) -> Iterator[Text]:
    """Yield every text that a message, or a part of one, refers to."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Part):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def _with_present_answers(revision: Revision, frame: Frame) -> Frame:
    kept: list[tuple[str, Value]] = []
    for name, value in frame.answers:
        now = _present(revision, value) if isinstance(value, Chosen) and _is_old(revision, value) else value
        kept += [] if now is None else [(name, now)]
    return msgspec.structs.replace(frame, answers=tuple(kept))


def _present(revision: Revision, chosen: Chosen) -> Chosen | None:
    """Return an option under its present name and label; None where it is gone."""
    flow, step, option = chosen.label.key.split("/")[:3]
    place = revision.buttons.get(token.option(flow, step, option))
    asked = None if place is None else revision.flows[place.flow].steps[place.step]
    if place is None or not isinstance(asked, Choose):
        return None
    return next((Chosen(each.name, each.label) for each in asked.options if each.name == place.option), None)


def _is_old(revision: Revision, value: Value) -> bool:
    return isinstance(value, Chosen) and not _is_there(revision, value.label)


def _is_there(revision: Revision, text: Text) -> bool:
    return text.domain != "flows" or text.key in revision.texts
