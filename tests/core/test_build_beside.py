"""What lies beside the flows: calendars by year, pictures, documents and audio; and the table of all buttons."""

from datetime import date
from pathlib import Path

import pytest
from core.small import small_files
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check import media
from bot.check.load import Loaded, load
from bot.flow import token
from bot.flow.build.say import MEDIA
from bot.flow.buttons import buttons
from bot.flow.graph import CalendarDay, Place, Say
from bot.source.problem import report

VALID = Path(__file__).parents[1] / "problems" / "valid"
FILES = {path.name: path.read_bytes() for path in sorted(VALID.glob("*.yaml"))}
JPEG, PNG, WEBP = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBPVP8 "
PDF, MP3, FRAME, OGG, M4A = b"%PDF-1.7", b"ID3\x04", b"\xff\xfb\x90\x00", b"OggS", b"\x00\x00\x00\x20ftypM4A "
DAYS = """ferien:
  - date: 2026-12-23
    region: NRW
    source: Schulministerium
  - date: 2026-07-20
    source: Schulministerium
"""
HEAD = "flow: beispiel\ntitle: B\ntopic: allgemein\nsteps:\n"


def with_calendars(**years: str) -> Loaded:
    return load({**FILES, **{f"calendars/{year[1:]}.yaml": text.encode() for year, text in years.items()}}, "flows")


def told(found: Loaded) -> list[tuple[str, str, int]]:
    return [(problem.code, problem.file.removeprefix("flows/"), problem.line) for problem in found.problems]


def test_calendars_of_all_years_are_one():
    """Days of one name are put together, by day; region and source are kept."""
    later = "ferien:\n  - date: 2027-03-22\n    source: S\nschulanmeldung:\n  - date: 2027-11-09\n    region: Köln\n    source: S"
    found = with_calendars(y2027=later, y2026=DAYS)
    assert found.problems == ()
    assert found.calendars == {
        "ferien": (
            CalendarDay(date(2026, 7, 20), "", "Schulministerium"),
            CalendarDay(date(2026, 12, 23), "NRW", "Schulministerium"),
            CalendarDay(date(2027, 3, 22), "", "S"),
        ),
        "schulanmeldung": (CalendarDay(date(2027, 11, 9), "Köln", "S"),),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DAYS.replace("2026-07-20", "2027-07-20"), [("E114", 5)]),
        (DAYS.replace("2026-07-20", "20.7.2026"), [("E114", 5)]),
        (DAYS.replace("2026-07-20", "2026-02-30"), [("E114", 5)]),
        (DAYS.replace("    source: Schulministerium\n", "", 1), [("E112", 2)]),
        (DAYS.replace("region", "regoin"), [("E111", 3)]),
        (DAYS.replace("ferien", "Ferien NRW"), [("E115", 1)]),
        (DAYS + "  - date: 2026-07-20\n    source: S", [("E121", 7)]),
        (DAYS + "  - date: 2026-07-20\n    region: NRW\n    source: S", []),
        (DAYS + "  - 2026-07-20", [("E113", 7)]),
        (DAYS + "  - region: NRW\n    source: S", [("E112", 7)]),
        ("ferien: 2026-07-20", [("E113", 1)]),
        ("ferien:", [("E120", 1)]),
        ("- ferien", [("E113", 1)]),
        ("", [("E120", 1)]),
        ("a: [", [("E101", 1)]),
    ],
)
def test_each_mistake_of_a_calendar_is_told_where_it_stands(text, expected):
    """E1: a day belongs to its year and has a source; nothing stands twice."""
    expected = [(code, "calendars/2026.yaml", line) for code, line in expected]
    assert told(with_calendars(y2026=text)) == expected


@pytest.mark.parametrize("name", ["26", "2026-nrw", "ferien", "2026/januar", "20266"])
def test_a_calendar_is_called_after_its_year(name):
    """E115: another name is told, and the file is not read as a flow."""
    assert [(code, file) for code, file, _ in told(with_calendars(**{f"y{name}": "a: ["}))] == [
        ("E115", f"calendars/{name}.yaml")
    ]


