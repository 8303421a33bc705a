"""Faults sown into a sound flow and its translations, one at a time: each is found where it lies, and nothing besides."""

from dataclasses import dataclass
from datetime import date

import pytest
from problems.words_kit import FLOW, WORDS, found, german


@dataclass(frozen=True)
class Seed:
    """A fault: what is replaced by what, where (the flow, or a language's text), and the code it must give."""

    code: str
    where: str
    old: str
    new: str
    shown: str
    """What must stand in the line that is pointed at."""


def seed(code: str, where: str, old: str, new: str, shown: str = "") -> Seed:
    return Seed(code, where, old, new, shown or new.split("\n", maxsplit=1)[0].strip()[:20])


SEEDS = [
    # what is lost or comes in
    seed("E401", "tr gruss/say", "{name}", "dostum", "İyi günler, dostum"),
    seed("E401", "tr gruss/say", "{name}", "{isim}", "{isim}"),
    seed("E401", "tr gruss/say", "{name}", "{name", "İyi günler, {name!"),
    seed("E401", "ar name/ask", "طفلكم", "{name}"),
    seed("W401", "tr gruss/say", "[[Klassenpflegschaft]]", "sınıf velileri", "sınıf velileri"),
    seed("W401", "tr gruss/say", "[[Klassenpflegschaft]]", "[[Schulpflegschaft]]", "[[Schulpflegschaft]]"),
    seed("W402", "tr gruss/say", "schule.example.org", "okul.example.org"),
    seed("W402", "tr gruss/say", " veya schule.example.org", "", "0211"),
    seed("W402", "tr frage/nein-danke/say", "Rica ederiz.", "Bakın: https://example.org/x."),
    seed("W403", "tr gruss/say", "0211 123 45", "0211 123 54", "0211"),
    seed("W403", "tr geld/say", "01.08.2026", "08.01.2026", "08.01.2026"),
    seed("W403", "tr geld/say", "01.08.2026", "1.8.2026", "1.8.2026"),
    seed("W403", "uk geld/say", "01.08.2026", "2026-08-01", "2026-08-01"),
    seed("W403", "uk geld/say", "195", "159", "159"),
    seed("W403", "uk geld/say", "§ 28", "стаття 28", "стаття 28"),
    seed("W403", "ar geld/say", "يورو", "ليرة", "ليرة"),
    # what would be shown wrongly
    seed("W404", "ar geld/say", "195", "١٩٥", "١٩٥"),
    seed("W404", "ar geld/say", "01.08.2026", "٠١.٠٨.٢٠٢٦", "٠١"),
    seed("W405", "ar name/ask", "ما", "\u2067ما", "ما"),
    seed("W406", "ar name/ask", "ما", "\u202eما", "ما"),
    seed("W406", "tr name/retry", "adı", "ad\ufffd", "ad\ufffd"),
    seed("W407", "tr gruss/say", "*Arayın:*", "*Arayın:", "*Arayın:"),
    seed("W407", "tr gruss/say", "*Arayın:*", "Arayın:", "Arayın:"),
    seed("W407", "uk geld/say", "(§ 28)", "(§ 28", "(§ 28"),
    seed("W407", "tr name/retry", "adı", "“adı", "“adı"),
    seed("W407", "flow", "Schönen Tag!", "Schönen *Tag!"),
    seed("W408", "uk name/ask", "дитину", "дитинy", "дитинy"),
    seed("W408", "uk frage/nein-danke/say", "Гарного дня", "Прошу i вам дня", "Прошу"),
    seed("W409", "tr frage/nein-danke/label", "Hayır, sağ olun", "evet lütfen"),
    seed("W409", "tr frage/nein-danke/label", "Hayır, sağ olun", "EVET"),
    # how it looks
    seed("W410", "tr name/ask", "?", ".", "adı ne."),
    seed("W410", "ar name/ask", "؟", ".", "طفلكم"),
    seed("W411", "tr name/retry", "Lütfen adı", "Lütfen  adı"),
    seed("W411", "tr name/retry", "yazın.", "yazın. ", "yazın. "),
    seed("W412", "tr name/retry", "Lütfen adı yazın.", "Bitte schreiben Sie den Namen."),
    seed("W413", "tr gruss/say", "üyesidir.\n\n", "üyesidir.\n", "üyesidir"),
    # room
    seed("W301", "tr frage/nein-danke/label", "Hayır, sağ olun", "Hayır, çok teşekkür ederim"),
    seed("W301", "ar frage/nein-danke/label", "لا، شكرًا", "لا، شكرًا جزيلًا لكم جميعًا"),
    seed("W301", "flow", "label: Nein, danke", "name: nein-danke\n        label: Nein danke, das ist alles", "Nein danke, das"),
    # style and days
    seed("W501", "flow", "reviewed: 2026-08-15", "reviewed: 2025-08-31"),
    seed("W501", "flow", "reviewed: 2026-08-15", "reviewed: 2026-09-02"),
    seed("W501", "flow", "reviewed: 2026-08-15\n", "", "beispiel"),
    seed(
        "W502", "flow", "Gern. Schönen Tag!",
        "Gern, und wenn Sie noch etwas wissen wollen, schreiben Sie uns einfach wieder eine kurze Nachricht!", "Gern, und",
    ),
    seed("W504", "flow", "[[Klassenpflegschaft]]", "Klassenpflegschaft", "Klassenpflegschaft"),
    seed("W504", "flow", "Wie heißt Ihr Kind?", "Kommen Sie zu den Klassenpflegschaften?", "Klassenpflegschaften"),
    seed("W505", "flow", "    source: Ein Gesetz\n", "", "01.08.2026"),
    seed("W505", "flow", "Gern. Schönen Tag!", "In 3 Tagen geht es los!", "In 3 Tagen"),
    seed("W506", "flow", "valid_until: 2027-07-31", "valid_until: 2026-10-31"),
    seed("W506", "flow", "valid_until: 2027-07-31", "valid_until: 2026-08-31"),
    seed("W507", "flow", "    valid_until: 2027-07-31\n", "", "01.08.2026"),
    seed("W509", "facts", "verified", "uncertain", "facts: [kp-001]"),
    seed("W509", "facts", "verified\n", "verified\n  valid_until: 2026-08-31\n", "facts: [kp-001]"),
]  # fmt: skip
FACTS = "- id: kp-001\n  statement: Alle Eltern.\n  source: § 73 SchulG NRW\n  confidence: verified\n"


