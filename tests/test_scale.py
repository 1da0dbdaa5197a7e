"""The synthetic load: where it may be written, and that its years hold together."""

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from antq_portal.scale import seed
from criteria.models import CriteriaSet
from criteria.services import load_criteria
from evaluations.models import Decision, Evaluation, Summary
from evaluations.selectors.summaries import summary_differences
from units.models import Kind, Unit

pytestmark = pytest.mark.django_db


def test_a_database_of_people_is_refused(cast):
    with pytest.raises(CommandError, match="kết thúc bằng _scale"):
        call_command("seed_scale", provinces=1, years=1)

    assert not Unit.objects.filter(kind=Kind.AGENCY).exists()


def test_criteria_are_asked_for_first(cast):
    with pytest.raises(CriteriaSet.DoesNotExist):
        seed([cast.province], years=1)


def test_seeded_years_hold_together(cast):
    load_criteria()

    found = seed([cast.province], years=2)

    year = localdate().year
    assert found.years == (year - 1, year)
    assert found.units == 30 * 4 + 30
    assert Evaluation.objects.filter(season__year=year - 1).exclude(status="decided").count() == 0
    assert Evaluation.objects.filter(season__year=year).values("status").distinct().count() > 3
    assert Decision.objects.filter(items__evaluation__season__year=year - 1).exists()
    for one in found.years:
        assert Summary.objects.filter(year=one).exists()
        assert summary_differences(one) == []
