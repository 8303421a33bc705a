"""``flows draw`` and ``flows qr`` as a coordinator calls them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import segno
from fakes.process import ROOT


@pytest.fixture
def config(tmp_path):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for name in ("flows", "locales"):
        text = text.replace(f"\n{name}: {name}\n", f"\n{name}: {ROOT / name}\n")
    file = tmp_path / "config.yaml"
    file.write_text(text.replace("\npublic_url:\n", "\npublic_url: https://lotse.example.org\n"), encoding="utf-8")
    return file


def called(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "--config", str(config), "flows", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)  # noqa: S603 - ours


def test_a_flow_is_drawn_into_a_file(config, tmp_path):
    """The picture lies where it was asked for, and the command says so."""
    file = tmp_path / "bild.svg"
    result = called(config, "draw", "elternabend", "--language", "ar", "--to", str(file))

    assert (0, f"Gezeichnet: {file}\n") == (result.returncode, result.stdout)
    assert 'lang="ar"' in file.read_text(encoding="utf-8")


def test_without_a_house_nobody_has_visited(config):
    """A picture can be made before anything was started, and starts nothing."""
    result = called(config, "draw", "elternabend", "--to", "-")

    assert result.stdout.startswith("<svg ")
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("draw", "elternabent"),
            "Es gibt keinen Ablauf »elternabent«.\n  = Hilfe: Ein ähnlicher Name ist »elternabend«.",
        ),
        (
            ("qr", "elternabend", "--language", "xx"),
            "»elternabend« gibt es nicht ganz auf »xx«.\n  = Hilfe: Es gibt ihn auf: ar, de, tr, uk.",
        ),
        (
            ("qr", "elternabend", "--channel", "telegram"),
            (
                "Wohin soll der Code führen? In den Einstellungen fehlt »channels.telegram.name«.\n"
                "  = Hilfe: Tragen Sie in config.yaml »public_url« oder »channels.telegram.name« ein."
            ),
        ),
        (
            ("draw", "elternabend", "--to", "/nirgends/bild.svg"),
            (
                "/nirgends/bild.svg lässt sich nicht schreiben (No such file or directory).\n"
                "  = Hilfe: Nennen Sie mit --to eine andere Datei."
            ),
        ),
    ],
)
def test_a_wrong_word_is_told_with_its_remedy(config, arguments, expected):
    """Who mistypes a name reads what there is, and no traceback."""
    result = called(config, *arguments)

    assert (2, expected) == (result.returncode, result.stderr.strip())


@pytest.mark.parametrize(
    ("settings", "arguments", "expected"),
    [
        ("", (), "https://lotse.example.org/chat?flow=elternabend&lang=tr"),
        ("name: lotse_nrw_bot", ("--channel", "telegram"), "https://t.me/lotse_nrw_bot?start=elternabend_tr"),
    ],
)
def test_the_code_leads_into_the_flow_in_its_language(config, settings, arguments, expected):
    """The poster's code is the deep link, and stands below it in words."""
    config.write_text(
        config.read_text(encoding="utf-8").replace("    name:\n", f"    {settings}\n", 1), encoding="utf-8"
    )
    result = called(config, "qr", "elternabend", "--language", "tr", *arguments, "--to", "-")
    code = segno.make(expected, error="m", micro=False)
    drawn = re.search(r'stroke="#000" d="([^"]+)"', code.svg_inline(border=4))

    assert drawn is not None
    assert drawn[1] in result.stdout
    assert expected.removeprefix("https://").replace("&", "&amp;") in result.stdout
