"""How long the checker and the proof take over flows as an association may have them one day, in ten languages.

The flows are made up here: a menu in groups, topics with messages, questions, typed answers, branches and calls of
each other, and a person at the end of each. The catalogs are pseudo-translations, a third longer than the German, some
of them written from right to left. What is measured is what ``elternlotse check --prove`` does, without its start-up.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.check.collector import without_collector
from bot.check.folder import Catalogs, Folder
from bot.check.load import load
from bot.check.whole import examine
from bot.cli.prove import Tried, try_to_prove
from bot.model import Language

LANGUAGES = tuple(map(Language, ("ar", "bg", "en", "fa", "ku", "pl", "ro", "ru", "tr", "uk")))
LOCALES = Path(__file__).parent.parent / "locales"
"""Where the program's own words lie."""
TODAY = date(2026, 11, 24)
WRITTEN_FROM_RIGHT = {"ar", "fa"}
GROUP = 8
"""So many topics stand in one submenu."""
TOPICS = 50
"""Topics of the budget of five seconds."""
STEPS = 30
"""Steps in one topic."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One repetition: seconds for checking and proving everything, milliseconds for one changed file, and growth.

    ``growth`` is how much longer a flow takes among four times as many; 1 is linear.
    """

    whole: float
    checked: float
    proven: float
    one_file: float
    growth: float


def measure(repetitions: int) -> Sequence[Speed]:
    """Return so many repetitions."""
    return [_measure(number) for number in range(repetitions)]


@without_collector()
def _measure(number: int) -> Speed:
    files = _fresh(folder(TOPICS), number)
    catalogs = _catalogs(number)
    checked = _seconds_to_check(files, catalogs)
    proven = _seconds_to_prove(files, catalogs)
    changed = {**files, "thema-1.yaml": files["thema-1.yaml"].replace(b"Die Schule", b"Ihre Schule")}
    one_file = _seconds_to_check(changed, catalogs, "thema-1.yaml")
    few, many = (_alone(topics, number + 1000) for topics in (TOPICS, 4 * TOPICS))  # nothing of them was read before
    return Speed(checked + proven, checked, proven, one_file * 1000, many / few / 4)


def _alone(topics: int, number: int) -> float:
    """Return the seconds for checking and proving so many topics in German."""
    files, nothing = _fresh(folder(topics), number), Catalogs({}, ())
    return _seconds_to_check(files, nothing) + _seconds_to_prove(files, nothing)


def _seconds_to_check(files: Mapping[str, bytes], catalogs: Catalogs, *only: str) -> float:
    began = time.perf_counter()
    problems = examine(Folder(Path("flows"), files, frozenset(only)), catalogs, TODAY)
    seconds = time.perf_counter() - began
    assert not [problem for problem in problems if problem.severity == "error"], "the flows made up here are sound"
    return seconds


def _seconds_to_prove(files: Mapping[str, bytes], catalogs: Catalogs) -> float:
    tried: Tried = try_to_prove(Folder(Path("flows"), files), catalogs, LOCALES)
    assert tried.proven, "the flows made up here are sound"
    return tried.seconds


def _fresh(files: Mapping[str, bytes], number: int) -> dict[str, bytes]:
    """Return files that were never read before: what was read is remembered."""
    return {path: raw + f"# {number}\n".encode() for path, raw in files.items()}


def _catalogs(number: int) -> Catalogs:
    files = folder(TOPICS)
    texts = {key: text.german for key, text in load(files).texts.items()}
    made = {
        str(language): (f"locales/{language}.po", f"# {number}\n".encode() + catalog(texts, language))
        for language in LANGUAGES
    }
    return Catalogs(made, ())


# ------------------------------------------------------------------------------------------------ the flows


