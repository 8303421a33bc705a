"""Words that answer nothing: near labels are offered, the question is asked again, and after two misses a person."""

from bot.flow import token
from bot.flow.event import Said
from bot.flow.message import Line, Option, interface
from bot.flow.talk import Talk

PERSON = Option(token.HAND_OVER, interface("button.ask_person"))
OTHER = Option(token.OTHER, interface("button.other"))
NOT_UNDERSTOOD = Line(interface("choose.miss"))
MISSES = 2
"""After so many answers that were none, a person is offered as a button."""
GUESSES = 3
"""At most so many near labels are offered."""


def missed(talk: Talk, said: Said) -> bool:
    """Count words that answered nothing; say whether near labels were offered for them.

    Where they were not, the words are kept for a person, and whoever calls asks again. Where they were, the words are
    held until the parent has said whether that was meant.
    """
    talk.change(misses=talk.session.misses + 1)
    talk.keep_held()
    guessed = _guessed(talk, said)
    if not guessed:
        talk.keep_unheard(said.text)
        return False
    talk.change(held=said.text)
    talk.wait_for((Line(interface("choose.guess")),), with_person(talk, (*guessed, OTHER)))
    return True


def with_person(talk: Talk, options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Return the options, with a person among them after two misses."""
    return (*options, PERSON) if talk.session.misses >= MISSES and PERSON not in options else options


def is_guess(options: tuple[Option, ...]) -> bool:
    """Say whether these are the buttons of a guess, and not of the question itself."""
    return OTHER in options


def _guessed(talk: Talk, said: Said) -> tuple[Option, ...]:
    """Return the buttons in sight that were guessed: what is not in sight cannot have been meant."""
    seen = {option.token: option for reply in talk.session.last for option in reply.options}
    return tuple(seen[guess] for guess in dict.fromkeys(said.guesses) if guess in seen and guess != OTHER.token)[
        :GUESSES
    ]
