import pytest
from django.db import transaction

from evaluations.workbooks.work import area_for_entry, workbook_of
from tests import story
from tests.cast import make_cast


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Na Mèo's year, made once for a file: one unit answered in full, one not begun; its workbook."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        story.open_seasons(cast)
        story.answered(cast.che_lau, officer=cast.lan)
        area = area_for_entry(cast.lan, cast.na_meo.pk)
        exported = workbook_of(cast.lan, area, story.year())[1]
        try:
            yield cast, exported
        finally:
            transaction.set_rollback(True)


@pytest.fixture
def cast(stage):
    return stage[0]


@pytest.fixture
def export(stage):
    """The workbook's bytes as they went out."""
    return stage[1]
