"""An echo bot of aiogram, as its documentation writes one: by polling, or with ``--webhook``, on uvloop. Nothing is stored."""

import asyncio
import sys

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    """Say back what was said."""
    await message.answer(message.text)


async def main(url: str, *options: str) -> None:
    """Run until stopped."""
    bot = Bot("123456:probe", session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    if not options:
        await dispatcher.start_polling(bot)
        return
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, path="/webhook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/webhook")
    await asyncio.Event().wait()


uvloop.run(main(*sys.argv[1:]))
