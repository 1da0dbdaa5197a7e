"""Who the demo's people are and what the permission table lets them do, worked out anew.

Nothing here asks the product what a person may do. It reads the table of acts, the demo's list of
accounts, and for each unit the codes from the nation down to it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.utils.timezone import localdate

from accounts.roles import ALLOWED, SUPERUSER_ACTS, Act, Reach, Role
from antq_portal.demo.people import SINCE, accounts
from units.models import Kind

NATION, THANH_HOA, THAI_NGUYEN = "VN", "38", "19"
NA_MEO, SON_THUY, QUAN_SON = "15013", "15010", "15016"
FROZEN = {NA_MEO, QUAN_SON, THANH_HOA}
"""Authorities whose list of the year the demo freezes on the stage of the matrix."""
SCHOOL_CODE = "truong"
OUTSIDER = "canbo.sonthuy"
AT_THE_DECIDING_LEVEL = {
    Act.ACCEPT_REGISTRATION, Act.APPRAISE, Act.PREPARE_DECISION, Act.APPROVE, Act.ISSUE,
    Act.SET_DEADLINES,
}  # fmt: skip
MOST_ALIKE = 3
"""How many of those who expect the same answer are asked about one line of the quick matrix."""
OFFICE = (Role.OFFICER, Role.APPRAISER, Role.APPROVER, Role.CLERK)


@dataclass(frozen=True, slots=True)
class Held:
    """One role held on one unit, named by its code."""

    role: Role
    at: str
    since: dt.date = SINCE
    until: dt.date | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """One account with the roles it was given, ended ones too."""

    username: str
    held: tuple[Held, ...] = ()
    is_superuser: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(held.role for held in self.now)

    @property
    def now(self) -> list[Held]:
        today = localdate()
        return [one for one in self.held if one.since <= today and (one.until or today) >= today]


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit: the codes from the nation down to it, its kind, who manages it and who decides on it."""

    chain: tuple[str, ...]
    kind: str
    manager: str
    authority: str

    @property
    def code(self) -> str:
        return self.chain[-1]


AREA = Spot((NATION, THANH_HOA, NA_MEO, "bản"), Kind.RESIDENTIAL_AREA, NA_MEO, NA_MEO)
"""Any residential area of Na Mèo."""
COMMUNE = Spot((NATION, THANH_HOA, NA_MEO), Kind.COMMUNE, NA_MEO, NA_MEO)
"""Na Mèo itself, with its list, sessions and decisions."""
PROVINCE_MANAGED = Spot(
    (NATION, THANH_HOA, NA_MEO, "THPT"), Kind.EDUCATIONAL_INSTITUTION, THANH_HOA, THANH_HOA
)
"""The THPT that lies in Na Mèo and answers to the province."""
SCHOOL = Spot(
    (NATION, THANH_HOA, QUAN_SON, SCHOOL_CODE), Kind.EDUCATIONAL_INSTITUTION, QUAN_SON, QUAN_SON
)
"""The school whose head has an account."""
PROVINCE = Spot((NATION, THANH_HOA), Kind.PROVINCE, THANH_HOA, THANH_HOA)


ALIKE = ("sonthuy", "quanson", "trungha", "tamthanh", "tamlu", "sondien", "muongmin")
"""Communes whose staff stand to Na Mèo all in the same way; districts of old end alike."""


def everybody() -> list[Person]:
    """Every account of the demo, in the order shown, then the head of the school and the superuser."""
    found = [
        Person(
            one.username,
            (Held(one.role, one.unit_code, one.since, one.until, tuple(one.kinds)),),
        )
        for one in accounts()
    ]
    head = Person("truong.quanson", (Held(Role.REPORTER, SCHOOL_CODE),))
    return [*found, head, Person("quantri", is_superuser=True)]


def chosen(people: list[Person], place: int, about: str = "") -> list[Person]:
    """Whoever stands to a line of the matrix in a way of their own, and of those alike one, in turn.

    Alike are the staff of the other communes, but for the outsider and for Quan Sơn's where a
    line is about its school, and the people whose roles have ended.
    """
    own = {OUTSIDER, "truong.quanson"}
    if "school" in about:
        own |= {f"{word}.quanson" for word in ("canbo", "thamdinh", "chutich", "vanthu")}
    ended = [one for one in people if not one.now and not one.is_superuser]
    elsewhere = [
        one
        for one in people
        if one.username.endswith(ALIKE) and one.username not in own and one not in ended
    ]
    kept = [one for one in people if one not in elsewhere and one not in ended]
    return [*kept, elsewhere[place % len(elsewhere)], ended[place % len(ended)]]


