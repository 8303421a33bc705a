"""A person's own page: which languages they speak, in which they read these pages, what they are responsible for."""

from dataclasses import replace

from starlette.responses import Response

from bot.console.pen import tag
from bot.console.visit import Visit, fields, go, known_language
from bot.text.languages import own_name


async def me_page(visit: Visit) -> Response:
    """Show it."""
    teams = set(visit.who.teams)
    return visit.page(
        "me.html",
        {
            "spoken": [(code, own_name(code), tag(code)) for code in visit.desk.languages()],
            "interfaces": [(code, own_name(code), tag(code)) for code in visit.desk.settings.interfaces],
            "topics": [topic.title for topic in visit.desk.topics().values() if teams & set(topic.teams)],
        },
    )


async def save_me(visit: Visit) -> Response:
    """Keep what a person says of themselves. Role and teams are not theirs to say."""
    form = await fields(visit.request, ("languages", "interface"))
    desk = visit.desk
    languages = tuple(known_language(code, desk.languages()) for code in form.get("languages", ()))
    interface = known_language((form.get("interface") or [""])[0], desk.settings.interfaces)
    await desk.store.update_adviser(replace(visit.who, languages=languages, interface=interface))
    desk.wake.ring("desk")
    return go("/desk/me", "saved")