def folder(topics: int, steps: int = STEPS) -> dict[str, bytes]:
    """Return a folder with so many topics (menus and help flows come on top), by path below it."""
    names = [f"thema-{number}" for number in range(1, topics + 1)]
    groups = [names[place : place + GROUP] for place in range(0, topics, GROUP)]
    flows = {f"gruppe-{number}": _menu(f"gruppe-{number}", group) for number, group in enumerate(groups, 1)}
    flows["start"] = _menu("start", list(flows))
    flows |= {name: _topic(name, steps, called) for name, called in zip(names, _called(names), strict=True)}
    return {**{f"{name}.yaml": text.encode() for name, text in flows.items()}, **_SIDE_FILES}


def _called(names: Sequence[str]) -> Sequence[str]:
    """Return whom each topic calls: within three that follow each other, the one before; the first calls the helper."""
    return ["alter-fragen" if place % 3 == 0 else names[place - 1] for place in range(len(names))]


def _menu(name: str, called: Sequence[str]) -> str:
    options = "".join(f"      - label: Über {each}\n        call: {each}\n" for each in called)
    last = "      - label: Jemanden fragen\n        call: beratung\n"
    return f"{_head(name)}  wohin:\n    choose: Worum geht es bei {name}?\n    options:\n{options}{last}"