def in_turn(people: list[Person], place: int, expects: Callable[[Person], object]) -> list[Person]:
    """Of those who expect the same answer from a line a few in turn, and the outsider always.

    The slow tests ask everybody.
    """
    alike: dict[object, list[Person]] = {}
    for one in people:
        alike.setdefault(expects(one), []).append(one)
    kept = {
        group[(place + step) % len(group)].username
        for group in alike.values()
        for step in range(MOST_ALIKE)
    }
    return [one for one in people if one.username in {*kept, OUTSIDER}]


def sees(person: Person, spot: Spot) -> bool:
    """Everyone in their scope; viewer: the assigned kinds; reporter: the own unit; superuser: all."""
    return person.is_superuser or any(_shows(held, spot) for held in person.now)


def _shows(held: Held, spot: Spot) -> bool:
    if held.role == Role.REPORTER:
        return held.at == spot.code
    return held.at in spot.chain and (not held.kinds or spot.kind in held.kinds)


def looks_into(person: Person, code: str, *above: str) -> bool:
    """Whether some unit below a commune or province lies in the person's scope."""
    within = {NATION, *above, code}
    reported = code == QUAN_SON and any(held.role == Role.REPORTER for held in person.now)
    return person.is_superuser or reported or any(held.at in within for held in person.now)


def may(person: Person, act: Act, spot: Spot) -> bool:
    """The table, at exactly the authority that is named for the act."""
    if person.is_superuser:
        return act in SUPERUSER_ACTS
    return any(_does(held, act, spot) for held in person.now)


def _does(held: Held, act: Act, spot: Spot) -> bool:
    if held.kinds and spot.kind not in held.kinds:
        return False
    at = spot.authority if act in AT_THE_DECIDING_LEVEL else spot.manager
    return {
        None: False,
        Reach.AUTHORITY: held.at == at,
        Reach.UNTIL_FROZEN: held.at == at and at not in FROZEN,
        Reach.OWN: held.at == spot.code,
        Reach.SCOPE: held.at in spot.chain,
    }[ALLOWED[act].get(held.role)]


def does_somewhere(person: Person, act: Act) -> bool:
    """Whether the person holds a role, anywhere, that does the act at its own authority or scope."""
    if person.is_superuser:
        return act in SUPERUSER_ACTS
    return any(ALLOWED[act].get(held.role) for held in person.now)


def holds(person: Person, roles: tuple[Role, ...], *codes: str) -> bool:
    """Whether the person holds one of the roles on one of the units."""
    return any(held.role in roles and held.at in codes for held in person.now)


class Answer(Enum):
    """How the portal answers, with the statuses that say so."""

    SHOWN = frozenset({200})
    LED_ON = frozenset({302})
    DONE = frozenset({200, 302, "written"})
    CALM = frozenset({200, 302, 409, 422})
    FORBIDDEN = frozenset({403})
    HIDDEN = frozenset({404})

    def fits(self, status: int, written: int) -> bool:
        """Whether an answer is this one; what is refused writes nothing, what is done does."""
        if status not in self.value:
            return False
        if self in (Answer.SHOWN, Answer.LED_ON):
            return True
        return bool(written) is (self is Answer.DONE)


Expectation = Callable[[Person], Answer]


def everyone(answer: Answer = Answer.SHOWN) -> Expectation:
    """The same for all who are signed in."""
    return lambda person: answer


def seen(spot: Spot, answer: Answer = Answer.SHOWN) -> Expectation:
    """Who sees the unit; hidden from everybody else."""
    return lambda person: answer if sees(person, spot) else Answer.HIDDEN


def does(act: Act, spot: Spot, answer: Answer = Answer.SHOWN) -> Expectation:
    """Who does the act there; forbidden to who only sees it, hidden from everybody else."""
    return lambda person: _graded(sees(person, spot), may(person, act, spot), answer)


