"""What the register of security teams proposes to a residential area's rows 4.5."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from antq_portal.lib.dates import date_text
from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition
from units.coverage import Scheme
from units.models import Kind

from ..models import Evaluation, Rating, SecurityTeam, TeamRating
from ..models.teams import ENOUGH, GIVEN
from .incidents import Window
from .register_values import RegisterProposal

RATED: Final = "security_team.rating"
DISCIPLINED: Final = "security_team.disciplined"


def teams_serving(evaluation: Evaluation) -> list[SecurityTeam]:
    """The teams that served the area at the end of the season's window, in their order; one query."""
    last = Window.of(evaluation.season).last
    serving = Q(served__area=evaluation.unit_id, served__from_on__lte=last) & (
        Q(served__to_on=None) | Q(served__to_on__gte=last)
    )
    return list(SecurityTeam.objects.working_on(last).filter(serving).distinct())


def team_proposals(
    evaluation: Evaluation, definition: SetDefinition
) -> dict[str, RegisterProposal]:
    """Proposals for 4.5: the rating of this year if it was given, else of the year before, which the source names.

    A team not rated gives words and no verdict, which is for the unit to say and the appraiser to
    conclude; one of which nothing is known gives nothing. Several teams must all have done their
    work. Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 5; Hướng
    dẫn 01/HD-BCA-V05 năm 2026.
    """
    is_area = evaluation.unit_version.unit.kind == Kind.RESIDENTIAL_AREA
    rows = {row.prefill: row for row in definition.rows if row.prefill in (RATED, DISCIPLINED)}
    if not is_area or not rows or evaluation.season.scheme != Scheme.RECOGNITION:
        return {}
    teams = teams_serving(evaluation)
    year = evaluation.season.year
    ratings = _ratings(teams, year)
    found: dict[str, RegisterProposal | None] = {
        row.code: _rated(teams, ratings, year) if of == RATED else _disciplined(teams, ratings, year, row)
        for of, row in rows.items()
    }  # fmt: skip
    return {code: proposal for code, proposal in found.items() if proposal}


def used_rating(
    team: SecurityTeam, ratings: dict[tuple[int, int], TeamRating], year: int
) -> TeamRating | None:
    """The rating a file of that year rests on: that year's once it is there, else the year before's."""
    for of_year in (year, year - 1):
        one = ratings.get((team.pk, of_year))
        if one and one.rating:
            return one
    return None


def _ratings(teams: Sequence[SecurityTeam], year: int) -> dict[tuple[int, int], TeamRating]:
    rows = TeamRating.objects.filter(team__in=teams, year__in=(year, year - 1))
    return {(row.team_id, row.year): row for row in rows}


def _rated(
    teams: Sequence[SecurityTeam], ratings: dict[tuple[int, int], TeamRating], year: int
) -> RegisterProposal | None:
    used = [(team, used_rating(team, ratings, year)) for team in teams]
    known = [(team, one) for team, one in used if one]
    if not known or len(known) != len(used):
        return None
    words = "; ".join(_words(team, one) for team, one in known)
    if any(one.rating not in GIVEN for _, one in known):
        return RegisterProposal(
            AnswerValues(note=words), f"Sổ Tổ bảo vệ ANTT: {words}; thẩm định kết luận"
        )
    is_met = all(one.rating in ENOUGH for _, one in known)
    return RegisterProposal(
        AnswerValues(verdict="met" if is_met else "not_met", note=words),
        f"Sổ Tổ bảo vệ ANTT: {words}",
    )


def _words(team: SecurityTeam, one: TeamRating) -> str:
    if one.rating not in GIVEN:
        return f"{team.name}: chưa xếp loại năm {one.year} ({one.window_text})"
    return (
        f"{team.name}: {Rating(one.rating).label}, kết quả năm {one.year} ({one.window_text}), "
        f"QĐ số {one.decision_number} ngày {date_text(one.decided_on)}"  # type: ignore[arg-type]
    )


def _disciplined(
    teams: Sequence[SecurityTeam],
    ratings: dict[tuple[int, int], TeamRating],
    year: int,
    row: CriterionDefinition,
) -> RegisterProposal | None:
    """Only this year's number: who was disciplined the year before says nothing of this one."""
    rows = [ratings.get((team.pk, year)) for team in teams]
    numbers = [one.disciplined for one in rows if one and one.disciplined is not None]
    if not teams or len(numbers) != len(teams) or len(row.counters) != 1:
        return None
    total = sum(numbers)
    said = f"{total} thành viên bị kỷ luật" if total else "không có thành viên bị kỷ luật"
    names = ", ".join(team.name for team in teams)
    return RegisterProposal(
        AnswerValues(counts=(total,)), f"Sổ Tổ bảo vệ ANTT năm {year}: {said} ({names})"
    )
