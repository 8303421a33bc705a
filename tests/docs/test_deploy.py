"""The examples for operators fit the program: each command is one, each setting exists, each figure is really there."""

import asyncio
import configparser
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
import yaml
from docs.markdown import ROOT, page
from fakes.vitals import QUESTIONS, TELEGRAM, WELL, Patient
from prometheus_client.parser import text_string_to_metric_families

from bot.cli.run import run
from bot.config.store import trouble_with
from bot.model import Sent
from bot.services.meter import PrometheusMeter
from bot.work.health import STUCK, told, troubles

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
CADDY = (DEPLOY / "Caddyfile").read_text("utf-8")
ALERTS = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))
WATCHING = page("docs/betrieb/ueberwachung.md")
PORTS = {"web": ["8081", "8082"], "worker": ["8091", "8092"], "sender": ["8095"]}
"""On which ports the guide starts the services."""


def parsed(words: list[str]) -> dict[str, object]:
    """Return what ``elternlotse run`` makes of its words; click refuses what it does not know."""
    assert words[0] == "run"
    return dict(run.make_context("run", words[1:], resilient_parsing=False).params)


def programs() -> dict[str, dict[str, object]]:
    """Return the services of compose.yaml that are ours."""
    return {name: each for name, each in COMPOSE["services"].items() if each["image"] == "elternlotse"}


def test_compose_starts_two_web_two_worker_and_a_sender():
    """Every command is accepted by the program, each with a port for its health."""
    found = [(parsed(each["command"]), each.get("deploy", {}).get("replicas", 1)) for each in programs().values()]
    parts = [str(options["only"]) for options, count in found for _ in range(count)]
    assert ["sender", "web", "web", "worker", "worker"] == sorted(parts)
    assert {8080} == {options["port"] for options, _ in found}


def test_compose_names_only_what_is_there():
    """Services, secrets, networks, volumes and files that are named exist; every health check asks the right port."""
    for name, each in COMPOSE["services"].items():
        assert set(each.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(each.get("depends_on", [])) <= set(COMPOSE["services"]), name
        assert set(each["networks"]) <= set(COMPOSE["networks"]), name
        for source in (volume.split(":")[0] for volume in each["volumes"]):
            assert source in COMPOSE["volumes"] or (DEPLOY / source).exists(), source
    assert all("http://127.0.0.1:8080/readyz" in str(each["healthcheck"]) for each in programs().values())


def test_compose_sets_only_what_the_program_reads():
    """Each variable is one of the settings' page, the proxy's addresses, or the database's own; no secret stands there."""
    table = page("docs/reference/settings.md").text
    for each in programs().values():
        for name, value in each["environment"].items():
            assert name == "FORWARDED_ALLOW_IPS" or f"`{name.removesuffix('_FILE')}`" in table, name
            assert not re.search(r"PASSWORD|TOKEN|KEY", name) or str(value).startswith("/run/secrets/"), name
        assert trouble_with(each["environment"]["ELTERNLOTSE_STORE"]) is None
        address = str(each["environment"]["FORWARDED_ALLOW_IPS"])
        assert address == COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]


def test_compose_gives_programs_time_to_end():
    """O06: longer than the ten seconds that an end takes at most."""
    assert {"15s"} == {each["stop_grace_period"] for each in programs().values()}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_services_command_is_one(path):
    """Its ``ExecStart`` is accepted by the program, and it may end in order."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text("utf-8"))
    program, *words = unit["Service"]["ExecStart"].replace("%i", "8081").split()
    options = parsed(words)
    assert "/opt/elternlotse/app/.venv/bin/elternlotse" == program
    assert (path.stem, 8081) == (f"elternlotse-{options['only']}@", options["port"])
    assert int(unit["Service"]["TimeoutStopSec"]) > 10


def test_systemd_finds_nothing_wrong_with_the_services(tmp_path):
    """Where systemd is at hand it reads them itself; their program is put in the place of the example's."""
    files = []
    for path in UNITS:
        part = path.stem.removeprefix("elternlotse-").removesuffix("@")
        files.append(tmp_path / f"{path.stem}{PORTS[part][0]}.service")
        text = path.read_text("utf-8").replace("/opt/elternlotse/app/.venv/bin/elternlotse", sys.executable)
        files[-1].write_text(text, "utf-8")
    files.append(Path(shutil.copy(DEPLOY / "systemd/elternlotse.target", tmp_path)))
    said = []
    if found := shutil.which("systemd-analyze"):
        done = subprocess.run([found, "verify", *files], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - systemd's own reader, on files of a test
        said = [line for line in (done.stdout + done.stderr).splitlines() if "elternlotse" in line]
    assert said == []


def test_the_guide_starts_the_services_that_there_are():
    """Each template is copied and started, on the ports that the proxy and Prometheus ask."""
    guide = page("docs/betrieb/mehrere-prozesse.md").text
    assert [path.name for path in UNITS if f"sudo cp deploy/systemd/{path.name} " not in guide] == []
    enabled = " ".join(re.findall(r"systemctl enable --now (.*)", guide)).split()
    assert {f"elternlotse-{part}@{port}" for part, ports in PORTS.items() for port in ports} == set(enabled)
    asked = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text("utf-8"))["scrape_configs"][0]["static_configs"]
    assert {each["labels"]["part"]: [target.split(":")[1] for target in each["targets"]] for each in asked} == PORTS


