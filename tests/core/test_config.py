"""The settings: every mistake is told at once in the same shape as for flows, and no secret is ever shown."""

import pickle
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, Limits, Organisation, Secret, Spoken, StoreAddress, Telegram, WebChat, read, read_file
from bot.source.errors import OperatorError

SHIPPED = Path(__file__).parents[2] / "config.yaml"
LEAST = "organisation:\n  name: Verein\nlanguages:\n  de:\n"
TOKEN = "123456:abcDEF_ghi-jkl"


def made(text: str = LEAST, **environment: str) -> Config:
    return read("config.yaml", text.encode(), environment)


def refused(text: str = LEAST, **environment: str) -> str:
    with pytest.raises(OperatorError) as caught:
        made(text, **environment)
    return str(caught.value)


def codes(message: str) -> list[tuple[str, int]]:
    """Return the codes of a message with their lines."""
    return [
        (code, int(line))
        for line, code in re.findall(r"^config\.yaml:(\d+):\d+: error\[(E\d+)\]", message, re.MULTILINE)
    ]


def test_the_shipped_settings_are_the_usual_ones():
    """What config.yaml says is what holds where it says nothing, except whose bot it is and its languages."""
    shipped = made(SHIPPED.read_text("utf-8"))
    assert replace(shipped, organisation=Organisation("Verein"), languages=(Spoken("de", drafts=True),)) == made()
    assert [(each.code, each.drafts) for each in shipped.languages] == [
        (code, True) for code in ("de", "tr", "ar", "uk")
    ]


def test_every_setting_of_the_shipped_file_has_a_comment():
    """Who opens config.yaml reads in German what each line does."""
    lines = SHIPPED.read_text(encoding="utf-8").split("\n")
    bare = [line for before, line in pairwise(lines) if line.strip() and "#" not in line and "#" not in before]
    assert [
        line for line in bare if not re.fullmatch(r"  (de|tr|ar|uk):|    drafts: true|    complete: false", line)
    ] == []