def sown(planted: Seed):
    flow, facts, words = FLOW, FACTS, {code: dict(texts) for code, texts in WORDS.items()}
    code, _, key = planted.where.partition(" ")
    if planted.where == "flow":
        assert planted.old in flow
        flow = flow.replace(planted.old, planted.new, 1)
    elif planted.where == "facts":
        facts = facts.replace(planted.old, planted.new, 1)
    else:
        assert planted.old in words[code][key]
        words[code][key] = words[code][key].replace(planted.old, planted.new, 1)
    return found(flow, _still_true(words, flow), facts=facts.encode())


def _still_true(words: dict[str, dict[str, str]], flow: str) -> dict[str, dict[str, str]]:
    """Leave out the translations whose German has changed: those are stale, and not sent."""
    before, after = german(FLOW), german(flow)
    return {
        code: {key: each for key, each in texts.items() if before[key] == after.get(key)}
        for code, texts in words.items()
    }


def test_before_sowing_nothing_is_found():
    """The flow and its catalogs are sound: what is found later was sown."""
    assert () == found(facts=FACTS.encode())


@pytest.mark.parametrize("planted", SEEDS, ids=lambda each: f"{each.code} {each.where} {each.new[:12]!r}")
def test_each_fault_is_found_at_its_line(planted):
    """One problem, of the right kind, in the right file, at a line that shows the fault."""
    (problem,) = sown(planted)
    file = "flows/beispiel.yaml" if planted.where in {"flow", "facts"} else f"locales/{planted.where[:2]}.po"
    assert (planted.code, file) == (problem.code, problem.file)
    assert problem.line > 0
    assert planted.shown.replace("\n", "\\n") in problem.written


def test_there_are_many_kinds_of_faults():
    """No code of these families is left untried, but those that need a whole page or a file (see their pages)."""
    assert len(SEEDS) >= 50
    assert {
        "E401",
        "W301",
        *(f"W4{n:02}" for n in range(1, 14)),
        "W501",
        "W502",
        "W504",
        "W505",
        "W506",
        "W507",
        "W509",
    } <= {each.code for each in SEEDS}


def test_a_day_is_what_the_caller_says():
    """The same flow is in order today and too old in two years."""
    assert {"W501", "W506"} == {problem.code for problem in found(facts=FACTS.encode(), today=date(2028, 9, 1))}
