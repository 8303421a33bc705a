"""What differs between two sets of flows: everything that does is found, and named as what it is."""

import pytest
from core.edits import chance, editions
from core.small import made, small_files

from bot.check.changes import (
    CHANGED,
    GONE,
    NEW,
    THERE,
    UNREADABLE,
    CatalogChange,
    Changes,
    Difference,
    FlowChange,
    Side,
    StepChange,
    asks_otherwise,
    compare,
)
from bot.check.edition import FLOWS
from bot.check.load import load
from bot.cli.flows.difference import told

FILES = small_files()


def side(files: dict[str, bytes]) -> Side:
    """Return files as one side of a comparison."""
    return Side(files, load({path.removeprefix(FLOWS): raw for path, raw in files.items() if path.startswith(FLOWS)}))


def edited(flow: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """Return the small flows with words of one file replaced."""
    text = FILES[f"flows/{flow}.yaml"].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {**FILES, f"flows/{flow}.yaml": text.encode()}


def steps(flow: str, *changes: tuple[str, str]) -> tuple[StepChange, ...]:
    """Return which steps of one flow have changed, and insist that nothing else has."""
    found = compare(side(FILES), side(edited(flow, *changes)))
    (change,) = found.flows
    assert ((flow, CHANGED), (), (), ()) == ((change.flow, change.kind), found.side, found.catalogs, found.others)
    return change.steps


def test_the_same_has_no_difference():
    """Neither of the small flows nor of those of one that differs only in its bytes' order."""
    assert Changes((), (), (), ()) == compare(side(FILES), side(dict(reversed(FILES.items()))))


def test_a_text_is_shown_old_and_new():
    """With the field that holds it."""
    (step,) = steps("kind", ("Wie alt ist Ihr Kind?", "Wie alt?"))
    assert StepChange(CHANGED, "alter", texts=(Difference("ask", "Wie alt ist Ihr Kind?", "Wie alt?"),)) == step


def test_settings_are_told_with_their_values():
    """Also one that is new; a type, a bound, an answer's name, where it goes."""
    (step,) = steps("kind", ("    max: 20\n", "    optional: true\n"))
    assert {("maximum", "20", ""), ("optional", "", "ja")} == {(s.where, s.old, s.new) for s in step.settings}
    (step,) = steps("wege", ("    call: /sprache\n    goto: wohin\n", "    call: /sprache\n"))
    assert (Difference("call", "Ablauf /sprache, danach »wohin«", "Ablauf /sprache, danach »kind«"),) == step.settings


def test_a_step_that_is_called_otherwise_is_followed():
    """Its old name is told once; what pointed to it has not changed, and its texts are the same."""
    found = steps("alles", ("  alt-genug:\n    decide:\n", "  pruefen:\n    decide:\n"))
    assert [(GONE, "alt-genug"), (NEW, "pruefen")] == [(step.kind, step.step) for step in found if step.kind != CHANGED]
    renamed = (
        '  alt:\n    say: "Der Brief vom {tag} ist alt."\n',
        '  lange-her:\n    say: "Der Brief vom {tag} ist alt."\n    was: alt\n',
    )
    (step,) = steps("alles", renamed, ("        goto: alt\n", "        goto: lange-her\n"))
    assert StepChange(CHANGED, "lange-her", was="alt") == step


def test_an_option_that_is_called_otherwise_is_followed():
    """Only its label has changed; one without ``was`` is another option."""
    label = "      - label: Weiter\n"
    (step,) = steps("alles", (label, "      - label: Los\n        was: weiter\n"))
    assert ((Difference("los/label", "Weiter", "Los"),), ()) == (step.texts, step.settings)
    (step,) = steps("alles", (label, "      - label: Los\n"))
    assert {("los", "", THERE), ("weiter", THERE, "")} <= {(s.where, s.old, s.new) for s in step.settings}


def test_a_step_of_another_kind_is_told():
    """What it was and what it is."""
    (step,) = [each for each in steps("fragen", ('    say: "{name} geht in keine Kita: {kita}."\n    end: true\n', "    escalate: Und nun?\n")) if each.step == "ohne"]  # fmt: skip
    assert Difference("kind", "say", "escalate") in step.settings


def test_fields_of_a_form_are_told():
    """A field that is gone, with what is left as it was."""
    gone = "      - ask: Wie viele Geschwister?\n        save: anzahl\n        type: number\n        max: 12\n        optional: true\n"
    used = ('geschwister: {is: "yes"}, anzahl: {known: true}', 'geschwister: {is: "yes"}')
    found = steps("anmeldung", (gone, ""), used, ('    say: "Geschwister: {anzahl}."\n', "    say: Schön.\n"))
    (form,) = [step for step in found if step.step == "kind"]
    assert Difference("anzahl", THERE, "") in form.settings
    assert all(each.where.startswith("anzahl") for each in form.settings)


@pytest.mark.parametrize(
    ("flow", "old", "new", "line"),
    [
        ("wege", "    save: [alter]\n", "", "bekommt zurück: alter → –"),
        ("wege", "    save: [alter]\n", "    save: [alter]\n    with: {x: y}\n", "gibt mit: – → x: y"),
        ("anmeldung", "max: 12", "max: 13", "»anzahl« höchstens: 12 → 13"),
        ("alles", "    max: today\n", "    min: today\n    max: today\n", "mindestens: – → today"),
        ("anmeldung", "type: yes_or_no", "type: text", "»geschwister« Art der Antwort: yes_or_no → text"),
        ("anmeldung", "rule: school_year_of_birth", "rule: age_on", "Rechnung: school_year_of_birth → age_on"),
        ("anmeldung", "of: schulanmeldung", "of: zeugnisse", "Kalender: schulanmeldung → zeugnisse"),
        ("anmeldung", "calendar: schulanmeldung", "calendar: zeugnisse", "Kalender: schulanmeldung → zeugnisse"),
        ("anmeldung", "before: 1 Wochen", "before: 2 Wochen", "vorher: 1 Wochen → 2 Wochen"),
        ("beratung", "Ihre Frage.", "Ihre Frage.\n    urgency: urgent", "Dringlichkeit: – → urgent"),
        ("beratung", "Ihre Frage.", "Ihre Frage.\n    topic: schule", "Thema: – → schule"),
    ],
)
def test_whatever_a_step_does_otherwise_is_told_in_words(flow, old, new, line):
    """One line a setting: an author's slip must not go unseen."""
    shown = [each.strip() for each in told(compare(side(FILES), side(edited(flow, (old, new)))))]
    assert (line, f"Ablauf »{flow}«:") == (shown[-1], shown[0])


def test_a_changed_row_is_told():
    """What it compares is part of the branch."""
    (step,) = steps("anmeldung", ("{at_least: 10}", "{at_least: 11}"))
    ((where, old, new),) = [(each.where, each.old, each.new) for each in step.settings]
    assert ("rows", True, True) == (where, "at_least 10" in old, "at_least 11" in new)


def test_another_order_of_options_or_fields_is_told():
    """Parents see them in that order; one that is only new or gone is no other order."""
    one, two = "      - label: Oben\n        call: /menu\n", "      - label: Mensch\n        call: /mensch\n"
    (step,) = steps("wege", (one + two, two + one))
    rest = "daten, sprache, hilfe, kind"
    assert (Difference("order", f"oben, mensch, {rest}", f"mensch, oben, {rest}"),) == step.settings
    (step,) = steps("wege", (one, ""))
    assert all(each.where.split("/")[0] == "oben" for each in step.settings)


def test_another_order_of_steps_is_told():
    """Even where each step still leads where it led."""
    text = FILES["flows/wege.yaml"].decode()
    klein = text[text.index("  klein:\n") :]
    turned = text.replace(klein, "").replace(
        "  kind:\n    call: kind\n", f"{klein}    goto: wohin\n  kind:\n    call: kind\n"
    )
    (flow,) = compare(side(FILES), side({**FILES, "flows/wege.yaml": turned.encode()})).flows
    assert flow.reordered


def test_flows_come_and_go():
    """A flow that cannot be read is not one that is gone."""
    less = {path: raw for path, raw in FILES.items() if path != "flows/medien.yaml"}
    assert (FlowChange(GONE, "medien"),) == compare(side(FILES), side(less)).flows
    assert (FlowChange(NEW, "medien"),) == compare(side(less), side(FILES)).flows
    broken = {**FILES, "flows/medien.yaml": b"flow: medien\nsteps: [\n"}
    assert (FlowChange(UNREADABLE, "medien"),) == compare(side(FILES), side(broken)).flows
    assert (FlowChange(UNREADABLE, "medien"),) == compare(side(broken), side(FILES)).flows


def test_what_belongs_to_the_whole_flow_is_told():
    """Its title, its topic, its examples."""
    (flow,) = compare(
        side(FILES), side(edited("kind", ("title: Kind", "title: Kinder"), ("topic: schule", "topic: allgemein")))
    ).flows
    assert (Difference("title", "Kind", "Kinder"),) == flow.texts
    assert (Difference("topic", "schule", "allgemein"),) == flow.settings


def test_side_files_are_told_by_their_texts_and_else_by_their_name():
    """Glossary and help card in words; of topics, calendars and pictures that they differ."""
    found = compare(side(FILES), side(edited("glossary", ("Blatt", "Papier"))))
    assert (["glossary/Zeugnis/say"], ()) == ([each.where for each in found.side], found.others)
    changed = {**edited("topics", ("Mo-Fr 9-17", "Mo-Fr 9-16")), "flows/zeugnis.jpg": b"\xff\xd8"}
    assert ("flows/topics.yaml", "flows/zeugnis.jpg") == compare(side(FILES), side(changed)).others


def test_a_comment_is_a_change_that_is_not_hidden():
    """Nothing of it can be told in words, so its file is named."""
    assert ("flows/kind.yaml",) == compare(
        side(FILES), side(edited("kind", ("flow: kind", "# neu\nflow: kind")))
    ).others


def test_translations_are_counted_by_language():
    """Those that may be sent: one whose German has changed is gone."""

    def catalog(*entries: tuple[str, str, str]) -> bytes:
        return "".join(f'msgctxt "{key}"\nmsgid "{old}"\nmsgstr "{new}"\n\n' for key, old, new in entries).encode()

    path = "locales/tr/LC_MESSAGES/flows.po"
    title, asked = ("kind/title", "Kind", "Çocuk"), ("kind/alter/ask", "Wie alt ist Ihr Kind?", "Kaç yaşında?")
    old = {**FILES, path: catalog(title, asked)}
    new = {**edited("kind", ("Wie alt ist Ihr Kind?", "Wie alt?")), path: catalog(("kind/title", "Kind", "Kid"), asked)}
    assert (CatalogChange("tr", new=0, gone=1, changed=1),) == compare(side(old), side(new)).catalogs
    assert (CatalogChange("tr", new=2, gone=0, changed=0),) == compare(side(FILES), side(old)).catalogs
    assert (CatalogChange("tr", new=0, gone=2, changed=0),) == compare(
        side(old), side({**FILES, path: b"\xff"})
    ).catalogs


def test_whatever_is_edited_is_told():
    """No edit is without a line, and telling it back and forth names the same flows."""
    for files, _ in editions(FILES, chance(7), 60):
        there, back = compare(side(FILES), side(files)), compare(side(files), side(FILES))
        assert list(told(there))
        assert {each.flow for each in there.flows} == {each.flow for each in back.flows}


@pytest.mark.parametrize(
    ("change", "otherwise"),
    [
        (("Wie alt ist Ihr Kind?", "Wie alt?"), True),
        (("    retry: Bitte eine Zahl von 0 bis 20.\n", "    retry: Bitte eine Zahl.\n"), True),
        (("    type: number\n    min: 0\n    max: 20\n", "    type: number\n    min: 0\n    max: 19\n"), True),
        (("title: Kind", "title: Kinder"), False),
    ],
)
def test_a_step_asks_otherwise_where_its_parents_would_see_it(change, otherwise):
    """Its texts and what it takes; not what its flow is called."""
    old, new = made(FILES).loaded, made(edited("kind", change)).loaded
    assert otherwise == asks_otherwise(old, new, "kind", ("alter", "alter"))


def test_where_a_step_leads_is_not_what_it_asks():
    """Its parents see the same question; a step that is not there on one side asks nothing otherwise."""
    leads = "      - label: Noch einmal\n        say: Gern noch einmal.\n        goto: noch-etwas\n"
    old, new = (
        made(FILES).loaded,
        made(edited("alles", (leads, leads.replace("goto: noch-etwas", "goto: danke")))).loaded,
    )
    assert not asks_otherwise(old, new, "alles", ("noch-etwas", "noch-etwas"))
    assert not asks_otherwise(old, new, "alles", ("gibt-es-nicht", "noch-etwas"))


def test_it_is_told_in_words():
    """Line by line, as a coordinator reads it."""
    new = edited("kind", ("Wie alt ist Ihr Kind?", "Wie alt ist es?"), ("    max: 20\n", ""))
    lines = list(told(compare(side(FILES), side({**new, "flows/topics.yaml": FILES["flows/topics.yaml"] + b"# x\n"}))))
    assert lines == [
        "Ablauf »kind«:",
        "  Schritt »alter«:",
        "    ask:",
        "      - Wie alt ist Ihr Kind?",
        "      + Wie alt ist es?",
        "    höchstens: 20 → –",
        "flows/topics.yaml: anders, aber kein Text für Eltern (ansehen: --format unified)",
    ]
