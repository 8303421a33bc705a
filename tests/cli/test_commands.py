"""The commands as people use them: what they say, how they end, and that no mistake shows a traceback."""

import json
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.process import ROOT, write_config

SMALL = ROOT / "tests" / "data" / "small"


def elternlotse(*arguments: object, typed: str = "", config: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it said; a traceback is never the answer."""
    chosen = () if config is None else ("--config", str(config))
    done = subprocess.run(  # noqa: S603 - our own command with a test's words
        [sys.executable, "-m", "bot", *chosen, *map(str, arguments)],
        input=typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder of flows of one's own, which somebody has looked through today."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "flows"))
    for file in folder.glob("*.yaml"):
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"(?m)^reviewed: .*$", f"reviewed: {datetime.now(UTC).date()}", text), "utf-8")
    return folder


@pytest.fixture
def config(tmp_path: Path, flows: Path) -> Path:
    """A configuration with data and flows of one's own."""
    return write_config(tmp_path, flows=flows)


def test_check_says_that_all_is_well(config):
    """On sound flows, with exit code 0."""
    done = elternlotse("check", config=config)
    assert (0, "Alles in Ordnung.\n") == (done.returncode, done.stdout)


def test_a_mistake_is_shown_with_file_line_and_help(config, flows):
    """Exit code 1, the line as written, a caret, and what to do."""
    file = flows / "start.yaml"
    file.write_text(file.read_text("utf-8").replace("call: kind", "x").replace("call: alles", "call: ales"), "utf-8")
    done = elternlotse("check", config=config)
    assert 1 == done.returncode
    assert f"{file}:11:15: error[E2" in done.stdout
    assert "11 |         call: ales" in done.stdout
    assert "Hilfe: Ein ähnlicher Name ist »alles«." in done.stdout


def test_check_speaks_json_for_other_programs(config, flows):
    """A list of objects with fixed names; only the file that was asked for."""
    (flows / "kind.yaml").write_text("flow: kind\nsteps: [\n", "utf-8")
    done = elternlotse("check", "--format", "json", flows / "kind.yaml", config=config)
    (problem,) = json.loads(done.stdout)
    assert ["file", "line", "column", "code", "severity", "message", "help"] == list(problem)
    assert (1, "error") == (done.returncode, problem["severity"])


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\xff\xfe", b"[" * 60_000, b"a: &x\n  b: *x\n", b"flow: [", b"- - -"])
def test_broken_yaml_is_told_not_thrown(config, flows, raw):
    """P04, I06: any bytes give a message."""
    (flows / "kaputt.yaml").write_bytes(raw)
    done = elternlotse("check", flows / "kaputt.yaml", config=config)
    assert 1 == done.returncode
    assert "Hilfe:" in done.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("port: 8080", "port: achtzig"), "port"),
        (("port: 8080", "prot: 8080"), "port"),
        (("timezone: Europe/Berlin", "timezone: Mars/Olympus"), "Mars/Olympus"),
        (("api_url: https://api.telegram.org", "api_url: ftp://x"), "api_url"),
        (("store:", "store: mysql://host/db"), "store"),
    ],
)
def test_a_wrong_setting_is_told_like_a_mistake_in_a_flow(config, change, says):
    """Exit code 2, with file, line and help; nothing is made on the disk."""
    config.write_text(config.read_text("utf-8").replace(*change), "utf-8")
    done = elternlotse("run", "--port", "0", config=config)
    assert 2 == done.returncode
    assert f"{config}:" in done.stderr
    assert says in done.stderr
    assert "Hilfe:" in done.stderr
    assert not (config.parent / "data").exists()


def test_a_missing_config_says_what_to_do(tmp_path):
    """The usual mistake: another folder."""
    done = elternlotse("run", config=tmp_path / "config.yaml")
    assert 2 == done.returncode
    assert "Hilfe:" in done.stderr


