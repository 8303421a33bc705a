"""``elternlotse flows``: publishing with what it means, the way back, the folder, and what differs."""

import asyncio
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from core.small import small_files
from docs.shell import House
from fakes.process import ROOT, write_config
from fakes.talking import talking

SMALL = ROOT / "tests" / "data" / "small"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house with the small flows and no translations, in which nothing is published."""
    shutil.copytree(SMALL, tmp_path / "flows")
    config = write_config(tmp_path, flows=tmp_path / "flows")
    (tmp_path / "locales").mkdir()
    config.write_text(
        re.sub("^locales:.*$", f"locales: {tmp_path / 'locales'}", config.read_text("utf-8"), flags=re.MULTILINE),
        "utf-8",
    )
    return House(tmp_path)


@pytest.fixture
def inhabited(house: House) -> House:
    """The same with three parents, each asked for their child's name in the flow of all questions."""
    asyncio.run(_parents(house.folder / "data"))
    return house


async def _parents(data: Path) -> None:
    async with talking(data, files=small_files()) as opened:
        for who in ("lina", "ada", "bert"):
            await opened.hear(opened.fragment(who, kind="start", flow="fragen", language="de"))


def edit(house: House, file: str, old: str, new: str) -> None:
    """Change a flow in the folder."""
    path = house.folder / "flows" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def ok(house: House, *arguments: str) -> str:
    """Run a command that must succeed; return what it said."""
    code, said = house.elternlotse("flows", *arguments)
    assert 0 == code, said
    return said


def refused(house: House, *arguments: str) -> tuple[int, str]:
    """Run a command that must not succeed; return its exit code and what it said."""
    code, said = house.elternlotse("flows", *arguments)
    assert 0 != code, said
    assert "Traceback" not in said
    return code, said


def current(house: House) -> str:
    """Return the name of what is published."""
    return ok(house, "list").split()[1]


def history(house: House) -> list[str]:
    """Return the names in the history, newest first."""
    return re.findall(r"^\d\d\.\d\d\.\d{4}, \d\d:\d\d  (\w{16})", ok(house, "list"), re.MULTILINE)


def files(house: House) -> dict[str, bytes]:
    """Return all files of the folder of flows."""
    root = house.folder / "flows"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# -- publish


def test_a_dry_run_checks_and_changes_nothing(house):
    """It says what would be published, and that it was not."""
    ok(house, "publish")
    before = current(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    said = ok(house, "publish", "--dry-run")
    assert "Nur geprüft, nicht veröffentlicht: Fassung" in said
    assert [before] == history(house)
    edit(house, "kind.yaml", "type: number", "type: zahl")
    code, said = refused(house, "publish", "--dry-run")
    assert (1, True) == (code, "kind.yaml:" in said)


def test_publishing_what_is_published_says_so(house):
    """And is no new line of the history."""
    ok(house, "publish")
    assert f"Das war schon veröffentlicht: Fassung {current(house)}." in ok(house, "publish")
    assert 1 == len(history(house))


def test_before_publishing_it_is_told_where_parents_go(inhabited):
    """With numbers, flows, steps and what happens there; a script is never asked."""
    edit(inhabited, "fragen.yaml", "  name:\n", "  vorname:\n    was: name\n")
    edit(
        inhabited,
        "fragen.yaml",
        "    was: name\n    ask: Wie heißt Ihr Kind?\n",
        "    ask: Wie heißt Ihr Kind?\n    was: name\n",
    )
    said = ok(inhabited, "publish", "--dry-run")
    assert "Eltern mitten in einem Gespräch: 3" in said
    assert "»fragen«, Schritt »name« heißt jetzt »vorname«: 3" in said
    edit(inhabited, "fragen.yaml", "    was: name\n", "")
    said = ok(inhabited, "publish")
    assert re.search(r"»fragen«, Schritt »name« gibt es nicht mehr: 3 .*beginnen von vorn, bei »vorname«\.", said)
    assert "Veröffentlicht: Fassung" in said


def test_a_step_that_asks_otherwise_is_told(inhabited):
    """Nobody loses their place by it."""
    edit(inhabited, "fragen.yaml", "Wie heißt Ihr Kind?", "Wie nennen Sie Ihr Kind?")
    assert "»fragen«, Schritt »name« fragt jetzt anders: 3" in ok(inhabited, "publish")


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [("nein\n", 1, "Nichts wurde"), ("\n", 1, "Nichts wurde"), ("ja\n", 0, "Veröffentlicht:")],
)
def test_somebody_at_the_terminal_is_asked_where_parents_lose_their_place(inhabited, typed, code, says):
    """Only yes is yes; nothing typed is no."""
    edit(inhabited, "fragen.yaml", "  name:\n", "  vorname:\n")
    found, said = at_the_terminal(inhabited, typed, "publish")
    assert "Trotzdem veröffentlichen?" in said
    assert (code, True) == (found, says in said)