def _topic(name: str, steps: int, called: str) -> str:
    """Return a topic: parts of ten steps, each with messages, a question, a typed answer and a branch."""
    parts = [_part(number, number * 10 < steps - 10) for number in range(steps // 10)]
    return f"{_head(name)}{''.join(parts)}".replace("CALLED", called)


def _part(number: int, more: bool) -> str:  # noqa: FBT001 - one part is the last
    onward = f"goto: lage-{number + 1}" if more else "end: true"
    return _PART.replace("NUMBER", str(number)).replace("ONWARD", onward)


def _head(name: str) -> str:
    return (
        f"flow: {name}\ntitle: Das Thema {name}\ntopic: schule\nreviewed: 2026-11-20\n"
        f"examples:\n  - Was muss ich zu {name} wissen?\n  - In dem Brief steht {name}, was heißt das?\nsteps:\n"
    )


_PART = """\
  lage-NUMBER:
    say: |
      Die Schule lädt Sie bald zu einem Gespräch ein. Das ist der Teil NUMBER.
      In Briefen steht oft ein langes Wort: [[Klassenpflegschaft]].
      Kommen Sie bitte, wenn Sie können. Sie sind dort *wichtig*.
    note: "Klassenpflegschaft bleibt deutsch: Eltern sehen das Wort auf dem Brief."
    source: Schulgesetz NRW, § 73
  frage-NUMBER:
    choose: Was möchten Sie zu diesem Teil wissen?
    save: wahl_NUMBER
    options:
      - label: Wie alt ist es?
        goto: alter-NUMBER
      - label: Der Brief
        say: Schauen Sie bitte noch einmal auf den Brief.
        goto: tag-NUMBER
      - label: Mehr dazu
        call: CALLED
      - label: Jemanden fragen
        call: beratung
  hinweis-NUMBER:
    say: |
      Das ist ganz normal. Das geht vielen Eltern so.
      Sie dürfen auch nur da sein und zuhören.
      Oder fragen Sie die Schule: „Darf jemand mit mir kommen?“
    goto: tag-NUMBER
  alter-NUMBER:
    ask: Wie alt ist Ihr Kind? Bitte schreiben Sie nur die Zahl.
    save: alter_NUMBER
    type: number
    min: 0
    max: 25
  alter-pruefen-NUMBER:
    decide:
      - when: {alter_NUMBER: {at_least: 18}}
        goto: erwachsen-NUMBER
      - when: {alter_NUMBER: {at_most: 5}}
        goto: hinweis-NUMBER
      - else: tag-NUMBER
  erwachsen-NUMBER:
    say: "Ihr Kind ist {alter_NUMBER} Jahre alt. Dann entscheidet es vieles selbst."
  tag-NUMBER:
    ask: An welchem Tag ist das Gespräch? Schreiben Sie den Tag so, 15.12.2026.
    save: tag_NUMBER
    type: date
    retry: Bitte schreiben Sie Tag, Monat und Jahr so, 15.12.2026.
  tag-pruefen-NUMBER:
    decide:
      - when: {tag_NUMBER: {before: today}}
        goto: vorbei-NUMBER
      - else: weiter-NUMBER
  vorbei-NUMBER:
    say: |
      Der {tag_NUMBER} ist schon vorbei. Das ist nicht schlimm.
      Sie möchten mit der Lehrerin oder dem Lehrer sprechen?
      Sie dürfen um einen eigenen Termin bitten.
    source: Schulgesetz NRW, § 44
  weiter-NUMBER:
    choose: Möchten Sie noch etwas wissen?
    options:
      - label: Noch einmal
        goto: lage-NUMBER
      - label: Jemanden fragen
        call: beratung
      - label: Nein, danke
        say: Gern. Viel Freude beim nächsten Treffen!
        ONWARD
"""

_SIDE_FILES: Mapping[str, bytes] = {
    "beratung.yaml": f"{_head('beratung')}  frage:\n    escalate: Bitte schreiben Sie Ihre Frage.\n".encode(),
    "alter-fragen.yaml": (
        f"{_head('alter-fragen')}  name:\n    ask: Wie heißt Ihr Kind?\n    save: name\n    type: text\n    max: 40\n"
        '  dank:\n    say: "Danke. Wir sprechen also über {name}."\n'
    ).encode(),
    "topics.yaml": (
        b"schule:\n  title: Schule\n  teams: [beratung]\n  answer_within: 2 Werktage\n  hours: Mo-Fr 9-17\n"
        b"  urgency: normal\n  wider_after: [2 Stunden, 1 Werktage]\n"
    ),
    "glossary.yaml": (b"Klassenpflegschaft:\n  say: Das sind alle Eltern einer Klasse.\n  short: Eltern der Klasse\n"),
    "safety.yaml": (
        b'card: Hier hilft sofort jemand.\nnumbers:\n  - number: "112"\n    label: Notruf\n'
        b"    hours: rund um die Uhr\n    source: allgemein bekannt\n    checked_on: 2026-08-01\n"
    ),
}

# ---------------------------------------------------------------------------------------------- the catalogs

_KEPT = re.compile(r"\{\w+\}|\[\[[^\]]*\]\]|[*\n]|\d+|„[^“]*“")
_LATIN = str.maketrans("aeiouy", "áéíóúý")
_ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابثدحفغهيجكلمنوتقرسشعضصخطز")


def catalog(texts: Mapping[str, str], language: Language) -> bytes:
    """Return a PO file of these texts as ``translate update`` writes one, translated in our way."""
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    entries = (
        f"#: flows/{key.partition('/')[0]}.yaml:7\nmsgctxt {_quoted(key)}\nmsgid {_quoted(german)}\n"
        f"msgstr {_quoted(pseudo(german, language))}\n"
        for key, german in texts.items()
    )
    return (head + "\n".join(entries)).encode()


def pseudo(german: str, language: Language) -> str:
    """Return a text of a third more letters in the language's script, with all marks, numbers and quotes kept."""
    parts, end = [], 0
    for kept in _KEPT.finditer(german):
        parts += [_foreign(german[end : kept.start()], language), kept[0]]
        end = kept.end()
    return "".join((*parts, _foreign(german[end:], language)))


def _foreign(words: str, language: Language) -> str:
    longer = re.sub(r"\w{3,}", lambda word: word[0] + word[0][: len(word[0]) // 3], words)
    if language in WRITTEN_FROM_RIGHT:
        return re.sub("[A-Za-zÄÖÜäöüß]", "ن", longer.lower().translate(_ARABIC))
    return longer.translate(_LATIN)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