def test_a_reminder_needs_its_calendar():
    """E221: looked up in all years; not at all where one of them cannot be read."""
    steps = "  a:\n    remind: A?\n    calendar: ferien\n    before: 1 Tage\n"
    flow = {"beispiel.yaml": (HEAD + steps).encode()}
    day = b"ferien:\n  - date: 2027-07-20\n    source: S\n"
    assert told(load({**FILES, **flow})) == [("E221", "beispiel.yaml", 7)]
    assert told(load({**FILES, **flow, "calendars/2027.yaml": day})) == []
    assert told(load({**FILES, **flow, "calendars/2027.yaml": day.replace(b"ferien", b"f")})) == [
        ("E221", "beispiel.yaml", 7)
    ]
    assert told(load({**FILES, **flow, "calendars/2026.yaml": b"a: ["})) == [("E101", "calendars/2026.yaml", 1)]


def with_file(name: str, raw: bytes, kind: str = "picture", more: dict[str, bytes] | None = None) -> Loaded:
    """Load a flow in a folder that shows a file lying beside it."""
    text = f"{HEAD}  a:\n    say: A\n    {kind}: {name}\n    alt: B\n".encode()
    files = {path: each for path, each in FILES.items() if path != "beispiel.yaml"}
    return load({**files, "m/beispiel.yaml": text, f"m/{name}": raw, **(more or {})})


@pytest.mark.parametrize(
    ("kind", "name", "raw"),
    [
        ("picture", "a.jpg", JPEG),
        ("picture", "a.jpeg", JPEG),
        ("picture", "a.png", PNG),
        ("picture", "a.webp", WEBP),
        ("document", "a.pdf", PDF),
        ("audio", "a.mp3", MP3),
        ("audio", "a.mp3", FRAME),
        ("audio", "a.ogg", OGG),
        ("audio", "a.m4a", M4A),
    ],
)
def test_a_file_goes_with_a_message(kind, name, raw):
    """Each kind of file is taken by its first bytes, and its path is the one below flows/."""
    found = with_file(name, raw, kind)
    assert found.problems == ()
    step = found.flows["beispiel"].steps["a"]
    assert isinstance(step, Say)
    assert [(each.kind, each.path) for each in step.media] == [(kind, f"m/{name}")]


@pytest.mark.parametrize("ending", sorted(media.ENDINGS))
@pytest.mark.parametrize(
    "raw",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html>", b"GIF89a", b"\xff", b"\xff\xf1", b"MZ"],
)
def test_a_file_is_what_its_name_says(ending, raw):
    """E127: a program, a page or another kind under a harmless name is never taken."""
    kind = next(kind for kind, endings in MEDIA.items() if ending in endings)
    assert told(with_file(f"a{ending}", raw, kind)) == [("E127", f"m/a{ending}", 0)]


def test_no_sign_is_the_sign_of_two_kinds():
    """E127: what one ending takes no ending of another kind does."""
    signs = {".jpg": JPEG, ".png": PNG, ".webp": WEBP, ".pdf": PDF, ".mp3": FRAME, ".ogg": OGG, ".m4a": M4A}
    for ending, raw in signs.items():
        others = [f"a{other}" for other in media.ENDINGS if other not in {ending, {".jpg": ".jpeg"}.get(ending)}]
        assert [each.code for each in media.problems(dict.fromkeys(others, raw), str)] == ["E127"] * len(others)


@given(st.sampled_from(sorted(media.ENDINGS)), st.binary(max_size=40))
def test_any_bytes_are_a_file_or_a_problem(ending, raw):
    """P04: whatever a file holds, nothing is raised."""
    assert {each.code for each in media.problems({f"a{ending}": raw}, str)} <= {"E127"}


def test_a_file_must_be_there():
    """E222: beside the flow, not anywhere."""
    text = f"{HEAD}  a:\n    say: A\n    picture: a.jpg\n    alt: B\n".encode()
    assert told(load({**FILES, "beispiel.yaml": text, "m/a.jpg": JPEG})) == [("E222", "beispiel.yaml", 7)]