def test_a_port_in_use_is_told_with_another_one(config):
    """And how to choose it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = elternlotse("run", "--port", port, config=config)
    assert 2 == done.returncode
    assert f"Der Port {port}" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr


def test_broken_flows_stop_the_first_start_with_their_problems(config, flows):
    """Nothing half-checked goes out to parents."""
    (flows / "kind.yaml").write_text("flow: kind\n", "utf-8")
    done = elternlotse("run", "--port", "0", config=config)
    assert 1 == done.returncode
    assert f"{flows}/kind.yaml:" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("check", "gibt-es-nicht"), 2), (("talk", "gibt-es-nicht"), 2), (("talk", "start", "--language", "xx"), 2), (("unbekannt",), 2), (("run", "--port", "99999"), 2), (("people", "disable", "7"), 2)],
)  # fmt: skip
def test_wrong_usage_has_exit_code_2(config, arguments, code):
    """And says something."""
    done = elternlotse(*arguments, config=config)
    assert code == done.returncode
    assert done.stderr.strip()


def test_a_talk_is_held_in_the_terminal(config):
    """By numbers, labels and words; effects are shown."""
    done = elternlotse("talk", "alles", typed="8\nAna\n1.1.2026\n2\nMeine Frage\nFertig\n", config=config)
    assert 0 == done.returncode
    assert "● Wie alt ist Ihr Kind?" in done.stdout
    assert "[2] Frage" in done.stdout
    assert '! ticket topic=schule language=de "Meine Frage"' in done.stdout


def test_only_numbers_that_can_be_typed_are_shown(config):
    """Options of the question that waits have numbers, also when it is shown again; the house's own buttons have none."""
    typed = "8\nAna\n1.1.2026\n/hilfe\n1\n"
    shown = elternlotse("talk", "alles", typed=typed, config=config).stdout.split("> ")
    numbered = [[line.strip() for line in part.splitlines() if line.startswith("  [")] for part in shown]
    options = ["[1] Von vorn", "[2] Frage", "[3] Noch einmal", "[4] Ende", "[5] Weiter"]
    assert [[], [], [], options, options] == numbered[:5]
    assert "  · Datenschutz\n" in shown[0]
    assert "  · Überspringen\n" in shown[1]
    assert "● Wie alt ist Ihr Kind?" in shown[5], "the first one leads to the beginning"


def test_the_real_flows_can_be_talked_through_in_ukrainian():
    """``elternlotse talk elternabend --language uk`` holds the same conversation as the phone."""
    done = elternlotse("talk", "elternabend", "--language", "uk", typed="1\n2\n")
    assert 0 == done.returncode
    assert "Чи треба мені йти?" in done.stdout


def test_golden_talks_are_played_and_differences_shown(config, flows):
    """Exit code 1 where one goes otherwise; ``--update`` writes down how it goes."""
    (flows / "kind.talk").write_text("flow: kind\n> /start kind\nWie alt?\n> 7\n", "utf-8")
    done = elternlotse("test", config=config)
    assert 1 == done.returncode
    assert "- Wie alt?" in done.stdout
    assert "+ Wie alt ist Ihr Kind?" in done.stdout
    assert 0 == elternlotse("test", "--update", config=config).returncode
    assert "Wie alt ist Ihr Kind?\n> 7" in (flows / "kind.talk").read_text("utf-8")


def test_what_only_a_person_can_mend_is_not_sent_to_update(config, flows):
    """A button that is not there: nothing is rewritten, and the same command is not named again."""
    (flows / "kind.talk").write_text("flow: kind\n> /start kind\n…\n> [Weg]\n", "utf-8")
    for command in (("test",), ("test", "--update"), ("flows", "publish")):
        done = elternlotse(*command, config=config)
        assert 1 == done.returncode
        assert "Ändern Sie diese Zeile von Hand." in done.stdout + done.stderr
        assert "--update" not in done.stdout + done.stderr
    assert "> [Weg]" in (flows / "kind.talk").read_text("utf-8")


def test_the_shipped_flows_and_talks_are_sound():
    """What is in the repository can be published, and goes as it is written down."""
    assert 0 == elternlotse("check").returncode
    assert 0 == elternlotse("test").returncode


def test_publishing_refuses_what_is_not_sound_and_changes_nothing(config, flows):
    """A mistake, and a golden talk that takes another course."""
    assert 0 == elternlotse("flows", "publish", config=config).returncode
    before = elternlotse("flows", "list", config=config).stdout.split(" vom ")[0]
    file = flows / "kind.yaml"
    sound = file.read_text("utf-8")
    file.write_text(sound.replace("type: number", "type: zahl"), "utf-8")
    done = elternlotse("flows", "publish", config=config)
    assert (1, True) == (done.returncode, f"{flows}/kind.yaml:" in done.stderr)
    file.write_text(sound, "utf-8")
    (flows / "kind.talk").write_text("flow: kind\n> /start kind\nEtwas anderes\nUnd noch etwas\n", "utf-8")
    done = elternlotse("flows", "publish", config=config)
    assert (1, True) == (done.returncode, "läuft anders als aufgeschrieben" in done.stderr)
    assert "elternlotse test --update" in done.stderr
    assert before == elternlotse("flows", "list", config=config).stdout.split(" vom ")[0]


