"""The reviewed files: they load, they load once, and what is wrong with a file is said."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from criteria.exceptions import CriteriaRefused
from criteria.models import AuthorityRule, CriteriaSet, Criterion, Level
from criteria.selectors import definition_of
from criteria.services import load_criteria
from criteria.sources import REGULATIONS, Faults, read_set

SETS = sorted(REGULATIONS.glob("*@*.yaml"))


@pytest.fixture
def loaded(db):
    return load_criteria()


def test_load_criteria_publishes_every_reviewed_set(loaded):
    assert len(loaded.published) == 9
    assert CriteriaSet.objects.filter(published_at__isnull=False, published_by=None).count() == 9
    assert Criterion.objects.filter(kind="requirement").count() == 82


def test_load_criteria_twice_changes_nothing(loaded):
    before = list(CriteriaSet.objects.order_by("pk").values())

    again = load_criteria()

    assert again.published == ()
    assert len(again.unchanged) == 9
    assert again.authority_written == 0
    assert list(CriteriaSet.objects.order_by("pk").values()) == before
