"""The menu of commands."""

from bot.flow.everywhere import COMMANDS
from bot.model import Language
from bot.text.catalogs import Catalogs
from bot.text.interface import GERMAN
from bot.text.menu import menus

TR = {"bot": {"button.menu": "Menü (tr)"}}
CATALOGS = Catalogs({"flows": {}, "bot": GERMAN}, {Language("tr"): TR}, tuple(map(Language, ("de", "tr", "sr_Latn"))))


def test_every_language_with_two_letters_has_its_menu_and_all_others_the_german_one():
    """A platform refuses longer codes."""
    assert ["", "de", "tr"] == list(menus(CATALOGS))
    assert menus(CATALOGS)[""] == menus(CATALOGS)["de"]
    assert ("menu", "Menü (tr)") in menus(CATALOGS)["tr"]


def test_only_commands_that_exist_are_offered():
    """And each has words of at least three letters, as the platform wants."""
    for name, words in menus(CATALOGS)["de"]:
        assert name in COMMANDS
        assert len(words) >= 3
