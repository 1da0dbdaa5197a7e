"""Prepared queries give what the queryset itself gives, on every connection, whatever went wrong before."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.prepared import MANY, Prepared, Statement
from tests.cast import make_units, version_of
from units.models import Kind, Unit, UnitVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    return [User.objects.create(username=f"p{n}", full_name=f"Người {n}") for n in range(4)]


def test_the_rows_are_those_of_the_queryset_each_time_for_its_own_values(people):
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))
    for person in [*people, people[0]]:
        assert by_pk(pk=person.pk) == [person]
        assert by_pk.first(pk=person.pk).full_name == person.full_name
    assert by_pk(pk=0) == []
    assert by_pk.first(pk=0) is None


def test_one_query_is_counted_from_the_first_time_on(people, django_assert_num_queries):
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))
    for person in people:
        with django_assert_num_queries(1):
            by_pk(pk=person.pk)


@pytest.mark.parametrize("many", [0, 1, 3, MANY, MANY + 1])
def test_sequences_of_every_length_keep_their_places(people, many):
    named = Prepared(
        lambda ids, name: User.objects.filter(Q(pk__in=ids) | Q(username=name)).order_by("pk")
    )
    asked = [person.pk for person in people[:many]] + [0] * (many - len(people[:many]))
    for name in ("p3", "nobody"):
        wanted = User.objects.filter(Q(pk__in=asked) | Q(username=name)).order_by("pk")
        assert named(ids=asked, name=name) == list(wanted)


def test_nothing_asked_for_gives_nothing_without_a_query(people, django_assert_num_queries):
    among = Prepared(lambda ids: User.objects.filter(pk__in=ids))
    with django_assert_num_queries(0):
        assert among(ids=[]) == []


def test_joined_rows_annotations_constants_and_percent_signs_come_through(db):
    unit = make_units()["na_meo"]
    in_force = Prepared(
        lambda unit, day: (
            UnitVersion.objects.in_force(day)
            .filter(unit=unit)
            .exclude(name__contains="%")
            .select_related("unit__province")
        )
    )
    found = in_force.first(unit=unit.pk, day=localdate())
    assert found == version_of(unit)
    with CaptureQueriesContext(connection) as asked:
        assert found.unit.province.kind == Kind.PROVINCE
    assert not asked.captured_queries


def test_tuples_come_as_tuples(people):
    names = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("username", "pk"))
    assert names(pk=people[1].pk) == [("p1", people[1].pk)]


def test_a_value_that_django_alters_is_refused(people):
    begins = Prepared(lambda name: User.objects.filter(username__startswith=name))
    with pytest.raises(ValueError, match="name"):
        begins(name="p")


def test_it_is_still_prepared_after_a_transaction_was_taken_back(people):
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))
    with transaction.atomic():
        assert by_pk(pk=people[0].pk)
        transaction.set_rollback(True)
    assert by_pk(pk=people[0].pk) == [people[0]]


def test_an_error_of_the_database_is_django_s_and_the_next_try_works(people):
    dividing = Statement("dividing", "SELECT 7 / %(by)s::int")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*dividing.call(connection, {"by": 0}))
    with connection.cursor() as cursor:
        cursor.execute(*dividing.call(connection, {"by": 7}))
        assert cursor.fetchone() == (1,)


def test_where_connections_are_not_kept_nothing_is_prepared(people, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    among = Prepared(lambda ids, day: User.objects.filter(pk__in=ids, date_joined__date__gte=day))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()
        assert among(ids=[people[0].pk, people[2].pk], day=dt.date(2020, 1, 1)) == [
            people[0], people[2]
        ]  # fmt: skip
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == before


@pytest.mark.django_db(transaction=True)
def test_threads_and_new_connections_prepare_for_themselves(transactional_db):
    person = User.objects.create(username="one", full_name="Một")
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))

    def ask(_):
        try:
            return [by_pk(pk=person.pk) for _ in range(3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [[[person]] * 3] * 8
    assert ask(0) == ask(0) == [[person]] * 3


def test_what_was_to_be_fetched_with_the_rows_is(db, django_assert_num_queries):
    units = make_units()
    named = Prepared(lambda pk: Unit.objects.filter(pk=pk).prefetch_related("versions"))
    for unit in (units["na_meo"], units["hiem"]):
        [found] = named(pk=unit.pk)
        with django_assert_num_queries(0):
            assert [one.unit_id for one in found.versions.all()] == [unit.pk]


def test_a_number_no_column_holds_finds_nothing(people):
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk))
    assert by_pk(pk=2**63) == []
    assert by_pk(pk=-(2**70)) == []
    assert by_pk(pk=people[0].pk) == [people[0]]
