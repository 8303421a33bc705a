"""A flow with three catalogs, all sound, to sow faults into; what the checker says of them. Nothing lies on a disk."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from problems.kit import VALID

from bot.check.folder import Catalogs, Folder
from bot.check.load import load
from bot.check.whole import examine
from bot.model import Language
from bot.source.problem import Problem

TODAY = date(2026, 9, 1)
HEAD = "flow: beispiel\ntitle: Beispiel\ntopic: allgemein\nreviewed: 2026-08-15\nsteps:\n"
FLOW = """\
flow: beispiel
title: Beispiel
topic: allgemein
reviewed: 2026-08-15
steps:
  name:
    ask: Wie heißt Ihr Kind?
    save: name
    retry: Bitte schreiben Sie den Namen.
  gruss:
    say: |
      Guten Tag, {name}!
      Zur [[Klassenpflegschaft]] gehören alle Eltern.

      *Rufen Sie an:* 0211 123 45 oder schule.example.org.
    source: Ein Brief der Schule
    facts: [kp-001]
  geld:
    say: Am 01.08.2026 kommen 195 Euro (§ 28).
    source: Ein Gesetz
    valid_until: 2027-07-31
  frage:
    choose: Möchten Sie mehr wissen?
    options:
      - label: Ja, gern
        short: Ja
        goto: gruss
      - label: Nein, danke
        say: Gern. Schönen Tag!
        end: true
"""
TURKISH = {
    "name/ask": "Çocuğunuzun adı ne?",
    "name/retry": "Lütfen adı yazın.",
    "gruss/say": "İyi günler, {name}!\nHerkes [[Klassenpflegschaft]] üyesidir.\n\n"
    "*Arayın:* 0211 123 45 veya schule.example.org.",
    "geld/say": "01.08.2026 tarihinde 195 Euro gelir (§ 28).",
    "frage/choose": "Daha fazla bilgi ister misiniz?",
    "frage/ja-gern/label": "Evet, lütfen",
    "frage/ja-gern/short": "Evet",
    "frage/nein-danke/label": "Hayır, sağ olun",
    "frage/nein-danke/say": "Rica ederiz. İyi günler!",
}
ARABIC = {
    "name/ask": "ما اسم طفلكم؟",
    "geld/say": "في 01.08.2026 يصل 195 يورو (§ 28).",
    "frage/ja-gern/label": "نعم",
    "frage/ja-gern/short": "نعم",
    "frage/nein-danke/label": "لا، شكرًا",
}
UKRAINIAN = {
    "name/ask": "Як звати вашу дитину?",
    "geld/say": "01.08.2026 надходить 195 євро (§ 28).",
    "frage/nein-danke/say": "Прошу. Гарного дня!",
}
WORDS = {"tr": TURKISH, "ar": ARABIC, "uk": UKRAINIAN}


def german(flow: str = FLOW) -> Mapping[str, str]:
    """Return the German of the flow's texts, by step and field."""
    loaded = load({**valid(), "beispiel.yaml": flow.encode()})
    start = "beispiel/"
    return {key.removeprefix(start): text.german for key, text in loaded.texts.items() if key.startswith(start)}


def po(words: Mapping[str, str], originals: Mapping[str, str]) -> str:
    """Return a catalog of these translations, one line each."""
    entries = (
        f'msgctxt "beispiel/{key}"\nmsgid "{_escaped(originals[key])}"\nmsgstr "{_escaped(translation)}"\n'
        for key, translation in words.items()
    )
    return "\n".join(entries)


def found(
    flow: str = FLOW,
    words: Mapping[str, Mapping[str, str]] = WORDS,
    *,
    today: date = TODAY,
    complete: Collection[str] = (),
    **more: bytes,
) -> tuple[Problem, ...]:
    """Return all problems of a flow with its translations; ``more`` are other side files, by name without ending."""
    originals = german(flow)
    files = {**valid(), "beispiel.yaml": flow.encode(), **{f"{name}.yaml": raw for name, raw in more.items()}}
    kept = {code: {key: each for key, each in texts.items() if key in originals} for code, texts in words.items()}
    catalogs = {code: (f"locales/{code}.po", po(texts, originals).encode()) for code, texts in kept.items()}
    return examine(Folder(Path("flows"), files), Catalogs(catalogs, ()), today, [Language(code) for code in complete])


def codes(problems: Collection[Problem]) -> list[str]:
    """Return the codes of problems, in their order."""
    return [problem.code for problem in problems]


def valid() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in VALID.glob("*.yaml")}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