def does_either(acts: tuple[Act, ...], spot: Spot, answer: Answer = Answer.SHOWN) -> Expectation:
    """Who does one of the acts there: both sides of a file."""
    return lambda person: _graded(
        sees(person, spot), any(may(person, act, spot) for act in acts), answer
    )


def reads(roles: tuple[Role, ...], spot: Spot, answer: Answer = Answer.DONE) -> Expectation:
    """Who holds one of the roles on the unit or at its authority, as papers of a file ask for it."""

    def expect(person: Person) -> Answer:
        held = holds(person, roles, spot.code, spot.authority)
        return _graded(sees(person, spot), held, answer)

    return expect


def in_area(answer: Answer = Answer.SHOWN) -> Expectation:
    """Pages of Na Mèo's year: who sees some unit there."""

    def expect(person: Person) -> Answer:
        return answer if looks_into(person, NA_MEO, THANH_HOA) else Answer.HIDDEN

    return expect


def does_in_area(
    act: Act, answer: Answer = Answer.SHOWN, spot: Spot = AREA, commune: str = NA_MEO
) -> Expectation:
    """Acts on many units of a commune at once."""

    def expect(person: Person) -> Answer:
        return _graded(looks_into(person, commune, THANH_HOA), may(person, act, spot), answer)

    return expect


def somewhere(act: Act) -> Expectation:
    """Pages of one's own work: who does the act anywhere."""
    return lambda person: Answer.SHOWN if does_somewhere(person, act) else Answer.FORBIDDEN


def somewhere_done(act: Act) -> Expectation:
    """Acts of one's own work that concern no unit: done by who does the act anywhere."""
    return lambda person: Answer.DONE if does_somewhere(person, act) else Answer.FORBIDDEN


def here_of_somewhere(
    act: Act, spot: Spot, answer: Answer = Answer.DONE, elsewhere: Answer = Answer.CALM
) -> Expectation:
    """Acts of a page of one's own work, asked for a unit: who does it elsewhere gets nothing done."""

    def expect(person: Person) -> Answer:
        if may(person, act, spot):
            return answer
        return elsewhere if does_somewhere(person, act) else Answer.FORBIDDEN

    return expect


def assigned(answer: Answer = Answer.SHOWN) -> Expectation:
    """Whoever holds a role today, and the superuser; the page says why to everybody else."""
    return lambda person: answer if person.is_superuser or person.now else Answer.FORBIDDEN


def adds_units() -> Expectation:
    """The form for a new unit in Na Mèo: who adds any there, of the commune's or the province's."""

    def expect(person: Person) -> Answer:
        is_adder = any(may(person, Act.KEEP_UNITS, spot) for spot in (AREA, PROVINCE_MANAGED))
        return _graded(sees(person, COMMUNE), is_adder, Answer.SHOWN)

    return expect


def adds_unit(spot: Spot) -> Expectation:
    """A new unit in Na Mèo like that one."""
    return lambda person: _graded(
        sees(person, COMMUNE), may(person, Act.KEEP_UNITS, spot), Answer.DONE
    )


def does_in_province(act: Act, answer: Answer = Answer.SHOWN) -> Expectation:
    """Pages of one season of Thanh Hóa: hidden from who sees nothing in that province."""

    def expect(person: Person) -> Answer:
        is_there = person.is_superuser or any(held.at != THAI_NGUYEN for held in person.now)
        return _graded(is_there, may(person, act, PROVINCE), answer)

    return expect


def asks_reports_of(spot: Spot) -> Expectation:
    """Reports in scope: a follower of some kinds may ask for any unit of government there."""

    def expect(person: Person) -> Answer:
        if not person.is_superuser and not person.now:
            return Answer.FORBIDDEN
        follows = spot.kind == Kind.COMMUNE and any(
            held.role == Role.VIEWER and held.at in spot.chain for held in person.now
        )
        return Answer.SHOWN if follows or sees(person, spot) else Answer.HIDDEN

    return expect


def owner(username: str, answer: Answer = Answer.SHOWN) -> Expectation:
    """What belongs to one person and nobody else, the superuser neither."""
    return lambda person: answer if person.username == username else Answer.HIDDEN


def _graded(is_seen: bool, is_allowed: bool, answer: Answer) -> Answer:
    if not is_seen:
        return Answer.HIDDEN
    return answer if is_allowed else Answer.FORBIDDEN
