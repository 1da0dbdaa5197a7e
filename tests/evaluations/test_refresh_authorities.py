"""The authorities of many files are looked up together."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.models import Evaluation
from evaluations.services.acts import refresh_authorities
from evaluations.services.evaluations import open_file
from tests import story


def recognitions(*units):
    rows = Evaluation.objects.filter(unit__in=units, season__scheme="recognition")
    return list(rows.select_related("season").order_by("pk"))


def queries_of(rows):
    with CaptureQueriesContext(connection) as captured:
        refresh_authorities(rows)
    return len(captured)


def test_two_files_ask_as_much_as_one(cast):
    story.open_seasons(cast)
    for unit in (cast.che_lau, cast.hiem):
        open_file(unit, year=story.year(), by=cast.lan)

    one = queries_of(recognitions(cast.che_lau))
    two = queries_of(recognitions(cast.che_lau, cast.hiem))

    assert one == two


def test_files_get_the_authorities_of_their_own_commune(cast):
    story.open_seasons(cast)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    open_file(cast.thuy_thanh, year=story.year(), by=cast.nga)
    rows = recognitions(cast.che_lau, cast.thuy_thanh)
    for row in rows:
        row.managing_unit_id = row.appraising_unit_id = row.deciding_unit_id = 0

    refresh_authorities(rows)

    found = [(one.managing_unit_id, one.appraising_unit_id, one.deciding_unit_id) for one in rows]
    assert found == [(cast.na_meo.pk,) * 3, (cast.son_thuy.pk,) * 3]
