"""A flow as a picture, and the poster with its code."""

import re
from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from core.small import made, small_files
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.graph import (
    Ask,
    Call,
    CallStep,
    Choice,
    Choose,
    Decide,
    Derive,
    End,
    Escalate,
    Flow,
    Form,
    Goto,
    Remind,
    Row,
    Say,
    Test,
    Today,
    Wording,
)
from bot.flow.message import content
from bot.model import Duration, Language
from bot.text.draw import draw, wrapped
from bot.text.poster import Poster, draw_poster
from bot.text.ways import Exit, comes_back, exits

SVG = "{http://www.w3.org/2000/svg}"
DE, AR = Language("de"), Language("ar")


def wording(key: str) -> Wording:
    return Wording(content("f", key))


def flow(*steps, name="f"):
    return Flow(name, content(name, "title"), "allgemein", steps[0].name, {step.name: step for step in steps})


def pictured(one: Flow, language=DE, visits: Mapping[tuple[str, str], int] = {}, others=()):
    flows = {each.name: each for each in (one, *others)}
    return draw(one.name, flows, lambda text: text.key, language, visits)


def texts(svg: str) -> list[str]:
    return [each.text or "".join(each.itertext()) for each in words(svg)]


def words(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314 - our own picture


def drawn_paths(svg: str) -> list[tuple[int, ...]]:
    """Return the numbers of each lane: from x, y, by lane x, to y."""
    found = re.findall(r'd="M(\d+) (\d+)H(\d+)V(\d+)H\d+"', svg)
    return [tuple(map(int, each)) for each in found]


ASK = Ask("alter", wording("alter"), "alter", "number", Goto("ende"))
LAST = Say("ende", wording("ende"), End())


def test_every_step_of_the_small_flows_is_in_its_picture():
    """A picture names each step of its flow once, and can be read by every program that reads SVG."""
    edition = made(small_files())
    for one in edition.revision.flows.values():
        svg = draw(one.name, edition.revision.flows, lambda text: text.key, DE, {})
        named = [text.partition(" · ")[2] for text in texts(svg) if " · " in text]
        assert list(one.steps) == named


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Say("a", wording("a"), Goto("b")), [Exit("", "b", "b")]),
        (Say("a", wording("a"), End()), [Exit("", "")]),
        (ASK, [Exit("", "ende", "ende")]),
        (Form("a", wording("a"), (ASK,), Goto("b")), [Exit("", "b", "b")]),
        (Derive("a", "frist", "one_month_after", Goto("b"), ("tag",)), [Exit("", "b", "b")]),
        (Remind("a", wording("a"), "ferien", Duration(1, "Wochen"), Goto("b")), [Exit("", "b", "b")]),
        (Escalate("a", wording("a")), [Exit("", "", leaves=True)]),
        (CallStep("a", Call("g", Goto("b"))), [Exit("", "b", "b", "g")]),
        (
            Choose(
                "a",
                wording("a"),
                (Choice("ja", content("ja"), Call("g", Goto("b"))), Choice("nein", content("nein"), End())),
            ),
            [Exit("ja", "ja", "b", "g"), Exit("nein", "nein")],
        ),
        (
            Decide(
                "a",
                (
                    Row((Test("tag", "before", Today()), Test("wo", "one_of", ("x", "y"))), Goto("b")),
                    Row((Test("tag", "after", date(2026, 8, 1)), Test("n", "at_least", 3)), Goto("c")),
                ),
                Goto("d"),
            ),
            [
                Exit("tag vor heute und wo eins von x, y", "b", "b"),
                Exit("tag nach 2026-08-01 und n ≥ 3", "c", "c"),
                Exit("sonst", "d", "d"),
            ],
        ),
    ],
)
def test_the_ways_out_of_a_step_are_told(step, expected):
    """Each kind of step says where it may lead, and under which condition."""
    assert expected == list(exits(step, lambda text: text.key))


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("", True),
        ("/sprache", True),
        ("/hilfe", True),
        ("/menu", False),
        ("/mensch", False),
        ("nirgends", False),
        ("kommt-wieder", True),
        ("ruft-person", False),
    ],
)
def test_a_call_that_never_comes_back_has_no_arrow_behind_it(called, expected):
    """The picture shows no way on where a person takes over or the menu begins."""
    person = flow(Escalate("frage", wording("frage")), name="beratung")
    back = flow(LAST, name="kommt-wieder")
    through = flow(CallStep("a", Call("beratung", End())), name="ruft-person")

    assert expected == comes_back(Exit("", "", "b", called), {each.name: each for each in (person, back, through)})


def test_what_a_silent_step_does_stands_in_its_box():
    """A step without a sentence says what it does: a calculation, a call."""
    svg = pictured(
        flow(
            Derive("rechnen", "frist", "one_month_after", Goto("weiter"), ("bescheid",)),
            CallStep("weiter", Call("/hilfe", End())),
        )
    )

    assert "frist = one_month_after(bescheid)" in texts(svg)
    assert "→ /hilfe" in texts(svg)


