"""``elternlotse people``: who belongs to the desk."""

from collections.abc import Sequence

import click

from bot.app.base import Base, base_url, visited
from bot.cli.running import run_async
from bot.cli.setting import config_of
from bot.config import Config
from bot.model import Language
from bot.services import clock, tokens
from bot.services.lock import open_at
from bot.source.errors import OperatorError
from bot.work.answer import Office
from bot.work.people import invite as invite_person
from bot.work.people import let_go


@click.group()
def people() -> None:
    """Lädt Menschen an die Beratung ein, zeigt sie und sperrt sie."""


@people.command()
@click.option("--name", default="", help="Der Name, wie Kolleginnen und Kollegen ihn sehen.")
@click.option("--role", type=click.Choice(["adviser", "coordinator"]), default="adviser", show_default=True)
@click.option("--language", "languages", multiple=True, help="Eine Sprache, mehrfach möglich. Ohne: alle.")
@click.option("--team", "teams", multiple=True, help="Ein Team, mehrfach möglich. Ohne: alle.")
@click.pass_context
def invite(context: click.Context, name: str, role: str, languages: Sequence[str], teams: Sequence[str]) -> None:
    """Druckt einen Link zur Anmeldung: einmal benutzbar, 72 Stunden gültig."""
    run_async(_invite(config_of(context), name, role, languages, teams))


@people.command(name="list")
@click.pass_context
def show(context: click.Context) -> None:
    """Zeigt alle Menschen an der Beratung."""
    run_async(_show(config_of(context)))


@people.command()
@click.argument("number", type=int)
@click.pass_context
def disable(context: click.Context, number: int) -> None:
    """Sperrt einen Menschen (NUMBER aus »people list«); offene Fragen gehen zurück in die Liste."""
    run_async(_disable(config_of(context), number))


async def _invite(config: Config, name: str, role: str, languages: Sequence[str], teams: Sequence[str]) -> None:
    async with visited(config, click.echo) as base:
        known_languages, known_teams = await _known(base)
        _insist("Die Sprache", languages, known_languages)
        _insist("Das Team", teams, known_teams)
        path = await invite_person(
            base.store,
            name or {"coordinator": "Koordination"}.get(role, "Beratung"),
            role,
            list(teams or known_teams),
            [Language(code) for code in languages or known_languages],
            clock.now(),
            tokens.token(),
        )
        click.echo(f"{open_at(config.data) or base_url(config, config.port)}{path}")


async def _known(base: Base) -> tuple[Sequence[str], Sequence[str]]:
    if not await base.store.current():
        raise OperatorError("Noch ist nichts veröffentlicht.\n  = Hilfe: Starten Sie einmal: elternlotse run")
    edition = await base.publish.edition()
    teams = sorted({team for topic in edition.revision.topics.values() for team in topic.teams})
    return edition.revision.languages, teams


def _insist(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise OperatorError(f"{what} »{name}« gibt es nicht.\n  = Hilfe: Es gibt: {', '.join(known)}.")


async def _show(config: Config) -> None:
    async with visited(config, click.echo) as base:
        for person in await base.store.people():
            state = "gesperrt" if person.disabled_at else person.role
            click.echo(
                f"{person.id:>4}  {person.name}  ({state}; {', '.join(person.languages)}; {', '.join(person.teams)})"
            )


async def _disable(config: Config, number: int) -> None:
    async with visited(config, click.echo) as base:
        person = await _let_go(base, number)
        click.echo(f"{person} ist gesperrt. Offene Fragen sind zurück in der Liste.")


async def _let_go(base: Base, number: int) -> str:
    """Let a person go, by the operator's word; return their name. OperatorError where there is nobody to let go."""
    people = [person for person in await base.store.people() if person.disabled_at is None]
    leaving = next((person for person in people if person.id == number), None)
    if leaving is None:
        raise OperatorError(f"Nummer {number} gibt es nicht.\n  = Hilfe: Die Nummern zeigt: elternlotse people list")
    if [person.id for person in people if person.role == "coordinator"] == [number]:
        raise OperatorError(
            f"{leaving.name} ist die letzte Person mit Koordination.\n"
            "  = Hilfe: Laden Sie zuerst eine andere ein: elternlotse people invite --role coordinator"
        )
    edition = await base.publish.edition()
    office = Office(base.store, base.wake, clock.now, tokens.token, lambda: edition.revision.topics)
    await let_go(office, leaving)
    return leaving.name
