"""An echo bot of python-telegram-bot, by polling, as its documentation writes one. Nothing is stored.

``ptb_echo.py URL`` is the library as shipped. With ``--aiohttp`` its requests go over aiohttp, in the 15 lines below,
and over uvloop.
"""

import sys
from typing import Any

import aiohttp
import uvloop
from telegram import Update
from telegram.error import NetworkError, TimedOut
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import BaseRequest, RequestData


class OverAiohttp(BaseRequest):
    """The library's requests on one aiohttp session."""

    read_timeout = 20.0

    async def initialize(self) -> None:
        """Open the session."""
        self._session = aiohttp.ClientSession()

    async def shutdown(self) -> None:
        """Close the session."""
        await self._session.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **_: Any
    ) -> tuple[int, bytes]:
        """Send one request."""
        fields = request_data.json_parameters if request_data else {}
        try:
            async with self._session.request(method, url, data=fields) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(str(error)) from error


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say back what was said."""
    await update.message.reply_text(update.message.text)


def main(url: str, *options: str) -> None:
    """Run until stopped."""
    builder = Application.builder().token("123456:probe").base_url(f"{url}/bot")
    if options:
        uvloop.install()
        builder = builder.request(OverAiohttp()).get_updates_request(OverAiohttp())
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


main(*sys.argv[1:])
