"""What a flow is, once it has been read and found good: steps, and where each leads.

``build/`` makes these values from YAML nodes and resolves "the step below": afterwards every step and option says
itself where it goes. Nothing here runs a step (``steps/``) or knows how one was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.flow.message import Line, Media, Text
from bot.model import Duration, Language, Topic


@dataclass(frozen=True, slots=True)
class Goto:
    """On to a step of the same flow."""

    step: str


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over: back to whoever called it."""


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow, then go on ``then``.

    ``flow`` is a flow's name, or an everywhere-command with its slash (``/sprache``). ``given`` are pairs
    (name in the called flow, name of the caller's answer); ``save`` names the answers that are copied back.
    """

    flow: str
    then: Goto | End
    given: tuple[tuple[str, str], ...] = ()
    save: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """The talk waits here for the parent."""


Move = Stay | Goto | Call | End
"""Where a talk goes after a step. A closed type, never None."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of a flow: its reference, the answers it shows (``{name}``) and the glossary words it marks.

    ``terms`` are glossary keys (an ``also`` form is resolved to its entry). ``source`` is the step's source or empty.
    """

    text: Text
    answers: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """A message. ``media`` are its picture, document or audio; ``link`` is a page to open, or None."""

    name: str
    wording: Wording
    then: Goto | End
    media: tuple[Media, ...] = ()
    link: "Link | None" = None


@dataclass(frozen=True, slots=True)
class Link:
    """A page to open: what it is called, and its address (https)."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a ``choose``. ``say`` is what is answered before it goes on, or None. ``was`` are older names."""

    name: str
    label: Text
    then: Goto | Call | End
    short: Text | None = None
    say: Wording | None = None
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """A question with buttons. ``save`` names the answer that keeps the option's name, or is empty."""

    name: str
    wording: Wording
    options: tuple[Choice, ...]
    save: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with a typed answer.

    ``type`` is ``text number date postcode phone yes_or_no`` or ``photo``. ``minimum`` and ``maximum`` bound a number
    by value, a date by day (a date, or ``today``), a text by its length in characters; the other types have none.
    ``retry`` is said when the answer did not fit; None says the standard sentence of its type. ``optional`` adds a
    button "Überspringen". ``label`` names the answer in a form's summary; None shows the question there.
    """

    name: str
    wording: Wording
    save: str
    type: str
    then: Goto | End
    retry: Wording | None = None
    optional: bool = False
    minimum: "Bound | None" = None
    maximum: "Bound | None" = None
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the talk, in the house's time zone."""


Bound = int | date | Today


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a ``when``: ``is one_of at_least at_most before after known`` .

    ``value`` is what it is compared with: for ``one_of`` a tuple of names, for number answers int, for date answers
    date or ``Today``, for ``known`` the text ``true`` or ``false``, else text.
    """

    __test__ = False  # pytest need not look for promises here

    answer: str
    test: str
    value: str | int | date | Today | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a ``decide``: all tests must hold; the first row that holds wins."""

    tests: tuple[Test, ...]
    then: Goto


@dataclass(frozen=True, slots=True)
class Decide:
    """A silent branch."""

    name: str
    rows: tuple[Row, ...]
    otherwise: Goto


@dataclass(frozen=True, slots=True)
class Form:
    """Several questions, one a message, then a summary with "Ändern".

    ``wording`` is said before the first question. Each field is an ``Ask`` whose ``name`` is its ``save`` and whose
    ``then`` has no meaning. All answers belong to the frame.
    """

    name: str
    wording: Wording
    fields: tuple[Ask, ...]
    then: Goto | End


@dataclass(frozen=True, slots=True)
class Derive:
    """A calculated answer: ``rule`` is one of ``dates.RULES``, ``of`` the answers it takes, in the rule's order.

    For a rule that takes a calendar ``of`` is empty and ``calendar`` is its name.
    """

    name: str
    save: str
    rule: str
    then: Goto | End
    of: tuple[str, ...] = ()
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Remind:
    """Ask whether to be reminded of a calendar's days, each so long ``before`` it; on yes, ``yes_text`` is said.

    ``yes_text`` None says the standard sentence.
    """

    name: str
    wording: Wording
    calendar: str
    before: Duration
    then: Goto | End
    yes_text: Wording | None = None


@dataclass(frozen=True, slots=True)
class CallStep:
    """A step that runs another flow and goes on."""

    name: str
    call: Call


@dataclass(frozen=True, slots=True)
class Escalate:
    """Collect the parent's question and bring it to a person.

    ``topic`` is empty where it is inherited from the callers. ``closed`` and ``nobody`` replace the waiting card's
    standard sentence outside hours and when nobody is on duty. Nothing comes after it.
    """

    name: str
    wording: Wording
    topic: str = ""
    urgency: str = ""
    closed: Wording | None = None
    nobody: Wording | None = None


Step = Say | Choose | Ask | Form | Derive | Decide | CallStep | Remind | Escalate


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation.

    ``steps`` by name in the order written; ``first`` is where it starts. ``was`` maps an older step's name to today's.
    ``types`` gives each answer's type (an ``ask``'s, or ``option``; ``yes_or_no`` is an ``option`` with the names
    ``yes`` and ``no``); ``needs`` says for each step which answers
    its frame must hold for the step, and all that may follow, to run (used when a step is entered from outside).
    """

    name: str
    title: Text
    topic: str
    first: str
    steps: Mapping[str, Step]
    was: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def now(self, step: str) -> str:
        """Return a step's present name."""
        return self.was.get(step, step)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button of a flow belongs.

    ``option`` is an option's name; the buttons of other kinds begin with a dot there: ``.skip .yes .no`` of an ``ask``
    or ``remind``, ``.confirm .change`` of a form's summary; a form's field stands before it (``klasse.skip``), and
    alone (``klasse.``) for the button that changes it.
    """

    flow: str
    step: str
    option: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a calendar. ``region`` is empty or ``NRW`` where it holds for the whole of it."""

    date: date
    region: str = ""
    source: str = ""

    @property
    def everywhere(self) -> bool:
        """Whether the day holds in all of North Rhine-Westphalia; of others parents are not reminded."""
        return self.region in {"", "NRW"}


@dataclass(frozen=True, slots=True)
class Revision:
    """An immutable set of flows, named by the hash of all it was made from.

    ``buttons`` knows every button there is, with the names before ``was:``. ``whole`` says in which languages a flow
    has all its texts; ``languages`` are those a parent may choose, in the configured order, the source language among
    them; ``drafts`` are the languages whose translation nobody has reviewed in full. ``help_card`` are the lines
    of the help card. ``calendars`` are days to be reminded of, by the calendar's name, in the order of the days.
    ``texts`` are the keys of all texts there are: what an older revision said may be gone.
    """

    name: str
    flows: Mapping[str, Flow]
    topics: Mapping[str, Topic]
    buttons: Mapping[str, Place]
    whole: Mapping[str, frozenset[Language]]
    languages: tuple[Language, ...]
    drafts: frozenset[Language] = frozenset()
    help_card: tuple[Line, ...] = ()
    calendars: Mapping[str, tuple[CalendarDay, ...]] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
