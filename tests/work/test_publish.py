"""Publishing: checked, played, kept, and what happens when something is published that cannot be read."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from core.small import DE, small_files
from fakes.talking import PROGRAM, Talking
from structlog.testing import capture_logs

from bot.check.edition import name_of
from bot.ports import StoredRevision
from bot.services.wake import Bells
from bot.source.errors import AuthorError
from bot.work.publish import NOT_LOADED_HELP, OvertakenError, Publish, TalksDifferError, UnreadableRevisionError

FILES = small_files()
OTHERWORDS = {
    **FILES,
    "flows/kind.yaml": FILES["flows/kind.yaml"].replace(b"Wie alt ist Ihr Kind?", b"Wie alt ist es?"),
}
BROKEN = {**FILES, "flows/kind.yaml": b"flow: kind\nsteps: [\n"}
TALK = b"flow: kind\n> /start kind\nWie alt ist Ihr Kind?\n"


async def lines(house: Talking) -> list[str]:
    """Return the history's names, oldest first."""
    return [line.revision for line in reversed(await house.store.history(0, 99))]


def another(house: Talking) -> Publish:
    """Return another process's verb on the same store."""
    return Publish(house.store, Bells(), house.clock, PROGRAM, [DE])


async def test_a_proposal_changes_nothing(house):
    """What is only looked at is not published."""
    before = await lines(house)
    proposal = await house.publish.propose(OTHERWORDS)
    assert (name_of(OTHERWORDS), before[-1], FILES) == (proposal.name, proposal.current, proposal.replaced)
    assert not proposal.is_current
    assert before == await lines(house)


async def test_what_is_published_already_is_no_new_line(house):
    """Publishing the same once more is nothing that happened."""
    before = await lines(house)
    proposal = await house.publish(FILES, "Kim")
    assert proposal.is_current
    assert before == await lines(house)


async def test_the_same_files_later_are_a_new_line(house):
    """Forth and back again are three lines, each with who and when."""
    await house.publish(OTHERWORDS, "Kim")
    house.pass_time(hours=1)
    proposal = await house.publish.recall(name_of(FILES))
    await house.publish.carry_out(proposal, "Zoe")
    assert [name_of(FILES), name_of(OTHERWORDS), name_of(FILES)] == await lines(house)
    newest = (await house.store.history(0, 1))[0]
    assert ("Zoe", house.now) == (newest.by, newest.at)


async def test_nobodys_work_is_undone_unseen(house):
    """Who was overtaken by another publishing is told, and nothing changes; the same from both is no trouble."""
    proposal, twin = await house.publish.propose(OTHERWORDS), await house.publish.propose(FILES)
    more = {**FILES, "flows/kind.yaml": FILES["flows/kind.yaml"] + b"# x\n"}
    await another(house)(more, "Zoe")
    with pytest.raises(OvertakenError, match=f"(?s)Fassung {name_of(more)}.*Hilfe"):
        await house.publish.carry_out(proposal, "Kim")
    with pytest.raises(OvertakenError):
        await house.publish.carry_out(twin, "Kim")
    await another(house)(OTHERWORDS, "Zoe")
    await house.publish.carry_out(proposal, "Kim")
    assert [name_of(FILES), name_of(more), name_of(OTHERWORDS)] == await lines(house)


async def test_a_mistake_changes_nothing(house):
    """The problems come with warnings and all, as ``check`` shows them."""
    before = await lines(house)
    with pytest.raises(AuthorError) as raised:
        await house.publish(BROKEN, "Kim")
    assert {"E"} <= {problem.code[0] for problem in raised.value.problems}
    assert all(problem.file.startswith("flows/") for problem in raised.value.problems)
    assert before == await lines(house)


async def test_a_catalog_that_nobody_can_read_is_a_mistake(house):
    """It is told with its file, not with a traceback."""
    with pytest.raises(AuthorError) as raised:
        await house.publish({**FILES, "locales/tr/LC_MESSAGES/flows.po": b"\xff\xfe"}, "Kim")
    assert ["E400"] == [problem.code for problem in raised.value.problems if problem.severity == "error"]


async def test_a_talk_that_takes_another_course_is_refused(house):
    """Another wording is told instead."""
    with pytest.raises(TalksDifferError):
        await house.publish({**FILES, "flows/kind.talk": TALK + b"> 7\nUnd wie noch?\nUnd weiter?\n"}, "Kim")
    proposal = await house.publish({**OTHERWORDS, "flows/kind.talk": TALK}, "Kim")
    assert ["wording"] == [each.kind for each in proposal.differences]


async def test_an_earlier_revision_comes_back_though_its_talks_go_otherwise(house):
    """Going back is for emergencies: what its talks say today is told, and stands in nobody's way."""
    odd = {**FILES, "flows/kind.talk": TALK + b"> 7\nUnd wie noch?\nUnd weiter?\n"}
    await house.store.publish(StoredRevision(name_of(odd), odd, "Kim", house.now))
    await house.publish(OTHERWORDS, "Kim")
    proposal = await house.publish.recall(name_of(odd))
    assert ["course"] == [each.kind for each in proposal.differences]
    await house.publish.carry_out(proposal, "Zoe")
    assert name_of(odd) == (await house.publish.edition()).revision.name


async def test_a_revision_that_this_program_cannot_read_does_not_come_back(house):
    """It says why, names the revision and what to do, and nothing changes."""
    await house.store.publish(StoredRevision("f00", BROKEN, "Kim", house.now))
    await house.publish(OTHERWORDS, "Kim")
    with pytest.raises(UnreadableRevisionError, match=r"(?s)E101.*Fassung f00 kann dieses Programm nicht lesen.*Hilfe"):
        await house.publish.recall("f00")
    with pytest.raises(LookupError):
        await house.publish.recall("none")
    assert name_of(OTHERWORDS) == await house.store.current()


