"""Accounts kept by the administrator of a province: whose they are, and what nobody may do."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import ActivationLink, AuditEvent, User
from accounts.roles import Role
from accounts.services import NewAccount, link_for
from tests.cast import give_role, make_person, make_unit
from units.models import Assignment, Kind, SubKind, Unit
from units.selectors import kept_accounts
from units.services import assign_role, lock_person, open_person, renew_link, unlock_person

pytestmark = pytest.mark.usefixtures("stage", "db")

DAY = dt.date(2026, 1, 1)
URL = "/quan-tri/nguoi-dung/tai-khoan/"
TYPED = {
    "username": "Canbo.Moi", "full_name": "Lò Văn Mới", "position": "cán bộ", "phone": "0912"
}  # fmt: skip


@pytest.fixture
def elsewhere(cast):
    """Another province with its administrator."""
    province = make_unit(
        Kind.PROVINCE, "Thái Nguyên", parent=cast.nation, sub_kind=SubKind.TINH, level="ministry"
    )
    give_role(make_person("nam"), Role.ADMINISTRATOR, province)
    return province


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.thu)
    return client


def token_of(answer):
    return re.search(r"/kich-hoat/([\w-]+)/", answer.content.decode())[1]


def test_administrator_opens_an_account_and_hands_over_its_link(admin, cast):
    answer = admin.post(URL + "moi/", TYPED)

    person = User.objects.get(username="canbo.moi")
    assert answer.status_code == 200
    assert link_for(token_of(answer)).user == person
    assert (person.province_id, person.is_superuser, person.is_staff) == (
        cast.province.pk,
        False,
        False,
    )
    assert person in kept_accounts(cast.thu)
    events = AuditEvent.objects.filter(province_id=cast.province.pk)
    assert {event.act for event in events} == {"account.open", "account.link"}
    assert token_of(answer) not in str(list(events.values()))


def test_role_in_another_province_ends_the_link_that_was_handed_over(cast, elsewhere):
    issued = open_person(NewAccount("di.chuyen", "Lò Văn Di"), province=cast.province, by=cast.thu)
    person = issued.link.user

    assign_role(person, role=Role.OFFICER, unit=cast.na_meo, starts_on=DAY, by=cast.thu)
    assert link_for(issued.token)
    assign_role(person, role=Role.VIEWER, unit=elsewhere, starts_on=DAY, by=cast.root)
    assert link_for(issued.token) is None


def test_link_is_shown_once(admin):
    token = token_of(admin.post(URL + "moi/", TYPED))
    person = User.objects.get(username="canbo.moi")

    assert token not in admin.get(f"{URL}{person.pk}/").content.decode()
    assert token not in admin.get(URL).content.decode()
    assert token not in admin.get(f"{URL}{person.pk}/lien-ket/").content.decode()
    assert ActivationLink.objects.count() == 1


@pytest.mark.parametrize(
    "tampered",
    [
        {"is_superuser": "on", "is_staff": "on"},
        {"province": "1"},
        {"province_id": "1"},
        {"role": "administrator"},
    ],
)
def test_form_takes_nothing_that_it_does_not_show(admin, cast, tampered):
    admin.post(URL + "moi/", {**TYPED, **tampered})

    person = User.objects.get(username="canbo.moi")
    assert (person.is_superuser, person.is_staff, person.province_id) == (
        False,
        False,
        cast.province.pk,
    )
    assert not Assignment.objects.filter(user=person).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "LAN"}, "username"),
        ({"username": "có dấu"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": ""}, "username"),
        ({"full_name": "  "}, "full_name"),
    ],
)
def test_form_says_what_is_wrong(admin, changed, field):
    answer = admin.post(URL + "moi/", {**TYPED, **changed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_superuser_chooses_the_province_and_nobody_opens_for_another(client, cast, elsewhere):
    client.force_login(cast.root)
    assert client.post(URL + "moi/", TYPED).status_code == 422
    client.post(URL + "moi/", {**TYPED, "province": elsewhere.pk})

    assert User.objects.get(username="canbo.moi").province_id == elsewhere.pk
    with pytest.raises(Unit.DoesNotExist):
        open_person(NewAccount("x.y.z", "X"), province=elsewhere, by=cast.thu)
    for who in (cast.thu, cast.tuan):
        with pytest.raises(PermissionDenied):
            open_person(NewAccount("x.y.z", "X"), province=None, by=who)
    with pytest.raises(PermissionDenied):
        open_person(NewAccount("x.y.z", "X"), province=cast.province, by=cast.tuan)


TAILS = ("", "sua/", "lien-ket/", "khoa/", "mo-khoa/")


@pytest.mark.parametrize("tail", TAILS)
def test_accounts_of_others_are_not_found(client, cast, elsewhere, tail):
    nobody_s = make_person("nobody.s")
    theirs = make_person("theirs", province_id=elsewhere.pk)
    both = make_person("both", province_id=cast.province.pk)
    give_role(both, Role.ANALYST, cast.province)
    give_role(both, Role.ANALYST, elsewhere, ends_on=None)
    client.force_login(cast.thu)

    for person in (nobody_s, theirs, both, cast.root, User.objects.get(username="nam")):
        page = f"{URL}{person.pk}/{tail}"
        assert client.get(page).status_code == 404, person
        assert client.post(page, {"reason": "x", "full_name": "x"}).status_code in (404, 405), (
            person
        )
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("tail", TAILS)
def test_one_s_own_account_is_refused_with_the_reason(admin, cast, tail):
    answer = admin.get(f"{URL}{cast.thu.pk}/{tail}")

    assert answer.status_code == 403
    assert "của mình" in answer.content.decode()
    for act in (renew_link, unlock_person):
        with pytest.raises(PermissionDenied):
            act(cast.thu, by=cast.thu)


@pytest.mark.parametrize("who", ["lan", "hoa", "tuan", "nga"])
@pytest.mark.parametrize("tail", ["", "moi/"])
def test_pages_belong_to_administrators(client, cast, who, tail):
    client.force_login(getattr(cast, who))

    assert client.get(URL + tail).status_code == 403
    assert client.post(URL + "moi/", TYPED).status_code == 403
    assert not User.objects.filter(username="canbo.moi").exists()


def test_administrator_of_another_province_keeps_none_of_these(client, cast, elsewhere):
    nam = User.objects.get(username="nam")
    client.force_login(nam)

    assert list(kept_accounts(nam)) == []
    with pytest.raises(User.DoesNotExist):
        renew_link(cast.lan, by=nam)
    with pytest.raises(User.DoesNotExist):
        lock_person(cast.lan, reason="x", by=nam)
    page = f"{URL}{cast.lan.pk}/khoa/"
    assert client.post(page, {"reason": "x"}).status_code == 404


def test_account_of_another_province_is_given_no_role(cast, elsewhere):
    nam = User.objects.get(username="nam")

    with pytest.raises(ValidationError) as refused:
        assign_role(cast.lan, role=Role.ANALYST, unit=elsewhere, starts_on=DAY, by=nam)

    assert list(refused.value.message_dict) == ["user"]


def test_role_on_a_unit_outside_is_not_offered_nor_taken(client, cast, elsewhere):
    nam = User.objects.get(username="nam")
    person = make_person("cua.nam", province_id=elsewhere.pk)
    client.force_login(nam)
    typed = {
        "username": person.username, "role": "approver", "unit": cast.na_meo.pk, "starts_on": "1/3/2026"
    }  # fmt: skip

    answer = client.post("/quan-tri/nguoi-dung/phan-cong/", typed)

    assert answer.status_code in (404, 422)
    assert not Assignment.objects.filter(user=person).exists()


def test_administrator_appoints_another_but_not_themselves(cast):
    other = make_person("phu", province_id=cast.province.pk)

    assign_role(other, role=Role.ADMINISTRATOR, unit=cast.province, starts_on=DAY, by=cast.thu)
    with pytest.raises(ValidationError):
        assign_role(cast.thu, role=Role.APPROVER, unit=cast.na_meo, starts_on=DAY, by=cast.thu)


def test_lock_ends_the_session_and_the_link_and_unlock_gives_no_new_one(client, admin, cast):
    issued = renew_link(cast.lan, by=cast.thu)
    other = client.__class__()
    other.force_login(cast.lan)
    assert other.get("/").status_code == 200
    page = f"{URL}{cast.lan.pk}/"

    assert admin.post(page + "khoa/", {"reason": ""}).status_code == 422
    assert admin.post(page + "khoa/", {"reason": "nghỉ hưu"}).url == page
    assert other.get("/").status_code == 302
    assert link_for(issued.token) is None
    assert admin.post(page + "lien-ket/").status_code == 302
    admin.post(page + "mo-khoa/")

    cast.lan.refresh_from_db()
    assert cast.lan.is_active
    assert link_for(issued.token) is None
    acts = list(AuditEvent.objects.order_by("sequence").values_list("act", flat=True))
    assert acts == ["account.link", "account.lock", "account.unlock"]
    assert AuditEvent.objects.get(act="account.lock").details["reason"] == "nghỉ hưu"


def test_renewed_link_is_another_and_the_first_is_void(admin, cast):
    page = f"{URL}{cast.lan.pk}/lien-ket/"
    first, second = token_of(admin.post(page)), token_of(admin.post(page))

    assert first != second
    assert link_for(first) is None
    assert link_for(second).user == cast.lan
    cast.lan.refresh_from_db()
    assert cast.lan.province_id == cast.province.pk


def test_looking_changes_nothing(admin, cast):
    for tail in TAILS:
        assert admin.get(f"{URL}{cast.lan.pk}/{tail}").status_code == 200

    assert not ActivationLink.objects.exists()
    assert not AuditEvent.objects.exists()


def test_review_marks_who_holds_two_roles(admin, cast):
    give_role(cast.lan, Role.APPRAISER, cast.na_meo)

    rows = {row.person.username: row for row in admin.get(URL).context["rows"]}
    two = admin.get(URL, {"trang_thai": "hai-vai-tro"}).context["rows"]

    assert (rows["lan"].role_count, rows["minh"].role_count) == (2, 1)
    assert {row.person.username for row in two} == {"lan", "nga"}
    assert "thu" not in rows
    assert "root" not in rows


def test_name_position_and_phone_are_corrected(admin, cast):
    page = f"{URL}{cast.lan.pk}/"

    admin.post(page + "sua/", {"full_name": "Lò  Thị Lan Anh", "username": "other", "phone": "09"})

    cast.lan.refresh_from_db()
    assert (cast.lan.username, cast.lan.full_name, cast.lan.phone) == (
        "lan",
        "Lò Thị Lan Anh",
        "09",
    )
    details = AuditEvent.objects.get().details
    assert details["before"]["full_name"] == "Lò Thị Lan"


def test_list_costs_the_same_for_few_and_many(
    admin, cast, django_assert_num_queries, django_assert_max_num_queries
):
    admin.get(URL)
    with django_assert_max_num_queries(20) as first:
        admin.get(URL)
    for number in range(30):
        give_role(make_person(f"p{number}"), Role.OFFICER, cast.na_meo)

    with django_assert_num_queries(len(first)):
        admin.get(URL)
