"""The proof: it passes what is sound, finds every kind of hole that is planted, and says plainly what it did not see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import msgspec
import pytest
from core.small import made, small_files
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.edition import Edition
from bot.check.golden import parse
from bot.check.proof import eyes as eyes_module
from bot.check.proof import space as space_module
from bot.check.proof.acts import Act, accepted, always
from bot.check.proof.answers import Answers
from bot.check.proof.days import MOST, days
from bot.check.proof.eyes import Eyes
from bot.check.proof.prove import prove
from bot.check.proof.report import as_json, in_words
from bot.check.proof.result import Proof
from bot.check.proof.space import Space, with_caller
from bot.check.proof.words import Words
from bot.check.talks import BEGIN, play
from bot.check.watch import Met, watched
from bot.flow.effect import Ignore
from bot.flow.engine import Sprint, advance
from bot.flow.event import Command, Event, Started
from bot.flow.graph import Ask, Call, CallStep, Choose, End, Flow, Goto, Say, Step
from bot.flow.message import Line, Own, Reply
from bot.flow.session import Session
from bot.model import Language
from bot.text.catalogs import Catalogs

HEAD = "title: {0}\ntopic: schule\nreviewed: 2026-08-15\nexamples: [{0} bitte]\nsteps:\n"
TR = Language("tr")


START = "  wohin:\n    choose: Worum geht es?\n    options:\n      - label: Daten\n        call: datenschutz\n      - label: Mensch\n        call: beratung\n"
KEPT = ("beratung", "datenschutz", "topics", "safety")


def with_flow(name: str, steps: str, **more: str) -> Edition:
    """Return a menu, a person and a few words on data, with other flows beside them."""
    kept = {path: raw for path, raw in small_files().items() if path.endswith(tuple(f"/{each}.yaml" for each in KEPT))}
    written = {"start": START, name: steps, **more}
    added = {
        f"flows/{each}.yaml": f"flow: {each}\n{HEAD.format(each)}{text}".encode() for each, text in written.items()
    }
    return made({**kept, **added})


@pytest.fixture(scope="module")
def little() -> Edition:
    """A menu, a person, and one typed question."""
    return with_flow("kind", "  alter:\n    ask: Wie alt ist Ihr Kind?\n    save: alter\n    type: number\n")


def with_steps(edition: Edition, flow: str, **steps: Step) -> Edition:
    """Return an edition in which steps of a flow are replaced, whatever the checker would say of it."""
    changed = replace(edition.revision.flows[flow], steps={**edition.revision.flows[flow].steps, **steps})
    return with_changed(edition, changed)


def with_changed(edition: Edition, flow: Flow) -> Edition:
    flows = {**edition.revision.flows, flow.name: flow}
    return replace(edition, revision=replace(edition.revision, flows=flows))


def in_turkish(edition: Edition, change: Callable[[str], str] = lambda german: f"¡{german}!") -> Edition:
    """Return an edition that is also there in another language, every text made by a change of the German one."""
    german = edition.catalogs.german
    translated = {
        TR: {domain: {key: change(words) for key, words in texts.items()} for domain, texts in german.items()}
    }
    languages = (Language("de"), TR)
    whole = dict.fromkeys(edition.revision.flows, frozenset(languages))
    revision = replace(edition.revision, languages=languages, whole=whole)
    return replace(edition, revision=revision, catalogs=Catalogs(german, translated, languages))


def kinds(proof: Proof) -> set[str]:
    return {hole.kind for hole in proof.holes}


def report(proof: Proof) -> str:
    return "\n".join(in_words(proof, 1.0))


# ------------------------------------------------------------------------------------------------- what is sound


def test_the_small_flows_are_proven(edition):
    """Every kind of step, calls and forms: no hole, every step met, and the report says so."""
    proof = prove(edition, BEGIN)
    assert () == proof.holes
    assert proof.proven
    assert [] == [(flow.flow, flow.never) for flow in proof.flows if flow.never]
    assert proof.figures.states > 300
    assert "Bewiesen: In jedem Zustand geht es weiter" in report(proof)
    assert as_json(proof, 1.0)["proven"] is True


def test_what_is_counted_is_what_there_is(little):
    """Steps and buttons of each flow are those of the revision."""
    told = as_json(prove(little, BEGIN), 1.0)["flows"]
    assert [(name, len(flow.steps)) for name, flow in little.revision.flows.items()] == [
        (each["flow"], each["steps"]) for each in told
    ]


# -------------------------------------------------------------------------------------------------- planted holes

LOOP = "  a:\n    say: Eins\n  b:\n    choose: Wohin?\n    options:\n      - label: Weiter\n        goto: c\n      - label: Ende\n        end: true\n  c:\n    say: Zwei\n    end: true\n"


def test_a_silent_loop_is_found_with_the_shortest_way_to_it():
    """The steps run without end: the talk shows how to get there, and no more."""
    edition = with_flow("runde", LOOP)
    say = edition.revision.flows["runde"].steps["c"]
    assert isinstance(say, Say)
    proof = prove(with_steps(edition, "runde", c=replace(say, then=Goto("c"))), BEGIN)
    (hole,) = proof.holes
    assert ("endless", "runde") == (hole.kind, hole.flow)
    acts = [line for line in hole.talk.splitlines() if line.startswith((">", "~"))]
    assert ["> /start runde", "> [Weiter]"] == acts


def test_a_hole_can_be_saved_as_a_talk_and_played(little):
    """What is shown is a golden talk that goes as written, on the flows that have the hole."""
    broken = with_steps(little, "beratung", frage=Say("frage", little.revision.flows["datenschutz"].steps["text"].wording, End()))  # fmt: skip
    for hole in prove(broken, BEGIN).holes:
        (talk,), problems = parse("loch.talk", hole.talk.encode())
        assert () == problems
        assert () == play(talk, broken).differences, hole.talk


def test_a_step_whose_answers_are_not_there_is_found(little):
    """A step that needs an answer nobody asked for: the parent would hear that this part was rewritten."""
    flow = little.revision.flows["start"]
    broken = with_changed(little, replace(flow, needs={**flow.needs, "wohin": frozenset({"nie"})}))
    assert "gone" in kinds(prove(broken, BEGIN))


def test_a_call_that_leads_nowhere_is_found():
    """Where the program breaks, the hole names how."""
    edition = with_flow("ruf", "  a:\n    say: Eins\n  b:\n    call: datenschutz\n")
    call = edition.revision.flows["ruf"].steps["b"]
    assert isinstance(call, CallStep)
    proof = prove(with_steps(edition, "ruf", b=replace(call, call=Call("weg", End()))), BEGIN)
    (hole,) = proof.holes
    assert "breaks" == hole.kind
    assert "KeyError" in hole.message


def test_a_house_without_a_person_is_found_everywhere(little):
    """If »beratung« only says something, no state and no last message has a person within two taps."""
    say = Say("frage", little.revision.flows["datenschutz"].steps["text"].wording, End())
    proof = prove(with_steps(little, "beratung", frage=say), BEGIN)
    assert {"person"} == kinds(proof)
    assert not any(flow.person for flow in proof.flows if flow.flow in {"kind", "start"})


def test_a_person_behind_three_taps_is_too_far():
    """A flow »beratung« that asks twice before it takes the question is told."""
    steps = "  a:\n    choose: Worum geht es?\n    options:\n      - label: Eins\n        goto: b\n  b:\n    choose: Sicher?\n    options:\n      - label: Ja\n        goto: c\n  c:\n    escalate: Bitte schreiben Sie.\n"
    edition = with_flow("beratung", steps)
    assert "person" in kinds(prove(edition, BEGIN))


def test_steps_that_run_on_from_a_called_flow_into_its_caller_are_counted_together():
    """Fifty steps at the end of a called flow and sixty behind the call are more than a sprint may have."""
    called = "  a:\n    ask: Wie viele?\n    save: zahl\n    type: number\n" + _says("b", 50)
    caller = "  a:\n    call: innen\n" + _says("b", 60)
    proof = prove(with_flow("aussen", caller, innen=called), BEGIN)
    assert {("endless", "innen")} == {(hole.kind, hole.flow) for hole in proof.holes}
    assert () == prove(with_flow("innen", called), BEGIN).holes


def _says(name: str, count: int) -> str:
    return "".join(f"  {name}{number}:\n    say: Satz {number}\n" for number in range(count))


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda _, before: Sprint(before, ()), "silent"),
        (lambda _, before: Sprint(before, (Ignore("zu viel zu tun"),)), "silent"),
        (lambda sprint, before: replace(sprint, session=msgspec.structs.replace(before, frames=())), "lost"),
    ],
)
def test_a_help_that_does_not_help_is_found(little, monkeypatch, spoil, kind):
    """A core that swallows the call for help, or loses the waiting question over it, is caught."""

    def broken(revision, session: Session, event: Event, now: datetime) -> Sprint:
        sprint = advance(revision, session, event, now)
        return spoil(sprint, session) if event == Command("hilfe") and session.frames else sprint

    monkeypatch.setattr(eyes_module, "advance", broken)
    assert kind in kinds(prove(little, BEGIN))


def test_a_question_without_its_extras_is_found(little, monkeypatch):
    """A core that shows no second row leaves no way to a person from a plain question."""

    def bare(revision, session: Session, event: Event, now: datetime) -> Sprint:
        sprint = advance(revision, session, event, now)
        last = tuple(msgspec.structs.replace(reply, extras=()) for reply in sprint.session.last)
        return replace(sprint, session=msgspec.structs.replace(sprint.session, last=last))

    monkeypatch.setattr(eyes_module, "advance", bare)
    assert ("person", "kind") in {(hole.kind, hole.flow) for hole in prove(little, BEGIN).holes}


# ------------------------------------------------------------------------------------------------------- messages


def test_an_empty_translation_is_a_message_that_cannot_be_sent(little):
    """No platform takes an empty message; the hole names the language."""
    broken = in_turkish(little, lambda german: " " if german == "Wie alt ist Ihr Kind?" else german)
    (hole,) = prove(broken, BEGIN).holes
    assert ("limits", "kind") == (hole.kind, hole.flow)
    assert "tr: die Nachricht ist leer" in hole.message


def test_a_button_without_words_cannot_be_sent(little):
    """A label that is blank in one language."""
    broken = in_turkish(little, lambda german: " " if german == "Mensch" else german)
    assert ["tr: eine Taste hat keine Beschriftung" in hole.message for hole in prove(broken, BEGIN).holes] == [True]


def test_a_text_too_long_for_the_web_chat_is_found_with_its_longest_answer():
    """The text alone fits; with the longest name that may be typed, five times, it does not."""
    steps = "  a:\n    ask: Wie heißen Sie?\n    save: name\n    type: text\n  b:\n    say: |\n{}      {}\n"
    lines = "".join(f"      {'Wort ' * 80}\n" for _ in range(8))
    (hole,) = prove(with_flow("lang", steps.format(lines, "{name} " * 5)), BEGIN).holes
    assert "der Text hat 8" in hole.message
    assert "webchat" in hole.message
    assert () == prove(with_flow("lang", steps.format(lines, "{name} " * 4)), BEGIN).holes


def test_what_is_not_translated_is_counted_and_not_called_proven_in_that_language(little):
    """A text that a language lacks is sent in German there; the report says how many were left out."""
    whole = in_turkish(little)
    texts = whole.catalogs.translated[TR]
    left = {key: words for key, words in texts["flows"].items() if not key.startswith("kind/")}
    catalogs = replace(whole.catalogs, translated={TR: {**texts, "flows": left}})
    proof = prove(replace(whole, catalogs=catalogs), BEGIN)
    assert 0 == prove(whole, BEGIN).figures.untranslated
    assert proof.figures.untranslated > 0
    assert f"nicht geprüft: {proof.figures.untranslated} Nachrichten" in report(proof)


LINES = [Line(text=reply) for reply in (Own("Ja"), Own("+49 211 123-45"), Own("שלום"), Own(""))]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_message_is_never_longer_than_its_lines(edition, data):
    """What the proof adds up instead of rendering is never less than what is sent, in either direction of writing."""
    turkish = in_turkish(edition, lambda german: german.replace("e", "ه"))
    met = Met()
    eyes = Eyes(watched(with_caller(turkish.revision), met), met, BEGIN)
    space = Space(
        turkish.revision, Answers(turkish.revision, BEGIN), Session(language=TR, told=("privacy", "tr")), eyes
    )
    space.explore(data.draw(st.sampled_from(["alles", "wege", "fragen"])))
    words = Words(turkish)
    shown = [reply for reply in eyes.messages if reply.speaker == "bot" and not reply.media and not reply.links]
    for reply in data.draw(st.lists(st.sampled_from(shown), min_size=1, max_size=5)):
        whole = len(words.put(reply, TR, limits := space_limits()).text)
        parts = [len(words.put(Reply((line,), language=reply.language), TR, limits).text) for line in reply.lines]
        assert whole <= sum(parts) + 2 * len(parts)


def space_limits():
    from bot.text.limits import LIMITS

    return next(iter(LIMITS.values()))


# ------------------------------------------------------------------------------------- what stands for what


def test_too_many_states_are_said_plainly(little, monkeypatch):
    """Where the exploration stops, nothing is called proven, though nothing was found."""
    monkeypatch.setattr(space_module, "STATES", 2)
    proof = prove(little, BEGIN)
    assert not proof.proven
    assert () == proof.holes
    assert "UNVOLLSTÄNDIG" in report(proof)
    assert "Nicht bewiesen: Es gibt mehr Zustände" in report(proof)


def test_flows_that_call_each_other_in_a_circle_are_not_called_proven():
    """The checker refuses them; the proof comes to an end all the same, and does not say that it is done."""
    steps = "  a:\n    choose: Weiter?\n    options:\n      - label: Ja\n        call: {}\n      - label: Nein\n        end: true\n"
    edition = with_flow("hin", steps.format("datenschutz"), her=steps.format("hin"))
    asked = edition.revision.flows["hin"].steps["a"]
    assert isinstance(asked, Choose)
    into = replace(asked.options[0], then=Call("her", End()))
    proof = prove(with_steps(edition, "hin", a=replace(asked, options=(into, asked.options[1]))), BEGIN)
    assert not proof.proven


def test_typed_answers_are_one_for_each_class():
    """A value on each side of every bound that some later test uses, also in a caller; and no more."""
    called = "  a:\n    ask: Wie alt?\n    save: alter\n    type: number\n    max: 99\n"
    caller = "  a:\n    call: alter\n    save: [alter]\n  b:\n    decide:\n      - when: {alter: {at_least: 18}}\n        goto: c\n      - when: {alter: {is: 5}}\n        goto: d\n      - else: d\n  c:\n    say: Groß\n  d:\n    say: Ende\n"
    edition = with_flow("ruft", caller, alter=called)
    asked = edition.revision.flows["alter"].steps["a"]
    assert isinstance(asked, Ask)
    words = Answers(edition.revision, BEGIN).words("alter", asked)
    assert {(False, False), (False, True), (True, False)} == {(int(each) >= 18, int(each) == 5) for each in words}
    assert 3 == len(words)


def test_an_answer_that_nothing_compares_makes_no_states(little):
    """Ten questions with three options each are walked through in thirty states, not in three to the tenth."""
    option = "      - label: O{}\n"
    steps = "".join(
        f"  f{number}:\n    choose: Frage {number}?\n    save: a{number}\n    options:\n{''.join(option.format(n) for n in range(3))}"
        for number in range(10)
    )
    before, after = prove(little, BEGIN), prove(with_flow("viele", steps), BEGIN)
    assert () == after.holes
    assert after.figures.states - before.figures.states < 200


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True), st.integers(0, 30), st.integers(0, 30))
def test_every_branch_that_the_checker_lets_pass_is_walked(bounds, low, more):
    """Whatever the numbers: a row that can win is won by some answer of the proof."""
    rows = "".join(f"      - when: {{n: {{at_least: {bound}}}}}\n        goto: z{bound}\n" for bound in bounds)
    ends = "".join(f"  z{bound}:\n    say: Ab {bound}\n    end: true\n" for bound in bounds)
    steps = f"  a:\n    ask: Wie viele?\n    save: n\n    type: number\n    min: {low}\n    max: {low + more}\n  b:\n    decide:\n{rows}      - else: rest\n{ends}  rest:\n    say: Sonst\n"
    wins = {
        f"z{bound}"
        for place, bound in enumerate(bounds)
        if any(
            value >= bound and all(value < other for other in bounds[:place]) for value in range(low, low + more + 1)
        )
    }
    edition = _try(steps)
    if edition is not None:
        never = next(flow.never for flow in prove(edition, BEGIN).flows if flow.flow == "zahl")
        assert wins.isdisjoint(never)


def _try(steps: str) -> Edition | None:
    from bot.source.errors import AuthorError

    try:
        return with_flow("zahl", steps)
    except AuthorError:
        return None


def test_a_flow_that_depends_on_the_day_is_walked_on_several_days():
    """No answer up to today lies behind a later day; the day after it one does."""
    steps = "  a:\n    ask: Wann?\n    save: tag\n    type: date\n    max: today\n  b:\n    decide:\n      - when: {tag: {after: 2026-10-01}}\n        goto: c\n      - else: d\n  c:\n    say: Danach\n    end: true\n  d:\n    say: Davor\n"
    edition = with_flow("tag", steps)
    found = days(edition.revision, BEGIN)
    assert list(edition.revision.flows) == list(found[BEGIN])
    later = [moment.date() for moment, flows in found.items() if "tag" in flows and moment != BEGIN]
    assert {date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2)} == set(later)
    assert () == next(flow.never for flow in prove(edition, BEGIN).flows if flow.flow == "tag")
    assert all(len(set(later)) <= MOST for later in (later,))


# --------------------------------------------------------------------------------------------- is it the whole space?


def explored(edition: Edition, language: str = "de") -> Space:
    """Return all states of an edition, as the proof finds them."""
    met = Met()
    eyes = Eyes(watched(with_caller(edition.revision), met), met, BEGIN)
    begin = Session(language=Language(language), told=("de", "privacy", "tr"), heard_at=BEGIN)
    space = Space(edition.revision, Answers(edition.revision, BEGIN), begin, eyes)
    for flow in edition.revision.flows:
        space.explore(flow)
    for state in list(space.states):
        for act in always(state.session):
            space.go_on(state, act)
    return space


@pytest.fixture(scope="module")
def whole_space(edition) -> Space:
    """All states of the small flows."""
    return explored(edition)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_talk_leaves_the_explored_states(edition, whole_space, data):
    """Whatever a parent does in whatever order, what waits then was looked at: the running flow's state is known."""
    answers = Answers(edition.revision, BEGIN)
    session = Session(language=Language("de"), told=("de", "privacy"), heard_at=BEGIN)
    event: Event = Started(data.draw(st.sampled_from(sorted(edition.revision.flows))))
    keys = set(whole_space._states)
    for _ in range(12):
        session = advance(edition.revision, session, event, BEGIN).session
        if not session.frames or session.waits != "step":
            event = Command("menu")
            continue
        alone = msgspec.structs.replace(session, frames=session.frames[-1:])
        assert whole_space._key(alone) in keys, (event, session.frames)
        frame = session.frames[-1]
        step = edition.revision.flows[frame.flow].steps[frame.step]
        acts = [act for act in accepted(session, edition.revision.flows[frame.flow], step, answers) if not act.after]
        asides = [Act(Command(name)) for name in ("menu", "mensch", "hilfe", "datenschutz")]
        event = data.draw(st.sampled_from([*acts, *asides])).event


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_talk_goes_the_same_way_in_every_language(edition, data):
    """So walking through one language is enough: only "in German" is offered more, and the words are others."""
    revision = in_turkish(edition).revision
    german, turkish = (Session(language=Language(code), told=("de", "privacy", "tr")) for code in ("de", "tr"))
    answers = Answers(revision, BEGIN)
    event: Event = Started(data.draw(st.sampled_from(sorted(revision.flows))))
    for _ in range(12):
        one, other = (advance(revision, session, event, BEGIN) for session in (german, turkish))
        assert _plain(one, "de") == _plain(other, "tr")
        german, turkish = one.session, other.session
        acts = [Act(Command(name)) for name in ("menu", "mensch", "hilfe", "datenschutz", "stopp")]
        if german.frames and german.waits == "step":
            flow = revision.flows[german.frames[-1].flow]
            acts += accepted(german, flow, flow.steps[german.frames[-1].step], answers)
        event = data.draw(st.sampled_from(acts)).event


def _plain(sprint: Sprint, language: str) -> object:
    effects = tuple(_without(effect, language) if isinstance(effect, Reply) else effect for effect in sprint.effects)
    last = tuple(_without(reply, language) for reply in sprint.session.last)
    return effects, msgspec.structs.replace(sprint.session, language=None, last=last)


def _without(reply: Reply, language: str) -> Reply:
    extras = tuple(extra for extra in reply.extras if extra != "german")
    return msgspec.structs.replace(
        reply, extras=extras, language=None if reply.language == language else reply.language
    )


def test_a_postcode_that_is_compared_is_tried():
    """Nobody guesses five digits: what a row compares with is among the answers of the proof, and so is another."""
    steps = "  a:\n    ask: Wo?\n    save: plz\n    type: postcode\n  b:\n    decide:\n      - when: {plz: {one_of: ['40213', '50667']}}\n        goto: c\n      - else: d\n  c:\n    say: Hier\n    end: true\n  d:\n    say: Dort\n"
    flows = prove(with_flow("ort", steps), BEGIN).flows
    assert () == next(flow.never for flow in flows if flow.flow == "ort")