def test_all_settings_are_taken():
    """Each word of the file arrives in its place."""
    text = """
organisation:
  name: Verein e. V.
  address: [Musterstraße 1, 40000 Musterstadt]
  represented_by: der Vorstand
  mail: info@example.org
  phone: 0211 1234
  website: https://example.org/
  register: Amtsgericht Musterstadt, VR 1234
  responsible: die Redaktion
  privacy_contact: datenschutz@example.org
  source_url: https://git.example.org/elternlotse/
timezone: Europe/Vienna
host: "::1"
port: 0
public_url: https://lotse.example.org/
data: /srv/daten
flows: ablaeufe
locales: sprachen
store:
languages:
  de:
  tr:
    drafts: false
  sr_Latn:
    complete: true
channels:
  webchat:
    frame_ancestors: [https://www.example.org, "https://*.example.com:8443"]
  telegram:
    name: lotse_nrw_bot
    api_url: http://127.0.0.1:9000
    mode: webhook
    messages_per_second: 5
    messages_per_chat_second: 2
limits:
  flood_messages: 3
  flood_seconds: 4
  unsure_seconds: 6
"""
    assert made(text) == Config(
        organisation=Organisation(
            name="Verein e. V.",
            address=("Musterstraße 1", "40000 Musterstadt"),
            represented_by="der Vorstand",
            mail="info@example.org",
            phone="0211 1234",
            website="https://example.org",
            register="Amtsgericht Musterstadt, VR 1234",
            responsible="die Redaktion",
            privacy_contact="datenschutz@example.org",
            source_url="https://git.example.org/elternlotse",
        ),
        languages=(
            Spoken("de", drafts=True),
            Spoken("tr", drafts=False),
            Spoken("sr_Latn", drafts=True, complete=True),
        ),
        timezone=ZoneInfo("Europe/Vienna"),
        host="::1",
        port=0,
        public_url="https://lotse.example.org",
        data=Path("/srv/daten"),
        flows=Path("ablaeufe"),
        locales=Path("sprachen"),
        webchat=WebChat(("https://www.example.org", "https://*.example.com:8443")),
        telegram=Telegram(
            name="lotse_nrw_bot",
            api_url="http://127.0.0.1:9000",
            mode="webhook",
            messages_per_second=5,
            messages_per_chat_second=2,
        ),
        limits=Limits(3, 4, 6),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("E120", 1)]),
        ("a: [", [("E101", 1)]),
        ("- a", [("E113", 1)]),
        ("port: 1", [("E112", 1), ("E112", 1)]),
        ("organisation:\nlanguages:\n  de:", [("E120", 1)]),
        ("organisation: Verein\nlanguages:\n  de:", [("E113", 1)]),
        ("organisation:\n  nam: V\nlanguages:\n  de:", [("E111", 2)]),
        ("organisation:\n  website: V\nlanguages:\n  de:", [("E112", 2), ("E114", 2)]),
        ("organisation:\n  name: V\n  mail: v\nlanguages:\n  de:", [("E114", 3)]),
        ("organisation:\n  name: V\nlanguages:\n  tr:", [("E112", 3)]),
        ("organisation:\n  name: V\nlanguages:\n  de:\n  Deutsch:", [("E114", 5)]),
        ("organisation:\n  name: V\nlanguages:\n  de: ja", [("E113", 4)]),
        ("organisation:\n  name: V\nlanguages:\n  de:\n    draft: true", [("E111", 5)]),
        ("organisation:\n  name: V\nlanguages:\n  de:\n    drafts: yes", [("E114", 5)]),
        ("organisation:\n  name: V\nlanguages:\n  de:\n    complete: ganz", [("E114", 5)]),
        ("organisation:\n  name: V\nlanguages: [de]", [("E113", 3)]),
        ("organisation:\n  name: V\n  source_url: javascript:alert(1)\nlanguages:\n  de:", [("E114", 3)]),
        ("organisation:\n  name: V\n  address:\n    strasse: x\nlanguages:\n  de:", [("E113", 4)]),
        (LEAST + "complete: [de]", [("E111", 5)]),
        (LEAST + "limits:\n  body_kilobytes: 64", [("E111", 6)]),
        (LEAST + "prot: 1", [("E111", 5)]),
        (LEAST + "port: 1\nport: 2", [("E104", 6)]),
        (LEAST + "port: 70000", [("E114", 5)]),
        (LEAST + "port: http", [("E114", 5)]),
        (LEAST + "port: [1]", [("E113", 5)]),
        (LEAST + "port:", [("E120", 5)]),
        (LEAST + "host: a b", [("E114", 5)]),
        (LEAST + "timezone: Europe/Berln", [("E114", 5)]),
        (LEAST + "timezone: ../etc/passwd", [("E114", 5)]),
        (LEAST + "public_url: lotse.example.org", [("E114", 5)]),
        (LEAST + "public_url: http://lotse.example.org", [("E114", 5)]),
        (LEAST + "public_url: http://localhost:8080", []),
        (LEAST + "store: postgresql://u:geheim@h/d", [("E114", 5)]),
        (LEAST + "store: mysql", [("E114", 5)]),
        (LEAST + "store: postgresql://lotse@h", [("E114", 5)]),
        (LEAST + "store: postgresql:lotse@h/d", [("E114", 5)]),
        (LEAST + "store: postgresql://h:viele/d", [("E114", 5)]),
        (LEAST + "store: 'postgresql://[h/d'", [("E114", 5)]),
        (LEAST + "store: postgresql:///d?host=/run/postgresql", []),
        (LEAST + "channels:\n  whatsapp:", [("E111", 6)]),
        (LEAST + "channels:\n  webcat:\n    x: y", [("E111", 6)]),
        (LEAST + 'channels:\n  webchat:\n    frame_ancestors: ["https://a; script-src *"]', [("E114", 7)]),
        (LEAST + "channels:\n  telegram:\n    mode: push", [("E114", 7)]),
        (LEAST + "channels:\n  telegram:\n    messages_per_second: 0", [("E114", 7)]),
        (LEAST + "channels:\n  telegram:\n    name: '@lotse'", [("E114", 7)]),
        (LEAST + "limits:\n  flood_messages: viele", [("E114", 6)]),
        (LEAST + "collect_silence: 10 Minuten", [("E111", 5)]),
        (LEAST + "port: x\nhost: a b\nprot: 1", [("E114", 5), ("E114", 6), ("E111", 7)]),
    ],
)
def test_each_wrong_setting_is_told_where_it_stands(text, expected):
    """Unknown words and wrong values of all settings come at once, with line and help."""
    found = codes(refused(text)) if expected else codes("") if made(text) else []
    assert found == expected


def test_what_stands_empty_about_the_organisation_is_empty():
    """Every line but the name may stand there with nothing behind it, as in the file that is shipped."""
    empty = "".join(f"  {name}:\n" for name in Organisation.__slots__ if name != "name")
    assert made(LEAST.replace("languages:", f"{empty}languages:")).organisation == Organisation("Verein")