def test_the_proxy_leads_to_the_web_programs():
    """Its usual upstreams are the services' ports, compose's are its web services; nothing is left open in the file."""
    usual = re.search(r"\{\$UPSTREAMS:([^}]+)\}", CADDY)
    assert usual is not None
    assert [each.split(":")[1] for each in usual[1].split()] == PORTS["web"]
    web = [f"{name}:8080" for name in programs() if name.startswith("web")]
    assert web == COMPOSE["services"]["caddy"]["environment"]["UPSTREAMS"].split()
    assert CADDY.count("{") == CADDY.count("}")
    assert "keepalive 4s" in CADDY


def test_the_image_has_all_that_the_program_needs():
    """What the image copies is there, and is not ignored; it ends in our command, as somebody without rights."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    kept = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists() or name not in kept] == []
    assert ['ENTRYPOINT ["elternlotse"]', 'CMD ["run"]', "USER elternlotse"] == [
        line for start in ("ENTRYPOINT", "CMD", "USER") for line in re.findall(rf"^{start}.*$", text, re.MULTILINE)
    ]


# -- figures


@pytest.fixture(scope="module")
def figures() -> frozenset[str]:
    """The names of everything that a program really tells, all of it having happened once."""
    meter = PrometheusMeter("1", "all")
    with meter.timed("receive"):
        meter.batch("receive", 1)
    meter.sent(TELEGRAM, Sent())
    meter.repeated(TELEGRAM, 1)
    meter.given_up(TELEGRAM)
    patient = Patient(vitals=replace(WELL, tickets=QUESTIONS), posts={"deliver:telegram": True})
    return frozenset(_names(meter, patient))


def _names(meter: PrometheusMeter, patient: Patient) -> Iterator[str]:

    text = meter.exposition(asyncio.run(patient.health().pulse()), ready=True).decode()
    for family in text_string_to_metric_families(text):
        yield family.name
        yield from (sample.name for sample in family.samples)


def named(text: str) -> set[str]:
    """Return the figures of ours that an expression names."""
    return set(re.findall(r"\b(?:elternlotse|process)_[a-z_]+", text))


def expressions() -> Iterator[tuple[str, str]]:
    """Yield every expression of the rules and the dashboard, by where it stands."""
    yield from ((rule["alert"], rule["expr"]) for rule in RULES)
    yield from ((panel["title"], each["expr"]) for panel in DASHBOARD["panels"] for each in panel["targets"])


@pytest.mark.parametrize(("place", "expression"), list(expressions()))
def test_every_figure_of_a_rule_or_a_panel_is_really_told(figures, place, expression):
    """No graph stays empty because its figure is called otherwise; brackets are closed."""
    assert named(expression) <= figures, place
    assert named(expression) or "up{" in expression
    assert expression.count("(") == expression.count(")")


def test_the_guide_explains_every_figure_and_no_other(figures):
    """Each figure of ours stands in a table, with what it means."""
    ours = {name for name in figures if name.startswith("elternlotse") and not name.endswith(("_bucket", "_sum", "_count", "_created"))}  # fmt: skip
    written = named(" ".join(re.findall(r"^\| .*$", WATCHING.text, re.MULTILINE)))
    short = {name.removesuffix("_total").removesuffix("_info") for name in ours}
    assert {
        name.removesuffix("_total").removesuffix("_info") for name in written if name.startswith("elternlotse")
    } == short


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_to_do(rule):
    """It stands in the guide, under its name, with words of its own; it says how urgent it is."""
    assert f"**Alarm `{rule['alert']}`:**" in WATCHING.text
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith((".", "!"))


def test_the_guide_knows_no_alert_that_is_not_there():
    """And the other way round."""
    assert {rule["alert"] for rule in RULES} == set(re.findall(r"\*\*Alarm `(\w+)`", WATCHING.text))


def test_the_guide_explains_every_trouble_and_shows_what_is_told():
    """The words of ``/healthz`` stand in its table, and its example has the fields that there are."""
    ill = Patient(away=True, disk=0, key=False)
    stuck = Patient(step=STUCK + 1)
    words = {word for each in (ill, stuck) for word in troubles(asyncio.run(each.health().pulse()))}
    assert words | {"clock", "unread", "outbox"} == set(re.findall(r"^\| `(\w+)` \|", WATCHING.section("Was `/healthz` sagt"), re.MULTILINE))  # fmt: skip
    (shown,) = [json.loads(fence.text) for fence in WATCHING.fences if fence.language == "json"]
    assert list(shown) == list(told(asyncio.run(Patient().health().pulse())))


def test_the_panels_do_not_lie_on_each_other():
    """Each has its place, its own number and something to show."""
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]}
    numbers = {panel["id"] for panel in DASHBOARD["panels"]}
    assert len(DASHBOARD["panels"]) == len(places) == len(numbers)
    assert all(panel["targets"] for panel in DASHBOARD["panels"])


def test_click_refuses_what_it_does_not_know():
    """The tests above can fail: a part that is not there is refused."""
    with pytest.raises(click.BadParameter):
        parsed(["run", "--only", "kitchen"])
