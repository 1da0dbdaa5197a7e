"""Giving and ending roles: the service and the administrator's pages."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from accounts.roles import Role
from tests.cast import give_role, make_person, make_unit
from units.models import Assignment, Kind, SubKind, Unit
from units.services import assign_role, end_assignment

pytestmark = pytest.mark.usefixtures("stage", "db")

URL = "/quan-tri/nguoi-dung/"
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def son(cast):
    return make_person("son", "Hà Văn Sơn")


@pytest.mark.parametrize("who", ["thu", "root"])
def test_assign_role_is_done_by_administrators(cast, son, who):
    given = assign_role(
        son, role=Role.OFFICER, unit=cast.na_meo, starts_on=DAY, by=getattr(cast, who)
    )

    assert given in Assignment.objects.current(DAY)
    event = AuditEvent.objects.get()
    assert (event.act, event.province_id, event.unit_id) == (
        "assignment.start", cast.province.pk, cast.na_meo.pk,
    )  # fmt: skip


@pytest.mark.parametrize("who", ["lan", "hoa", "tuan", "duc"])
def test_assign_role_is_refused_to_everyone_else(cast, son, who):
    with pytest.raises(PermissionDenied):
        assign_role(son, role=Role.OFFICER, unit=cast.na_meo, starts_on=DAY, by=getattr(cast, who))


def test_assign_role_to_oneself_is_refused(cast):
    with pytest.raises(ValidationError) as refused:
        assign_role(cast.thu, role=Role.APPROVER, unit=cast.na_meo, starts_on=DAY, by=cast.thu)

    assert list(refused.value.message_dict) == ["user"]


def test_assign_role_on_a_unit_out_of_sight_is_not_found(cast, son):
    with pytest.raises(Unit.DoesNotExist):
        assign_role(son, role=Role.OFFICER, unit=cast.na_meo, starts_on=DAY, by=cast.nga)


@pytest.mark.parametrize(
    ("role", "unit", "days", "field"),
    [
        (Role.REPORTER, "na_meo", (DAY, None), "role"),
        (Role.OFFICER, "che_lau", (DAY, None), "role"),
        (Role.ADMINISTRATOR, "na_meo", (DAY, None), "role"),
        ("king", "na_meo", (DAY, None), "role"),
        (Role.OFFICER, "na_meo", (DAY, dt.date(2026, 2, 1)), "ends_on"),
    ],
)
def test_assign_role_says_which_field_is_wrong(cast, son, role, unit, days, field):
    with pytest.raises(ValidationError) as caught:
        assign_role(
            son,
            role=role,
            unit=getattr(cast, unit),
            starts_on=days[0],
            ends_on=days[1],
            by=cast.thu,
        )

    assert list(caught.value.message_dict) == [field]


def test_assign_role_refuses_the_same_role_twice_at_one_time(cast, son):
    give_role(son, Role.OFFICER, cast.na_meo, starts_on=DAY, ends_on=dt.date(2026, 6, 30))

    with pytest.raises(ValidationError, match="đang giữ"):
        assign_role(
            son, role=Role.OFFICER, unit=cast.na_meo, starts_on=dt.date(2026, 6, 30), by=cast.thu
        )
    later = assign_role(
        son, role=Role.OFFICER, unit=cast.na_meo, starts_on=dt.date(2026, 7, 1), by=cast.thu
    )
    assert later.pk


def test_ended_assignment_shows_nothing_from_the_next_day(cast):
    held = Assignment.objects.get(user=cast.lan)

    end_assignment(held, ends_on=dt.date(2025, 12, 31), by=cast.thu)

    assert not Unit.objects.visible_to(cast.lan).exists()


def test_end_assignment_not_before_it_began(cast):
    held = Assignment.objects.get(user=cast.lan)

    with pytest.raises(ValidationError, match="trước ngày bắt đầu"):
        end_assignment(held, ends_on=dt.date(2000, 1, 1), by=cast.thu)
    with pytest.raises(PermissionDenied):
        end_assignment(held, ends_on=DAY, by=cast.tuan)
    with pytest.raises(Assignment.DoesNotExist):
        end_assignment(held, ends_on=DAY, by=cast.nga)


def test_nobody_takes_a_role_up_again_that_has_ended(cast):
    ended = give_role(cast.thu, Role.APPROVER, cast.province, ends_on=dt.date(2025, 12, 31))

    with pytest.raises(ValidationError, match="Không tự gia hạn"):
        end_assignment(ended, ends_on=dt.date(2030, 12, 31), by=cast.thu)

    ended.refresh_from_db()
    assert ended.ends_on == dt.date(2025, 12, 31)
    assert end_assignment(ended, ends_on=dt.date(2025, 12, 1), by=cast.thu).ends_on.month == 12


def test_role_of_an_account_of_others_is_not_made_longer(cast, son):
    ended = give_role(son, Role.OFFICER, cast.na_meo, ends_on=dt.date(2025, 12, 31))
    other = make_unit(
        Kind.PROVINCE, "Thái Nguyên", parent=cast.nation, sub_kind=SubKind.TINH, level="ministry"
    )
    give_role(son, Role.OFFICER, other)

    with pytest.raises(ValidationError, match="do tỉnh khác"):
        end_assignment(ended, ends_on=dt.date(2030, 12, 31), by=cast.thu)


@pytest.mark.parametrize(
    ("who", "status"), [("thu", 200), ("root", 200), ("tuan", 403), ("nga", 403)]
)
@pytest.mark.parametrize("tail", ["", "phan-cong/"])
def test_people_pages_belong_to_administrators(client, cast, who, status, tail):
    client.force_login(getattr(cast, who))

    assert client.get(URL + tail).status_code == status


def test_people_lists_who_holds_what_and_finds_by_name(client, cast):
    client.force_login(cast.thu)

    everybody = client.get(URL).context["page"]
    found = client.get(URL, {"q": "Lò Thị"}).context["page"]

    assert everybody.paginator.count == 13
    assert [row.user for row in found] == [cast.lan]


def test_people_of_another_province_are_not_listed(client, cast):
    other = Unit.objects.create(kind=Kind.PROVINCE)
    other.versions.create(
        name="Tỉnh Nghệ An", path=f"/{cast.nation.pk}/{other.pk}/", managing_level="ministry"
    )
    admin = make_person("an")
    give_role(admin, Role.ADMINISTRATOR, other)
    client.force_login(admin)

    assert [row.user for row in client.get(URL).context["page"]] == [admin]
    held = Assignment.objects.get(user=cast.lan)
    assert client.get(f"{URL}{held.pk}/ket-thuc/").status_code == 404


def test_people_costs_the_same_for_one_row_and_for_thirty(
    client, cast, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(cast.thu)
    client.get(URL)
    with django_assert_max_num_queries(30) as first:
        client.get(URL)
    for number in range(30):
        give_role(make_person(f"p{number}"), Role.OFFICER, cast.na_meo)

    with django_assert_num_queries(len(first)):
        client.get(URL)


def test_role_is_given_and_ended_by_form(client, cast, son):
    client.force_login(cast.thu)
    typed = {"username": "SON", "role": "officer", "unit": cast.na_meo.pk, "starts_on": "1/3/2026"}

    assert client.post(URL + "phan-cong/", typed).url == URL
    given = Assignment.objects.get(user=son)
    assert client.post(f"{URL}{given.pk}/ket-thuc/", {"ends_on": "30/6/2026"}).url == URL

    given.refresh_from_db()
    assert (given.starts_on, given.ends_on) == (DAY, dt.date(2026, 6, 30))


def test_reporter_is_given_from_the_page_of_the_unit(client, cast, son):
    client.force_login(cast.thu)
    url = f"{URL}phan-cong/?don_vi={cast.che_lau.pk}"
    assert "Bản Ché Lầu, xã Na Mèo" in client.get(url).content.decode()
    typed = {
        "username": "son",
        "role": "reporter",
        "unit": cast.che_lau.pk,
        "starts_on": "1/3/2026",
    }

    assert client.post(url, typed).status_code == 302
    assert list(Unit.objects.visible_to(son)) == [cast.che_lau]


def test_form_shows_an_unknown_account_at_its_field(client, cast):
    client.force_login(cast.thu)
    typed = {
        "username": "nobody",
        "role": "officer",
        "unit": cast.na_meo.pk,
        "starts_on": "1/3/2026",
    }

    response = client.post(URL + "phan-cong/", typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["username"]