PATHS = "data: daten\nflows: ../ablaeufe\nlocales: {elsewhere}\n"


@pytest.mark.parametrize("folder", [".", "house", "house/flows"])
def test_relative_folders_begin_where_the_file_lies(tmp_path, monkeypatch, folder):
    """From wherever a command is called, data, flows and translations are the same; absolute paths stay."""
    (tmp_path / "house/flows").mkdir(parents=True)
    elsewhere = tmp_path / "sprachen"
    (tmp_path / "house/config.yaml").write_text(LEAST + PATHS.format(elsewhere=elsewhere), "utf-8")
    monkeypatch.chdir(tmp_path / folder)
    config = read_file(tmp_path / "house/config.yaml", {})
    assert [path.resolve() for path in (config.data, config.flows, config.locales)] == [
        tmp_path / "house/daten",
        tmp_path / "ablaeufe",
        elsewhere,
    ]


@pytest.mark.parametrize(
    ("here", "named", "shown"),
    [
        ("house", "config.yaml", "data"),
        ("house", "{root}/house/config.yaml", "data"),
        (".", "house/config.yaml", "house/data"),
        (".", "{root}/house/config.yaml", "house/data"),
        ("house/flows", "../config.yaml", "../data"),
        ("house/flows", "{root}/house/config.yaml", "{root}/house/data"),
    ],
)
def test_folders_are_named_as_short_as_they_can_be_found(tmp_path, monkeypatch, here, named, shown):
    """Messages name what lies below the current folder from there, and everything else as the file was named."""
    (tmp_path / "house/flows").mkdir(parents=True)
    (tmp_path / "house/config.yaml").write_text(LEAST, "utf-8")
    monkeypatch.chdir(tmp_path / here)
    assert str(read_file(Path(named.format(root=tmp_path)), {}).data) == shown.format(root=tmp_path)


def test_the_settings_may_warn_without_stopping():
    """A text eaten by a # is a warning, and a warning stops nothing."""
    assert made(LEAST.replace("Verein", "Verein #1")).organisation.name == "Verein"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"{LEAST}telegram_token: {TOKEN}", TOKEN),
        (f"{LEAST}channels:\n  telegram:\n    token: {TOKEN}", TOKEN),
        (f"{LEAST}ELTERNLOTSE_MASTER_KEY: geheimeswort", "geheimeswort"),
        (f"{LEAST}store: postgresql://u:geheimeswort@h/d", "geheimeswort"),
        (f"{LEAST}store: postgresql:///d?host=/run&password=geheimeswort", "geheimeswort"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(text, secret):
    """O01, X01: who writes a secret into the file is told where it belongs, and the message does not repeat it."""
    message = refused(text)
    assert (secret in message, len(re.findall(r"error\[", message))) == (False, 1)


def test_secrets_come_from_the_environment():
    """O01: the token switches Telegram on; an empty variable is none."""
    config = made(LEAST, TELEGRAM_TOKEN=TOKEN, TELEGRAM_SECRET="s", ELTERNLOTSE_MASTER_KEY="k=")
    assert (config.telegram.token, config.telegram.secret, config.master_key) == (
        Secret(TOKEN),
        Secret("s"),
        Secret("k="),
    )
    without = made(LEAST, TELEGRAM_TOKEN="")
    assert (config.telegram.on, without.telegram.on, without.telegram.secret, without.master_key) == (
        True,
        False,
        None,
        None,
    )


def test_the_store_is_a_file_unless_a_database_is_named():
    """Without an address the store is SQLite's file; the environment's address goes before the file's."""
    there = "postgresql://lotse@db:5432/lotse?sslmode=require"
    assert made().store == StoreAddress()
    assert made(f"{LEAST}store: {there}").store == StoreAddress(there)
    assert made(f"{LEAST}store: {there}", ELTERNLOTSE_STORE="postgres://h/d").store == StoreAddress("postgresql://h/d")
    assert (made().store.postgres, made(ELTERNLOTSE_STORE=there).store.postgres) == (False, True)


def test_the_stores_password_comes_from_the_environment():
    """O01: it is kept apart from the address, and no text form shows it."""
    config = made(f"{LEAST}store: postgresql://h/d", ELTERNLOTSE_STORE_PASSWORD="geheimeswort")
    assert config.store == StoreAddress("postgresql://h/d", Secret("geheimeswort"))
    assert "geheimeswort" not in repr(config)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ELTERNLOTSE_STORE": "postgresql://u:geheimeswort@h/d"}, "ELTERNLOTSE_STORE enthält ein Passwort"),
        ({"ELTERNLOTSE_STORE": "geheimeswort"}, "ELTERNLOTSE_STORE ist keine Adresse"),
        ({"ELTERNLOTSE_STORE_PASSWORD": "geheimeswort"}, "keine Datenbank genannt"),
    ],
)
def test_a_wrong_store_of_the_environment_is_told_and_not_shown(environment, said):
    """O01: the variable is named with what to do; what it holds is not repeated, for it may be a secret."""
    message = refused(LEAST, **environment)
    assert (said in message, "= Hilfe:" in message, "geheimeswort" in message) == (True, True, False)