@pytest.mark.parametrize(
    ("file", "before", "after", "lost"),
    [
        ("immer/start.yaml", "Guten Tag! Wir sind", "Hallo! Wir sind", "tr wird nicht mehr angeboten"),
        ("immer/beratung.yaml", "Gern. Ihre Frage", "Sehr gern. Ihre Frage", "beratung/wer-antwortet/say"),
        ("safety.yaml", "Sie sind nicht allein.", "Sie sind nie allein.", "safety/card"),
        (
            "mitmachen/elternabend.yaml",
            "Beim Elternabend",
            "Am Elternabend",
            "»elternabend« erscheint auf tr vorerst auf",
        ),
    ],
)
def test_a_changed_sentence_of_the_real_flows_is_checked_and_published(tmp_path, file, before, after, lost):
    """What the translations lose by it is said, with the texts to translate; nothing stands in the way."""
    flows = Path(shutil.copytree(ROOT / "flows", tmp_path / "flows"))
    config = write_config(tmp_path, flows=flows)
    assert 0 == elternlotse("flows", "publish", config=config).returncode
    text = (flows / file).read_text("utf-8")
    (flows / file).write_text(text.replace(before, after, 1), "utf-8")
    assert 0 == elternlotse("check", config=config).returncode
    done = elternlotse("flows", "publish", config=config)
    assert 0 == done.returncode, done.stderr
    assert lost in done.stdout
    assert "elternlotse translate update" in done.stdout
    assert 0 == elternlotse("test", "--update", config=config).returncode
    turkish = (flows / "mitmachen" / "elternabend.talk").read_text("utf-8").partition("language: tr")[2]
    assert "Veli toplantısında" in turkish, "a talk that cannot be played now stays as it was"


def test_an_unreadable_talk_is_a_mistake_like_any_other(config, flows):
    """With file, line and help, in check as in publishing."""
    (flows / "kind.talk").write_text("flow: kind\n> /start kind\n~ bald\n", "utf-8")
    done = elternlotse("check", config=config)
    assert (1, True) == (done.returncode, f"{flows}/kind.talk:3:1: error[E122]" in done.stdout)
    assert 1 == elternlotse("flows", "publish", config=config).returncode


def test_a_missing_folder_of_flows_names_the_setting(tmp_path):
    """The setting is wrong, not the flows."""
    done = elternlotse("run", "--port", "0", config=write_config(tmp_path, flows=tmp_path / "weg"))
    assert (2, True) == (done.returncode, "»flows«" in done.stderr)


def test_a_lost_link_is_made_anew(config):
    """``people invite`` prints a link; ``people list`` shows who there is."""
    elternlotse("flows", "publish", config=config)
    done = elternlotse("people", "invite", "--role", "coordinator", config=config)
    assert 0 == done.returncode
    assert "/invitation/" in done.stdout
    assert "coordinator" in elternlotse("people", "list", config=config).stdout
    done = elternlotse("people", "disable", "1", config=config)
    assert (2, True) == (done.returncode, "letzte Person" in done.stderr)


def test_translations_follow_the_german(config, tmp_path):
    """A changed sentence makes its translation fuzzy, and keeps it."""
    locales = tmp_path / "locales"
    text = config.read_text("utf-8").replace(f"locales: {ROOT / 'locales'}", f"locales: {locales}")
    config.write_text(text, "utf-8")
    assert 0 == elternlotse("translate", "update", config=config).returncode
    catalog = locales / "tr" / "LC_MESSAGES" / "flows.po"
    whole = catalog.read_text("utf-8")
    place = 'msgctxt "kind/alter/ask"\nmsgid "Wie alt ist Ihr Kind?"\nmsgstr "'
    catalog.write_text(whole.replace(f'{place}"', f'{place}Kaç yaşında?"'), "utf-8")
    file = tmp_path / "flows" / "kind.yaml"
    file.write_text(file.read_text("utf-8").replace("Wie alt ist Ihr Kind?", "Wie alt ist es?"), "utf-8")
    assert 0 == elternlotse("translate", "update", config=config).returncode
    after = catalog.read_text("utf-8")
    assert (
        '#, fuzzy\n#| msgid "Wie alt ist Ihr Kind?"\nmsgctxt "kind/alter/ask"\nmsgid "Wie alt ist es?"\nmsgstr "Kaç yaşında?"'
        in after
    )


def test_a_linked_catalog_is_refused_by_every_command(tmp_path, flows):
    """What ``check`` does not follow, nothing that publishes or plays follows either, and it is told without a traceback."""
    config = write_config(tmp_path, flows=flows)
    locales = Path(shutil.copytree(ROOT / "locales", tmp_path / "locales"))
    catalog = locales / "tr/LC_MESSAGES/flows.po"
    catalog.rename(tmp_path / "anderswo.po")
    catalog.symlink_to(tmp_path / "anderswo.po")
    config.write_text(config.read_text("utf-8").replace(f"locales: {ROOT / 'locales'}", f"locales: {locales}"), "utf-8")
    done = elternlotse("test", config=config)

    assert (1, True) == (done.returncode, "error[E124]" in done.stdout + done.stderr)
