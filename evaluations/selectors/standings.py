"""Where each unit of an area stands in the year, light enough to count: one query."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery

from accounts.models import User
from units.coverage import Scheme

from ..models import Evaluation, Registration, Season
from ..workflow import RegistrationStatus, Status
from .areas import Area, listed_entries

ORDER: Final = {
    status: place
    for place, status in enumerate(
        (
            Status.RETURNED, Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW,
            Status.APPRAISED, Status.PROPOSED, Status.APPROVED, Status.DECIDED, Status.ANNULLED,
        )
    )
}  # fmt: skip
"""How far a state has come; what was returned waits most urgently."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One listed unit: whether it counts, and the states of its registration and evaluations."""

    unit_id: int
    is_considered: bool
    has_season: bool
    registration: str = ""
    recognition: str = ""
    classification: str = ""
    kind: str = ""

    @property
    def is_registered(self) -> bool:
        return self.registration not in ("", RegistrationStatus.DRAFT)

    @property
    def registration_code(self) -> str:
        """The code of the registration's badge; "none" while there is nothing."""
        return self.registration or "none"

    @property
    def file_status(self) -> str:
        """The state of the part that is furthest behind; "not_started" without a file.

        Recognition waits for the registration; classification never does.
        """
        states = [self.recognition if self.is_registered else "", self.classification]
        found = [Status(state) for state in states if state]
        return min(found, key=ORDER.__getitem__) if found else "not_started"


@dataclass(frozen=True, slots=True)
class Stage:
    """One group of units: its word for a chip and which units belong to it."""

    code: str
    label: str
    tone: str
    holds: Callable[[Standing], bool]
    is_step: bool = True


def _at(*states: str) -> Callable[[Standing], bool]:
    return lambda one: one.is_considered and one.has_season and one.file_status in states


def _unregistered(one: Standing) -> bool:
    return one.is_considered and one.has_season and not one.is_registered


def _registered(one: Standing) -> bool:
    return one.is_considered and one.has_season and one.is_registered


def _to_accept(one: Standing) -> bool:
    return one.is_considered and one.registration == RegistrationStatus.SENT


def _annulled(one: Standing) -> bool:
    return Status.ANNULLED in (one.recognition, one.classification)


def _left_out(one: Standing) -> bool:
    return not one.is_considered


def _without_season(one: Standing) -> bool:
    return one.is_considered and not one.has_season


# fmt: off
STAGES: Final = (
    Stage("chua-dang-ky",   "Chưa đăng ký",          "grey", _unregistered, is_step=False),
    Stage("da-dang-ky",     "Đã đăng ký",            "ok",   _registered, is_step=False),
    Stage("cho-tiep-nhan",  "Đăng ký chờ tiếp nhận", "info", _to_accept, is_step=False),
    Stage("chua-soan",      "Chưa soạn",             "grey", _at("not_started")),
    Stage("dang-soan",      "Đang soạn",             "info", _at(Status.DRAFT)),
    Stage("tra-lai",        "Trả lại bổ sung",       "warn", _at(Status.RETURNED)),
    Stage("da-gui",         "Đã gửi thẩm định",      "info", _at(Status.SUBMITTED)),
    Stage("dang-tham-dinh", "Đang thẩm định",        "plum", _at(Status.IN_REVIEW)),
    Stage("da-tham-dinh",   "Đã thẩm định",          "ok",   _at(Status.APPRAISED)),
    Stage("trinh-ky",       "Trình ký, chờ vào số",  "plum", _at(Status.PROPOSED, Status.APPROVED)),
    Stage("co-quyet-dinh",  "Đã có quyết định",      "ok",   _at(Status.DECIDED, Status.ANNULLED)),
    Stage("da-huy",         "Đã hủy bỏ kết quả",     "bad",  _annulled, is_step=False),
    Stage("khong-xet",      "Không xét năm nay",     "grey", _left_out, is_step=False),
    Stage("chua-mo-ky",     "Chưa mở kỳ",            "grey", _without_season, is_step=False),
)
# fmt: on
STAGE_BY_CODE: Final = {stage.code: stage for stage in STAGES}


def standings(user: User, area: Area, *, year: int, seasons: Sequence[Season]) -> list[Standing]:
    """Every listed unit of the area that the person sees; one query for who sees all of it."""
    kinds = {season.unit_kind for season in seasons if season.year == year}
    registration = Registration.objects.filter(unit=OuterRef("unit"), season__year=year)
    evaluation = Evaluation.objects.filter(unit=OuterRef("unit"), season__year=year)
    rows = (
        listed_entries(user, area, year)
        .filter(removed_at=None)
        .values_list(
            "unit",
            "not_considered_reason",
            "unit__kind",
            Subquery(registration.values("status")[:1]),
            *(
                Subquery(evaluation.filter(season__scheme=scheme).values("status")[:1])
                for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION)
            ),
        )
    )
    return [
        Standing(unit, not reason, kind in kinds, sent or "", first or "", second or "", kind)
        for unit, reason, kind, sent, first, second in rows
    ]


def stage_counts(units: Iterable[Standing]) -> Counter[str]:
    """How many units each stage holds, by its code; a unit may stand in two."""
    alike = Counter(
        (one.is_considered, one.has_season, one.registration, one.recognition, one.classification)
        for one in units
    )
    found = [(Standing(0, *states), count) for states, count in alike.items()]
    return Counter(
        {stage.code: sum(count for one, count in found if stage.holds(one)) for stage in STAGES}
    )
