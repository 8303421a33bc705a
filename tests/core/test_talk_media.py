"""Golden talks of messages with something beside them: what a coordinator writes down, and what is noticed."""

import pytest
from core.small import made, small_files

from bot.check.edition import Edition
from bot.check.talks import play_all

TALK = """flow: medien
> /start medien
So sieht ein Zeugnis aus. (picture: Ein Blatt Papier mit Noten)
Das steht auch in unserem Merkblatt. (document: Merkblatt zum Zeugnis) (link: Zum Ministerium https://www.example.org/zeugnis)
Oder hören Sie es sich an. (audio: Zwei Sätze zum Zeugnis)
…
"""


def edition(talk: str) -> Edition:
    return made(small_files() | {"flows/medien.talk": talk.encode()})


def test_files_and_pages_stand_behind_the_text():
    """Each stands in brackets with the name of its field and its words; a page also with its address."""
    (played,) = play_all(edition(TALK))
    assert () == played.differences


@pytest.mark.parametrize(
    "part", ["(picture: ", "mit Noten)", "(document: ", "/zeugnis)", "Zum Ministerium", "(audio: "]
)
def test_another_one_is_another_wording(part):
    """A file or a page that was exchanged is seen in the talk, as another sentence is."""
    (played,) = play_all(edition(TALK.replace(part, part.replace(part[1], "x", 1))))
    assert ["wording"] == [each.kind for each in played.differences]
