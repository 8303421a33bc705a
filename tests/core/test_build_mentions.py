"""What a flow names, and which texts it has: each with its step and its field, for all who look something up later."""

from bot.flow.build.draft import Beside
from bot.flow.build.flow import Built, build
from bot.source.reader import read

FLOW = """
flow: probe
title: Probe
topic: schule
reviewed: 2026-08-15
examples: [Was, Wie]
keywords: probe
steps:
  gruss:
    say: Zum [[Wort|Worte]] und {antwort}.
    note: Freundlich.
    source: § 1
    valid_until: 2027-07-31
    facts: [kp-001, kp-002]
    picture: bild.jpg
    alt: Ein Bild
    link: {label: Seite, url: "https://example.org"}
    goto: frage
  frage:
    choose: Was?
    save: wahl
    note: Kurz.
    source: § 2
    options:
      - {label: Eins, short: "1", say: "Gut, {wahl}.", goto: gruss}
      - {label: Zwei, call: anders}
  name:
    ask: Wie, {wahl}?
    save: name
    retry: Noch einmal, {name}.
    note: Leise.
  alles:
    form: Bitte, {name}.
    note: Laut.
    source: § 3
    fields:
      - {ask: Wo, save: ort, label: Ort, retry: "Wo, {name}?"}
      - {ask: Wer, save: wer, note: Leise.}
  rechnung: {derive: alter, rule: age_on, of: [tag, heute]}
  termin: {derive: termin, rule: next_date_of, of: ferien}
  weiche:
    decide:
      - when: {name: {is: Ali}, alter: {at_least: 3, at_most: 9}}
        goto: gruss
      - when: {wahl: {one_of: [eins, zwei]}, ort: {known: true}}
        goto: frage
      - else: name
  aufruf: {call: anders, with: {dort: hier}, save: [zurueck]}
  erinnern: {remind: "Am {termin}?", calendar: ferien, before: 1 Tage, yes_text: "Ja, {name}."}
  mensch: {escalate: "Bitte, {name}.", topic: kita, closed: "Zu, {name}.", nobody: "Niemand, {name}."}
"""

MENTIONS = """
name|probe||
topic|schule||
reviewed|2026-08-15||
name|gruss|gruss|
source|§ 1|gruss|source
until|2027-07-31|gruss|valid_until
fact|kp-001|gruss|facts
fact|kp-002|gruss|facts
step|frage|gruss|goto
term|Wort|gruss|say
answer|antwort|gruss|say
file|mehr/bild.jpg|gruss|picture
name|frage|frage|
source|§ 2|frage|source
label|Eins|frage|options/0
short|1|frage|options/0
step|gruss|frage|options/0/goto
answer|wahl|frage|eins/say
label|Zwei|frage|options/1
flow|anders|frage|options/1/call
saved|wahl|frage|save
name|name|name|
answer|wahl|name|ask
saved|name|name|save
answer|name|name|retry
name|alles|alles|
source|§ 3|alles|source
answer|name|alles|form
label|Ort|alles|fields
saved|ort|alles|save
answer|name|alles|ort/retry
label|Wer|alles|fields
saved|wer|alles|save
name|rechnung|rechnung|
answer|tag|rechnung|of
answer|heute|rechnung|of
saved|alter|rechnung|save
name|termin|termin|
calendar|ferien|termin|of
saved|termin|termin|save
name|weiche|weiche|
answer|name|weiche|when/0
value|Ali|weiche|when/0/name/is
answer|alter|weiche|when/0
value|3|weiche|when/0/alter/at_least
value|9|weiche|when/0/alter/at_most
step|gruss|weiche|when/0/goto
row|0|weiche|when/0
answer|wahl|weiche|when/1
value|eins|weiche|when/1/wahl/one_of
value|zwei|weiche|when/1/wahl/one_of
answer|ort|weiche|when/1
value|true|weiche|when/1/ort/known
step|frage|weiche|when/1/goto
row|1|weiche|when/1
step|name|weiche|else
name|aufruf|aufruf|
flow|anders|aufruf|call
given|dort|aufruf|with
answer|hier|aufruf|with
saved|zurueck|aufruf|save
name|erinnern|erinnern|
answer|termin|erinnern|remind
answer|name|erinnern|yes_text
calendar|ferien|erinnern|calendar
name|mensch|mensch|
answer|name|mensch|escalate
topic|kita|mensch|topic
answer|name|mensch|closed
answer|name|mensch|nobody
"""
"""kind, name, step, field"""
TEXTS = """
probe/title|title|Probe|
probe/examples/1|examples|Was|
probe/examples/2|examples|Wie|
probe/keywords/1|keywords|probe|
probe/gruss/say|say|Zum [[Wort|Worte]] und {antwort}.|Freundlich.
probe/gruss/alt|alt|Ein Bild|Freundlich.
probe/gruss/link/label|label|Seite|Freundlich.
probe/frage/choose|choose|Was?|Kurz.
probe/frage/eins/label|label|Eins|Kurz.
probe/frage/eins/short|short|1|Kurz.
probe/frage/eins/say|say|Gut, {wahl}.|Kurz.
probe/frage/zwei/label|label|Zwei|Kurz.
probe/name/ask|ask|Wie, {wahl}?|Leise.
probe/name/retry|retry|Noch einmal, {name}.|Leise.
probe/alles/form|form|Bitte, {name}.|Laut.
probe/alles/ort/ask|ask|Wo|Laut.
probe/alles/ort/retry|retry|Wo, {name}?|Laut.
probe/alles/ort/label|label|Ort|Laut.
probe/alles/wer/ask|ask|Wer|Leise.
probe/erinnern/remind|remind|Am {termin}?|
probe/erinnern/yes_text|yes_text|Ja, {name}.|
probe/mensch/escalate|escalate|Bitte, {name}.|
probe/mensch/closed|closed|Zu, {name}.|
probe/mensch/nobody|nobody|Niemand, {name}.|
"""
"""key, field, German, note"""


def built() -> Built:
    """Build the flow as it lies in a folder, with the picture beside it."""
    document = read("flows/mehr/probe.yaml", FLOW.strip().encode())
    return build(document, {}, Beside("mehr", frozenset({"mehr/bild.jpg"})))


def test_every_name_is_kept_with_its_step_and_its_field():
    """I06: whatever a flow names is looked up later, and told where it stands."""
    found = built()
    assert ([], "mehr") == ([problem.message for problem in found.problems], found.home)
    assert MENTIONS.strip().split("\n") == [
        f"{each.kind}|{each.name}|{each.step}|{each.part}" for each in found.mentions
    ]


def test_every_text_is_kept_with_its_field_and_its_note():
    """I06: translators and the checks of style see each text once, and what its author noted."""
    found = [f"{key}|{text.kind}|{text.german}|{text.note}" for key, text in built().texts.items()]
    assert TEXTS.strip().split("\n") == found
