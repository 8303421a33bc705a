"""Carrying out a proposal, for every command that publishes: say what it would mean, ask where parents lose something.

Nobody is asked where nobody can answer: a script goes on, and ``--yes`` says yes beforehand.
"""

import getpass
import os
import sys
from collections.abc import Iterable, Iterator

import click

from bot.app.base import Base
from bot.cli.flows.told import coverage, impact_told, talks_told
from bot.services import clock
from bot.work.impact import losses, weigh
from bot.work.publish import Proposal

HOW_TO_TRANSLATE = "Übersetzen: elternlotse translate update, dann die PO-Dateien; danach wieder veröffentlichen."


async def carry_out(base: Base, proposal: Proposal, *, dry_run: bool, yes: bool) -> None:
    """Publish after saying what it means; exit code 1 where somebody has said no."""
    impact = await weigh(base.store, proposal.before, proposal.edition, clock.now())
    _say(impact_told(impact))
    _say(lost(proposal))
    if dry_run:
        _say(after(proposal))
        click.echo(f"Nur geprüft, nicht veröffentlicht: Fassung {proposal.name}. {coverage(proposal.edition)}")
        return
    if not yes and (impact.displaced or _languages_lost(proposal)) and not _agreed():
        click.echo("Nichts wurde veröffentlicht.")
        click.get_current_context().exit(1)
    await base.publish.carry_out(proposal, who())
    click.echo(f"Veröffentlicht: Fassung {proposal.name}. {coverage(proposal.edition)}")
    _say(after(proposal))


def lost(proposal: Proposal) -> Iterator[str]:
    """Yield what languages would lose, and what helps."""
    found = [] if proposal.before is None else list(losses(proposal.before, proposal.edition))
    yield from (f"Achtung: {loss}" for loss in found)
    if found:
        yield HOW_TO_TRANSLATE


def after(proposal: Proposal) -> Iterator[str]:
    """Yield what is to be known and done after publishing."""
    yield from talks_told(proposal)
    if proposal.problems:
        yield f"Warnungen: {len(proposal.problems)}. Ansehen: elternlotse check"


def who() -> str:
    """Return who publishes: the user's name on this machine, or their number where there is no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _languages_lost(proposal: Proposal) -> bool:
    """Say whether a whole language would no longer be offered: one word in the menu that nobody has translated does it."""
    before = () if proposal.before is None else proposal.before.revision.languages
    return not set(before) <= set(proposal.edition.revision.languages)


def _agreed() -> bool:
    """Ask whoever sits at the terminal."""
    if not sys.stdin.isatty():
        return True
    answer: str = click.prompt("Trotzdem veröffentlichen? (ja/nein)", default="nein", show_default=False)
    return answer.strip().lower() in {"j", "ja", "y", "yes"}