def test_the_file_of_a_language_wins_there():
    """x.tr.jpg beside x.jpg is what Turkish parents see."""
    more = {"m/a.tr.jpg": JPEG, "a.uk.jpg": JPEG, "m/a.b.jpg": JPEG, "m/a.ar.jpg": JPEG}
    step = with_file("a.jpg", JPEG, more=more).flows["beispiel"].steps["a"]
    assert isinstance(step, Say)
    assert step.media[0].translated == (("ar", "m/a.ar.jpg"), ("tr", "m/a.tr.jpg"))


def test_files_are_bounded(monkeypatch):
    """E107: each by its kind."""
    monkeypatch.setattr(media, "SIZES", {"picture": 10, "document": 20, "audio": 20})
    files = {"a.jpg": JPEG.ljust(10), "b.pdf": PDF.ljust(20)}
    assert [media.limit(path) for path in ("a.jpg", "b.pdf", "c.ogg", "d.yaml", "jpg")] == [10, 20, 20, 0, 0]
    assert list(media.problems(files, str)) == []
    problems = media.problems({"a.jpg": JPEG.ljust(11), "b.pdf": PDF.ljust(21)}, "flows/{}".format)
    assert [(each.code, each.file) for each in problems] == [
        ("E107", "flows/a.jpg"),
        ("E107", "flows/b.pdf"),
    ]


def test_other_files_are_no_business_of_the_checker():
    """What no step may show is left alone."""
    assert told(load({**FILES, "bild.svg": b"<svg/>", "seite.html": b"<p>", "notiz.txt": b"\xff"})) == []


BUTTONS = """  alt:
    ask: A
    save: a
    type: yes_or_no
    optional: true
    was: [aelter, am-aeltesten]
  eins:
    ask: B
    save: b
  zwei:
    form: C
    fields:
      - ask: D
        save: d
        optional: true
      - ask: E
        save: e
        type: yes_or_no
  drei:
    remind: F
    calendar: ferien
    before: 1 Tage
"""


def test_every_button_has_its_place():
    """Skip, yes and no, a form's own and those of its fields, a reminder's, also under a step's older names."""
    files = {**FILES, "beispiel.yaml": (HEAD + BUTTONS).encode(), "calendars/2026.yaml": DAYS.encode()}
    found = load(files)
    assert found.problems == ()
    expected = {
        (step, name): Place("beispiel", "alt", name)
        for step in ("alt", "aelter", "am-aeltesten")
        for name in (".skip", ".yes", ".no")
    }
    form = ("d.", "d.skip", "e.", "e.yes", "e.no", ".confirm", ".change")
    expected |= {("zwei", name): Place("beispiel", "zwei", name) for name in form}
    expected |= {("drei", name): Place("beispiel", "drei", name) for name in (".yes", ".no")}
    tokens = {token.button("beispiel", step, name): place for (step, name), place in expected.items()}
    assert tokens == {key: place for key, place in found.buttons.items() if place.flow == "beispiel"}
    assert all(key.startswith("a.") and len(key) == 18 for key in tokens)


SMALL = {path.removeprefix("flows/"): raw for path, raw in small_files().items()}
YAML = sorted(path for path in SMALL if path.endswith(".yaml"))
LINES = sorted({line for path in YAML for line in SMALL[path].decode().split("\n")})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(YAML), st.integers(0, 60), st.integers(0, 3), st.lists(st.sampled_from(LINES), max_size=3))
def test_any_edit_of_any_kind_of_step_gives_flows_or_problems(name, at, cut, new):
    """I06, P04: lines of every kind taken out, doubled or moved never raise; what is unsound says why."""
    lines = SMALL[name].decode().split("\n")
    lines[at : at + cut] = new
    found = load({**SMALL, name: "\n".join(lines).encode()})
    assert found.sound or report(found.problems)
    assert all(buttons([flow]).keys() <= found.buttons.keys() for flow in found.flows.values())
