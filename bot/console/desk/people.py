"""The coordinators' page: who belongs to the desk, inviting somebody, a new link, letting somebody go.

A link is shown once, on the page that answers the form; it cannot be looked up again, only made anew.
"""

from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.pen import tag
from bot.console.visit import Visit, fields, go, known_language, whole
from bot.desk.adviser import Adviser
from bot.model import AdviserId, Language
from bot.text.languages import own_name
from bot.work import people
from bot.work.answer import clean

ROLES = ("adviser", "coordinator")
LONGEST_NAME = 60


async def people_page(visit: Visit) -> Response:
    """Show everybody."""
    return await _show(visit, {})


async def invite(visit: Visit) -> Response:
    """Keep a new person and show their link."""
    form = await fields(visit.request, ("name", "role", "teams", "languages"))
    name = " ".join(clean((form.get("name") or [""])[0]).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        return await _show(visit, {"notice": visit.pen("people.name_missing", most=LONGEST_NAME)}, 400)
    role, languages = _wished(visit, form)
    teams = form.get("teams", ())
    desk = visit.desk
    path = await people.invite(desk.store, name, role, teams, languages, desk.clock(), desk.tokens())
    desk.wake.ring("people")
    return await _show(visit, {"link": _address(visit, path), "invited": name})


async def new_link(visit: Visit) -> Response:
    """Show a new link for somebody who has lost theirs."""
    await fields(visit.request, ())
    person = await _person(visit)
    path = await people.send_link(visit.desk.store, person, visit.desk.clock(), visit.desk.tokens())
    return await _show(visit, {"link": _address(visit, path), "invited": person.name})


async def disable(visit: Visit) -> Response:
    """Let somebody go."""
    await fields(visit.request, ())
    person = await _person(visit)
    if not await people.disable(visit.desk.office, visit.who, person.id):
        return await _show(visit, {"notice": visit.pen("people.not_disabled")}, 409)
    return go("/desk/people", "disabled")


async def _show(visit: Visit, more: Mapping[str, str], status: int = 200) -> Response:
    desk = visit.desk
    values = {
        "people": [_entry(person) for person in await desk.store.people()],
        "roles": ROLES,
        "teams": _teams(visit),
        "spoken": [(code, own_name(code), tag(code)) for code in desk.languages()],
        "longest_name": LONGEST_NAME,
        "link": "",
        "invited": "",
        "notice": "",
    }
    return visit.page("people.html", values | dict(more), status)


def _entry(person: Adviser) -> tuple[Adviser, Sequence[tuple[str, str]]]:
    return person, [(own_name(code), tag(code)) for code in person.languages]


def _teams(visit: Visit) -> Sequence[str]:
    return sorted({team for topic in visit.desk.topics().values() for team in topic.teams})


def _wished(visit: Visit, form: Mapping[str, Sequence[str]]) -> tuple[str, Sequence[Language]]:
    """Return role and languages of a form; 400 for what the page does not offer."""
    role = (form.get("role") or [""])[0]
    if role not in ROLES or not set(form.get("teams", ())) <= set(_teams(visit)):
        raise HTTPException(400)
    return role, [known_language(code, visit.desk.languages()) for code in form.get("languages", ())]


async def _person(visit: Visit) -> Adviser:
    """Return whom an address names; 404 for nobody, and for somebody who was let go."""
    wanted = AdviserId(whole(visit.request.path_params["number"], 404))
    for person in (await visit.desk.office.roster()).present:
        if person.id == wanted:
            return person
    raise HTTPException(404)


def _address(visit: Visit, path: str) -> str:
    base = visit.desk.settings.base_url or str(visit.request.base_url)
    return base.rstrip("/") + path