def test_secrets_come_from_files(tmp_path):
    """O01: a file named by the environment holds the secret in one line, readable by nobody else."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    assert made(LEAST, TELEGRAM_TOKEN_FILE=str(file)).telegram.token == Secret(TOKEN)
    assert "beide gesetzt" in refused(LEAST, TELEGRAM_TOKEN_FILE=str(file), TELEGRAM_TOKEN=TOKEN)
    file.chmod(0o644)
    assert f"chmod 600 {file}" in refused(LEAST, TELEGRAM_TOKEN_FILE=str(file))


@pytest.mark.parametrize("raw", [b"", b" \n", b"x" * 5000, b"\xff", "ü".encode(), b"a\nb", b"a b"])
def test_a_secret_that_cannot_be_one_is_refused(tmp_path, raw):
    """O01: an empty, endless or broken value is told without being shown."""
    file = tmp_path / "key"
    file.write_bytes(raw)
    file.chmod(0o600)
    message = refused(LEAST, ELTERNLOTSE_MASTER_KEY_FILE=str(file))
    assert ("ELTERNLOTSE_MASTER_KEY" in message, "= Hilfe:" in message, "xxx" in message) == (True, True, False)


def test_a_missing_secret_file_is_told(tmp_path):
    """The variable is named, and what to do."""
    message = refused(LEAST, TELEGRAM_SECRET_FILE=str(tmp_path / "weg"))
    assert message.startswith("TELEGRAM_SECRET_FILE nennt eine Datei, die sich nicht lesen lässt")


def test_no_text_form_shows_a_secret():
    """O01, X01: neither repr nor str nor a format nor a pickle of the settings holds a secret."""
    config = made(LEAST, TELEGRAM_TOKEN=TOKEN, ELTERNLOTSE_MASTER_KEY="geheimeswort")
    forms = (
        repr(config),
        str(config),
        f"{config.telegram.token}",
        f"{config.telegram.token!r:>40}",
        f"{[config.master_key]}",
    )
    assert [secret for secret in (TOKEN, "geheimeswort") for form in forms if secret in form] == []
    with pytest.raises(TypeError):
        pickle.dumps(config.telegram.token)


def test_secrets_are_compared_by_value_and_are_no_keys():
    """Two equal secrets are equal; nothing else is; no table is keyed by one."""
    assert Secret("a").reveal() == "a"
    assert (Secret("ä") == Secret("ä"), Secret("a") == Secret("b"), Secret("a") == "a") == (True, False, False)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret("a"))


def test_a_missing_file_is_told(tmp_path):
    """Without config.yaml the message says which file, and what to do."""
    with pytest.raises(OperatorError) as caught:
        read_file(tmp_path / "config.yaml", {})
    assert str(caught.value) == (
        f"Die Einstellungen fehlen: {tmp_path}/config.yaml gibt es nicht.\n"
        "  = Hilfe: Starten Sie im Ordner des Projekts, oder legen Sie dort eine config.yaml an."
    )


def test_an_unreadable_file_is_told(tmp_path):
    """A folder in its place is no traceback."""
    with pytest.raises(OperatorError, match="lassen sich nicht lesen"):
        read_file(tmp_path, {})


WORDS = sorted({line for line in SHIPPED.read_text(encoding="utf-8").split("\n") if not line.strip().startswith("#")})


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "a: [", "  - x", "  de: [x]", "port: -1"]), max_size=12))
def test_any_settings_are_taken_or_refused(lines):
    """Whatever lines stand in the file: settings, or an OperatorError; nothing else."""
    try:
        said = repr(made("\n".join(lines)))
    except OperatorError as error:
        said = str(error)
    assert said.startswith("Config(") or "Hilfe:" in said
