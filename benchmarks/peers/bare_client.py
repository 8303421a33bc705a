"""The limit: an aiohttp client that does nothing but post answers, in so many chats at once.

``bare_client.py URL ANSWERS CHATS``: ``ANSWERS`` is a JSON file with the fields of each answer of a round; ``№`` in a
text is the chat and the number of its round. It posts for as many seconds as a line on standard input says.
"""

import asyncio
import json
import sys
import time
from itertools import count
from pathlib import Path

import aiohttp
import uvloop

FIRST_CHAT = 7000


async def post(
    session: aiohttp.ClientSession,
    url: str,
    answers: list[dict[str, object]],
    chat: int,
    places: dict[int, int],
    end: float,
) -> None:
    """Post one answer after the other into one chat."""
    for place in count(places.get(chat, 0)):
        if time.monotonic() >= end:
            places[chat] = place
            return
        turn, number = divmod(place, len(answers))
        fields = answers[number] | {
            "chat_id": chat,
            "text": str(answers[number]["text"]).replace("№", f"{chat}-{turn}"),
        }
        async with session.post(f"{url}/bot123456:probe/sendMessage", json=fields) as answer:
            json.loads(await answer.read())


async def main(url: str, answers: list[dict[str, object]], chats: int) -> None:
    """Post whenever told to."""
    places: dict[int, int] = {}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        while line := await asyncio.to_thread(sys.stdin.readline):
            end = time.monotonic() + float(line)
            numbers = range(FIRST_CHAT, FIRST_CHAT + chats)
            await asyncio.gather(*(post(session, url, answers, chat, places, end) for chat in numbers))


uvloop.run(main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8")), int(sys.argv[3])))