def test_somebody_at_the_terminal_is_not_asked_without_need(inhabited):
    """Not where everybody stays, and not with --yes."""
    edit(inhabited, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    assert 0 == at_the_terminal(inhabited, "", "publish")[0]
    edit(inhabited, "fragen.yaml", "  name:\n", "  vorname:\n")
    code, said = at_the_terminal(inhabited, "", "publish", "--yes")
    assert (0, False) == (code, "Trotzdem" in said)


@pytest.mark.parametrize(("typed", "code", "says"), [("nein\n", 1, "Nichts wurde"), ("ja\n", 0, "Veröffentlicht:")])
def test_somebody_at_the_terminal_is_asked_before_a_language_goes(tmp_path, typed, code, says):
    """One sentence of the menu that is not translated takes every language away: this is told before, not after."""
    house = House.copied(ROOT, tmp_path / "house")
    ok(house, "publish")
    edit(house, "immer/start.yaml", "Worum geht es?", "Was ist Ihr Thema?")
    found, said = at_the_terminal(house, typed, "publish")
    before, asked, then = said.partition("Trotzdem veröffentlichen?")
    assert asked
    assert "Achtung: tr wird nicht mehr angeboten" in before
    assert (code, True) == (found, says in then)


def at_the_terminal(house: House, typed: str, *arguments: str) -> tuple[int, str]:
    """Run a command with a terminal in front of it; return its exit code and what it said."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "bot", "--config", str(house.folder / "config.yaml"), "flows", *arguments],
            stdin=theirs, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_undoing_what_others_published_is_told(house):
    """A folder that lags behind says which files would be as they were before; a new change does not."""
    ok(house, "publish")
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    assert "Achtung: Wieder wie früher" not in ok(house, "publish")
    edit(house, "kind.yaml", "Wie alt ist es?", "Wie alt ist Ihr Kind?")
    edit(house, "wege.yaml", "Welcher Weg?", "Und wohin?")
    said = ok(house, "publish", "--dry-run")
    assert "nicht wie zuletzt veröffentlicht: flows/kind.yaml. Hat jemand anders sie geändert?" in said


def test_changed_talks_are_named(house):
    """Talks that are new, changed or gone stand in the report."""
    talk = "flow: kind\nlanguage: de\n> /start kind\nWie alt ist Ihr Kind?\n"
    ok(house, "publish")
    (house.folder / "flows" / "kind.talk").write_text(talk, "utf-8")
    assert "Muster-Gespräche, die sich geändert haben: kind.talk." in ok(house, "publish")
    (house.folder / "flows" / "kind.talk").write_text(talk.replace("Ihr Kind?", "…"), "utf-8")
    assert "die sich geändert haben: kind.talk." in ok(house, "publish")
    (house.folder / "flows" / "kind.talk").unlink()
    assert "die sich geändert haben: kind.talk (weg)." in ok(house, "publish")


# -- list


def test_the_history_says_who_when_and_what(house):
    """Newest first, the current one marked, each with what changed against the one before."""
    ok(house, "publish")
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    shutil.copy(house.folder / "flows" / "kind.yaml", house.folder / "flows" / "neu.yaml")
    edit(house, "neu.yaml", "flow: kind", "flow: neu")
    ok(house, "publish")
    (house.folder / "flows" / "neu.yaml").unlink()
    ok(house, "publish")
    lines = [line for line in ok(house, "list").splitlines() if line[:2].isdigit()]
    assert ["jetzt" in line for line in lines] == [True, False, False]
    assert ["weg: neu", "neu: neu; geändert: kind"] == [line.partition(": ")[2] for line in lines[:2]]
    assert "die erste, " in lines[2]
    assert all(re.search(r"  von \S+: ", line) for line in lines)


def test_nothing_published_is_told_with_what_to_do(house):
    """Every command says the same first step, and makes neither a database nor a key in what may be the wrong folder."""
    for command in ("list", "pull", "diff", "rollback"):
        code, said = refused(house, command)
        assert (2, True) == (code, "veröffentlichen Sie: elternlotse flows publish" in said)
    assert not (house.folder / "data").exists()


# -- rollback


def test_going_back_is_a_new_line_with_who_and_when(house):
    """Without a name it is the revision before the current one; doing it again goes forth again."""
    ok(house, "publish")
    first = current(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    ok(house, "publish")
    second = current(house)
    said = ok(house, "rollback")
    assert f"Veröffentlicht: Fassung {first}." in said
    assert "Holen: elternlotse flows pull" in said
    assert [first, second, first] == history(house)
    ok(house, "rollback")
    assert [second, first, second, first] == history(house)
    ok(house, "rollback", first[:6])
    assert first == current(house)
    assert "Das ist die veröffentlichte Fassung" in ok(house, "rollback", first)


def test_going_back_says_what_it_means(inhabited):
    """The same report as before any publishing, and nothing happens in a dry run."""
    edit(inhabited, "fragen.yaml", "  name:\n", "  vorname:\n")
    ok(inhabited, "publish")
    before = current(inhabited)
    assert "Nur geprüft, nicht veröffentlicht" in ok(inhabited, "rollback", "--dry-run")
    assert before == current(inhabited)


def test_a_name_that_means_none_or_several_is_told(house):
    """With what to do; a single first character may be enough."""
    ok(house, "publish")
    assert (2, True) == (refused(house, "rollback")[0], "Es gibt nur eine Fassung" in refused(house, "rollback")[1])
    for number in range(17):  # of 18 names two begin with the same of 16 digits
        edit(house, "kind.yaml", f"title: Kind{' ' * number}\n", f"title: Kind{' ' * (number + 1)}\n")
        ok(house, "publish")
    names = history(house)
    twice = next(name[0] for name in names if sum(each[0] == name[0] for each in names) > 1)
    code, said = refused(house, "rollback", twice)
    assert (2, True) == (code, f"Mit »{twice}« beginnen " in said)
    assert all(name in said for name in names if name[0] == twice) or "…" in said
    for unknown in ("zz", "", "%", "'"):
        code, said = refused(house, "diff", unknown)
        assert (2, True) == (code, "elternlotse flows list zeigt alle" in said)


# -- pull


def test_pulling_makes_the_folder_what_is_published(house):
    """Changed, new and removed files; whatever was published once may be overwritten without asking."""
    ok(house, "publish")
    first = files(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    (house.folder / "flows" / "kind.talk").write_text("flow: kind\n> /start kind\n…\n", "utf-8")
    ok(house, "publish")
    second = files(house)
    ok(house, "rollback")
    said = ok(house, "pull")
    assert re.search(r"^entfernt +flows/kind.talk$", said, re.MULTILINE)
    assert re.search(r"^überschrieben +flows/kind.yaml$", said, re.MULTILINE)
    assert first == files(house)
    assert "Der Ordner ist schon wie Fassung" in ok(house, "pull")
    ok(house, "rollback")
    assert re.search(r"^neu +flows/kind.talk$", ok(house, "pull"), re.MULTILINE)
    assert second == files(house)


def test_pulling_never_loses_what_exists_nowhere_else(house):
    """An edit and a file that were never published stay, all of it stays, and it is said what to do."""
    ok(house, "publish")
    published = files(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    edit(house, "wege.yaml", "Welcher Weg?", "Und wohin?")
    ok(house, "publish")
    ok(house, "rollback")
    edit(house, "kind.yaml", "Wie alt ist es?", "Wie alt?")
    (house.folder / "flows" / "neu.yaml").write_text("flow: neu\n", "utf-8")
    mine = files(house)
    code, said = refused(house, "pull")
    assert 1 == code
    assert {"flows/kind.yaml", "flows/neu.yaml"} == set(re.findall(r"(\S+)  ← nur hier$", said, re.MULTILINE))
    assert re.search(r"^überschrieben +flows/wege.yaml$", said, re.MULTILINE)
    assert all(word in said for word in ("flows diff", "--to ORDNER", "--force"))
    assert mine == files(house)
    ok(house, "pull", "--force")
    assert published == files(house)


def test_pulling_elsewhere_leaves_the_folder(house):
    """A folder that is not there is made, with flows, pictures and catalogs."""
    (house.folder / "locales/tr/LC_MESSAGES").mkdir(parents=True)
    (house.folder / "locales/tr/LC_MESSAGES/flows.po").write_bytes(b'msgid ""\nmsgstr ""\n')
    ok(house, "publish")
    published = files(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt?")
    mine = files(house)
    ok(house, "pull", "--to", "kopie")
    assert mine == files(house)
    assert published == files(House(house.folder / "kopie"))
    assert (house.folder / "kopie/locales/tr/LC_MESSAGES/flows.po").read_bytes() == b'msgid ""\nmsgstr ""\n'
    assert [] == [path.name for path in (house.folder / "kopie").rglob(".*")], "no draft is left"


def test_pulling_never_writes_outside_the_folder(house):
    """A folder that is a link is refused by its name, and what it leads to stays as it is."""
    (house.folder / "flows/tief").mkdir()
    shutil.move(house.folder / "flows/kind.yaml", house.folder / "flows/tief/kind.yaml")
    ok(house, "publish")
    shutil.rmtree(house.folder / "flows/tief")
    (house.folder / "draussen").mkdir()
    (house.folder / "flows/tief").symlink_to(house.folder / "draussen")
    _, said = refused(house, "pull")
    assert "tief" in said
    assert [] == list((house.folder / "draussen").iterdir())


def test_a_folder_that_cannot_be_written_is_told(house):
    """With the file and what to do; a folder stands where a file belongs."""
    ok(house, "publish")
    (house.folder / "flows/kind.yaml").unlink()
    (house.folder / "flows/kind.yaml").mkdir()
    code, said = refused(house, "pull")
    assert (2, True) == (code, "kind.yaml lässt sich nicht schreiben" in said)


# -- diff


def test_what_differs_is_told_in_words(house):
    """Steps, texts old and new, settings, flows, other files; and nothing where nothing differs."""
    ok(house, "publish")
    assert "Kein Unterschied zwischen" in ok(house, "diff")
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    edit(house, "kind.yaml", "    max: 20\n", "    max: 21\n")
    edit(house, "topics.yaml", "answer_within: 1 Werktage", "answer_within: 2 Werktage")
    (house.folder / "flows/medien.yaml").unlink()
    said = ok(house, "diff")
    assert "      - Wie alt ist Ihr Kind?\n      + Wie alt ist es?\n" in said
    assert "    höchstens: 20 → 21\n" in said
    assert "Ablauf »medien«: gibt es nicht mehr\n" in said
    assert "flows/topics.yaml: anders, aber kein Text für Eltern" in said


def test_what_differs_is_told_line_by_line(house):
    """As programs do, for texts; of a picture only that it differs. Nothing steers the terminal."""
    ok(house, "publish")
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt\u202e ist es?")
    (house.folder / "flows/zeugnis.jpg").write_bytes(b"\xff\xd8 neu")
    said = ok(house, "diff", "--format", "unified")
    assert "-    ask: Wie alt ist Ihr Kind?\n+    ask: Wie alt\ufffd ist es?\n" in said
    assert re.search(r"^flows/zeugnis.jpg: \d+ Bytes → 6 Bytes$", said, re.MULTILINE)


def test_any_two_revisions_are_compared(house):
    """By the beginnings of their names; with one, it is compared with the folder."""
    ok(house, "publish")
    first = current(house)
    edit(house, "kind.yaml", "Wie alt ist Ihr Kind?", "Wie alt ist es?")
    ok(house, "publish")
    second = current(house)
    assert "- Wie alt ist Ihr Kind?" in ok(house, "diff", first)
    assert "+ Wie alt ist Ihr Kind?" in ok(house, "diff", second[:12], first[:12])
    assert "Kein Unterschied zwischen" in ok(house, "diff", second)
    assert 2 == refused(house, "diff", first, second, first)[0]


def test_a_folder_with_mistakes_is_compared_as_far_as_it_can_be_read(house):
    """The flow is named as not readable, and not as gone."""
    ok(house, "publish")
    (house.folder / "flows/kind.yaml").write_text("flow: kind\nsteps: [\n", "utf-8")
    assert "Ablauf »kind«: auf einer Seite nicht lesbar" in ok(house, "diff")
