"""The deletion concept and the program say the same: what goes, after how long, from when on."""

import re
from datetime import timedelta

from docs.markdown import page

from bot.config.values import Keep
from bot.privacy.retention import QUIET, RULES, Rule
from bot.work.forget import COPIES

CONCEPT = page("docs/datenschutz/loeschkonzept.md")


def span(rule: Rule) -> str:
    """Return how long a rule keeps, as the concept writes it."""
    kept = rule.span(Keep())
    days, hours = kept // timedelta(days=1), kept // timedelta(hours=1)
    if not kept:
        return "sofort"
    words = f"{days} Tage" if rule.setting.endswith("_days") or days > 1 else f"{hours} Stunden"
    return f"{words} (`keep.{rule.setting}`)" if rule.setting else words


def test_x05_the_table_of_spans_is_the_programs():
    """X05: each rule has its row, in its words, with the span of the settings as shipped; no row more."""
    rows = re.findall(r"^\| (?!Was \||---)(.*) \|$", CONCEPT.section("Fristen"), re.MULTILINE)
    assert [f"{rule.what} | {span(rule)} | {rule.since}" for rule in (*RULES, QUIET)] == rows


def test_every_setting_of_keeping_has_its_rule():
    """No span is set that nothing follows, and none is followed twice."""
    named = [rule.setting for rule in (*RULES, QUIET) if rule.setting]
    assert sorted(Keep.__slots__) == sorted(named)


def test_the_copies_are_kept_as_long_as_it_says():
    """The program's own copies of the database."""
    assert f"{COPIES.days} Tage, so lange wie" in " ".join(CONCEPT.text.split())