# -- another process publishes


async def test_what_another_process_publishes_is_seen(house):
    """With the next look, whole."""
    await another(house)(OTHERWORDS, "Kim")
    edition = await house.publish.edition()
    assert name_of(OTHERWORDS) == edition.revision.name
    assert house.publish.newest is edition


async def test_many_looks_at_once_read_it_once(house, monkeypatch):
    """A crowd at the moment of publishing is no crowd at the store."""
    await another(house)(OTHERWORDS, "Kim")
    read: list[str] = []
    revision = house.store.revision

    async def counted(name: str) -> StoredRevision | None:
        read.append(name)
        return await revision(name)

    monkeypatch.setattr(house.store, "revision", counted)
    editions = await asyncio.gather(*(house.publish.edition() for _ in range(20)))
    assert [name_of(OTHERWORDS)] == read
    assert 1 == len({id(edition) for edition in editions})


@pytest.mark.parametrize("files", [BROKEN, {}, {"flows/start.yaml": b"\xff\xfe"}])
async def test_what_cannot_be_read_leaves_the_talks_as_they_were(house, files):
    """A newer program has published: talks go on with the revision before, and the log says what to do."""
    await house.say("lina", "/start")
    await house.store.publish(StoredRevision("f00", files, "Kim", house.now))
    with capture_logs() as logs:
        assert await house.say("lina", "/menu")
        assert await house.say("lina", "/menu")
    (line,) = [each for each in logs if each["event"] == "publish.not_loaded"]
    assert ("f00", NOT_LOADED_HELP) == (line["name"], line["help"])
    await another(house)(OTHERWORDS, "Kim")
    assert name_of(OTHERWORDS) == (await house.publish.edition()).revision.name


async def test_a_damaged_revision_leaves_the_talks_as_they_were(house):
    """Also what does not even open is no reason for silence."""
    await house.publish.edition()
    await house.store.publish(StoredRevision("f00", FILES, "Kim", house.now))
    await house.store._engine.write(lambda c: c.execute("update revision set files = x'00' where name = 'f00'"))
    assert await house.say("lina", "/start")


async def test_a_start_on_what_cannot_be_read_says_what_to_do(house):
    """There is nothing to fall back on: the error names the revision and the command; publishing the folder helps."""
    await house.store.publish(StoredRevision("f00", BROKEN, "Kim", house.now))
    new = another(house)
    with pytest.raises(UnreadableRevisionError, match=r"(?s)Fassung f00.*Hilfe: .*elternlotse flows publish"):
        await new.edition()
    proposal = await new(FILES, "Kim")
    assert proposal.before is None
    assert name_of(FILES) == (await new.edition()).revision.name


async def test_nothing_published_is_said_so(house):
    """Before the first publishing there is no edition."""
    new = Publish(_Empty(), Bells(), house.clock, PROGRAM, [DE])
    with pytest.raises(LookupError):
        await new.edition()
    with pytest.raises(LookupError):
        _ = new.newest


class _Empty:
    """A store in which nothing was ever published."""

    async def current(self) -> str:
        return ""

    async def revision(self, _name: str) -> StoredRevision | None:
        return None


async def test_the_look_goes_on_when_the_store_fails(house, monkeypatch):
    """A store that is away for a while is told with what to do, and looked at again."""
    looked = asyncio.Event()

    async def away() -> str:
        looked.set()
        raise OSError("away")

    monkeypatch.setattr(house.store, "current", away)
    with capture_logs() as logs:
        run = asyncio.create_task(house.publish.run())
        await _until(lambda: bool(house.wake._listeners))
        for _ in range(2):
            house.wake.ring("published")
            await asyncio.wait_for(looked.wait(), 5)
            looked.clear()
        await _until(lambda: len(logs) > 1)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    assert {"publish.failed"} == {each["event"] for each in logs}
    assert "Check the disk" in logs[0]["help"]
    assert not house.wake._listeners


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - another task's doing, and nothing rings when it is done
            await asyncio.sleep(0)


# -- nobody ever sees half a revision


@dataclass
class _Changing:
    """A publishing that happens in the middle of a batch: between the look at the revision and its end."""

    house: Talking
    files: Mapping[str, bytes]

    async def replies(self, asked: object) -> Mapping[str, object]:
        del asked
        await another(self.house)(self.files, "Kim")
        return {}


async def test_a_batch_runs_on_one_revision(house, monkeypatch):
    """Several messages of several parents are answered by the revision of their batch, though another came meanwhile."""
    for who in ("lina", "ada"):
        await house.hear(house.fragment(who, kind="start", flow="kind", language="de"))
        await house.told(who)
    pieces = [house.fragment(who, kind="press", token="m.x.g", label="x") for who in ("lina", "ada")]
    typed = [house.fragment(who, kind="text", text=words) for words in ("hundert", "mehr") for who in ("lina", "ada")]
    await house.arrive(*pieces, *typed)
    monkeypatch.setattr(house.store, "replies", _Changing(house, OTHERWORDS).replies)
    await house.converse.step()
    assert name_of(OTHERWORDS) == await house.store.current()
    for who in ("lina", "ada"):
        assert {True} == {"Wie alt ist Ihr Kind?" in said for said in (await house.told(who))[-2:]}
    monkeypatch.undo()
    for who in ("lina", "ada"):
        assert "Wie alt ist es?" in (await house.say(who, "hundert"))[-1]