def test_a_form_shows_its_questions():
    """All questions of a form stand in its box."""
    svg = pictured(flow(Form("daten", wording("daten"), (ASK,), End())))

    assert ["f/daten", "– f/alter"] == texts(svg)[-2:]


def test_right_to_left_words_stand_at_the_right():
    """Arabic words are written from the right edge of their box; the arrows stay where they are."""
    one = flow(Say("a", wording("a"), Goto("ende")), LAST)
    left, right = pictured(one), pictured(one, AR)
    turned = [each for each in words(right) if each.get("direction") == "rtl"]

    assert ["f/title", "f/a", "f/ende"] == [each.text for each in turned]
    assert {392} == {int(each.get("x", "0")) for each in turned}
    assert 'direction="rtl"' not in left


def test_words_are_no_markup():
    """What stands in a flow cannot become part of the picture's code."""
    svg = draw("f", {"f": flow(LAST)}, lambda _: "<script>&", DE, {})

    assert ["<script>&", "EndeEnde", "say · ende", "<script>&"] == texts(svg)


def test_visits_stand_at_their_arrow():
    """Counts are shown once there are any; few are not told apart."""
    one = flow(
        Choose("a", wording("a"), (Choice("ja", content("ja"), Goto("b")), Choice("nein", content("nein"), End()))),
        Say("b", wording("b"), End()),
    )

    assert {"12.345", "unter 5"} <= set(texts(pictured(one, visits={("a", "ja"): 12345, ("a", "nein"): 4})))
    assert {"5"} <= set(texts(pictured(one, visits={("a", "ja"): 5})))
    assert not any(re.search(r"\d", text) or "unter" in text for text in texts(pictured(one)))


def test_a_much_taken_arrow_is_thicker():
    """The way most parents go is seen at once."""
    one = flow(
        Choose("a", wording("a"), (Choice("ja", content("ja"), Goto("c")), Choice("nein", content("nein"), Goto("c")))),
        Say("b", wording("b"), End()),
        Say("c", wording("c"), End()),
    )
    widths = re.findall(r'stroke-width="([\d.]+)" stroke-linejoin', pictured(one, visits={("a", "ja"): 90}))

    assert ["4.5", "1.5"] == widths


def test_the_step_below_is_reached_straight():
    """What just goes on needs no lane."""
    svg = pictured(flow(Say("a", wording("a"), Goto("ende")), LAST))

    assert [] == drawn_paths(svg)
    assert 1 == svg.count('marker-end="url(#arrow)"')


@given(st.lists(st.integers(0, 7), min_size=2, max_size=8), st.lists(st.integers(0, 7), min_size=2, max_size=8))
def test_arrows_to_different_steps_never_share_a_stretch(first, second):
    """Two lanes at the same distance lead to different steps only where they do not meet."""
    count = len(first)
    steps = [
        Choose(
            f"s{place}",
            wording(f"s{place}"),
            tuple(
                Choice(f"o{number}", content(f"o{number}"), Goto(f"s{target % count}"))
                for number, target in enumerate((first[place], second[place % len(second)]))
            ),
        )
        for place in range(count)
    ]
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for _, y, lane, target in drawn_paths(pictured(flow(*steps))):
        spans.setdefault(lane, []).append((min(y, target), max(y, target), target))
    for lane in spans.values():
        for one in lane:
            for other in lane:
                assert one[2] == other[2] or one[1] < other[0] or other[1] < one[0]


@given(st.text(), st.integers(5, 60))
def test_wrapping_loses_no_word(words, width):
    """A text in lines is the same text, and no line is too long."""
    lines = wrapped(words, width, 10_000)

    assert "".join(words.split()) == "".join("".join(lines).split())
    assert all(len(line) <= width for line in lines)


def test_a_long_text_ends_in_dots():
    """A box shows the beginning of a long text."""
    assert ("eins", "zwei", "drei …") == wrapped("eins zwei drei vier", 6, 3)


def test_a_poster_carries_title_sentence_link_and_house():
    """A poster says what it is about, what to do, where it leads and who speaks."""
    poster = Poster("Elternabend", "Code scannen.", "Verein", "https://example.org/chat?flow=a&lang=de", DE)

    assert ["Elternabend", "Code scannen.", "example.org/chat?flow=a&lang=de", "Verein"] == texts(draw_poster(poster))


def test_a_long_title_takes_lines():
    """A long title is broken between words, and everything below moves down."""
    svg = draw_poster(Poster("Geld für Bildung und Teilhabe", "Scannen.", "Verein", "https://example.org", AR))

    assert ["Geld für Bildung und", "Teilhabe"] == texts(svg)[:2]
    assert 3 == svg.count('direction="rtl"')
