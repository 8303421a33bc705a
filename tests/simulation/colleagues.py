"""The advisers of a simulated house: they claim, answer, note, hand over and close, each at some machine's desk."""

import random
from collections.abc import Sequence
from typing import Any

from simulation.house import Machines
from simulation.machine import Machine
from simulation.world import World

from bot.model import Account, ContactId, TicketId
from bot.ports import Adviser
from bot.work import answer as desk
from bot.work.answer import ANY, Office


class Colleagues:
    """All of them. ``answered`` are the words that were accepted, ``unsure`` those of which nobody knows."""

    def __init__(self, world: World, machines: Machines, people: Sequence[Adviser]) -> None:
        self.answered: list[str] = []
        self.unsure: list[str] = []
        self.tidy: list[tuple[Account, str]] = []
        self._world = world
        self._machines = machines
        self._people = people
        self._count = 0

    async def act(self) -> None:
        """Let somebody do something with some question."""
        machine = self._machines.any("web")
        if machine is None:
            return
        chance, self._count = self._world.chance("desk"), self._count + 1
        words = f"Antwort {self._count}"
        try:
            done = await machine.ask(lambda: self._act_at(machine, chance, words))
        except Exception as error:  # noqa: BLE001 - the store or the machine failed: nobody knows what became of it
            self._world.note("desk", "failed", type(error).__name__)
            self.unsure.append(words)
        else:
            self._world.note("desk", *done)
            if done[:2] == ("answer", "Written"):
                self.answered.append(words)

    async def _act_at(self, machine: Machine, chance: random.Random, words: str) -> tuple[str, str]:
        threads = sorted(await machine.store.open_tickets(), key=lambda each: each.ticket.id)
        if not threads:
            return ("nothing", "to do")
        ticket = chance.choice(threads).ticket
        who = chance.choice(self._people)
        doing = chance.choice(["claim", "answer", "answer", "note", "transfer", "give_back", "close"])
        if doing == "close" and ticket.contact in await self._tidy(machine):
            doing = "note"
        office = Office(machine.store, machine.wake, self._world.now, self._world.token, self._topics(machine))
        result = await self._do(doing, office, who, ticket.id, words)
        return (doing, type(result).__name__)

    async def _tidy(self, machine: Machine) -> set[ContactId | None]:
        """Return the contacts of tidy parents: their questions are never closed, so every word goes to them."""
        return {await machine.store.contact_of(account, address) for account, address in self.tidy}

    async def _do(self, doing: str, office: Office, who: Adviser, ticket: TicketId, words: str) -> Any:
        match doing:
            case "claim":
                return await desk.claim(office, who, ticket)
            case "answer":
                return await desk.answer(office, who, ticket, words, ANY)
            case "note":
                return await desk.note(office, who, ticket, "Notiz")
            case "transfer":
                return await desk.transfer(office, who, ticket, None, "Bitte")
            case "give_back":
                return await desk.give_back(office, who, ticket)
            case _:
                return await desk.close(office, who, ticket, "allgemein", "solved", ANY)

    def _topics(self, machine: Machine) -> Any:
        return lambda: machine.publish.newest.revision.topics
