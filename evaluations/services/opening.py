"""A file that nobody has opened yet is opened by its first answer."""

from django.db import transaction

from accounts.models import User
from units.models import Unit

from ..models import Evaluation, Season
from .evaluations import open_file


@transaction.atomic
def open_by_answer(unit_id: int, criterion_id: int, *, year: int, by: User) -> bool:
    """Open the year's file of a unit that has none, for an answer to a row of its criteria; say if it was.

    Nothing is opened for a row of another kind, year or province. Raises as `open_file` does.
    """
    unit = Unit.objects.visible_to(by).get(pk=unit_id)
    seasons = Season.objects.filter(
        province=unit.province_id, unit_kind=unit.kind, year=year,
        criteria_set__criteria=criterion_id,
    )  # fmt: skip
    is_open = Evaluation.objects.filter(unit=unit, season__in=seasons).exists()
    if is_open or not seasons.exists():
        return False
    open_file(unit, year=year, by=by)
    return True
