"""The year's list of units: who may change it, and what a change must say."""

import pytest

from accounts.roles import Role
from evaluations.models import Roster, RosterEntry
from evaluations.services.rosters import freeze_roster
from tests import story
from tests.cast import give_role, make_person, make_unit, version_of
from tests.pages import address, words
from units.models import EnterpriseSize, Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")


@pytest.fixture
def roster_url(cast, open_year):
    return address("roster", story.year())


def entry_of(unit):
    return RosterEntry.objects.get(unit=unit)


def entry_url(unit, **query):
    return address("roster_entry", story.year(), entry_of(unit).pk, **query)


def frozen(cast):
    return freeze_roster(Roster.objects.get(authority=cast.na_meo), by=cast.minh)


@pytest.mark.parametrize(
    ("name", "status"), [("lan", 200), ("minh", 200), ("van", 200), ("tuan", 200), ("nga", 404)]
)
def test_list_is_seen_in_scope(cast, roster_url, as_, name, status):
    url = f"{roster_url}?xa={cast.na_meo.pk}"

    assert as_(getattr(cast, name)).get(url).status_code == status


@pytest.mark.parametrize(("year", "http_code"), [(2, 200), (9998, 200), (0, 404), (10**4, 404)])
@pytest.mark.parametrize("name", ["roster", "sheet"])
def test_a_far_year_is_an_empty_one_and_beyond_the_calendar_is_none(
    cast, as_, name, year, http_code
):
    assert (
        as_(cast.thu).get(address(name, 2222).replace("2222", str(year))).status_code == http_code
    )


def test_list_follows_the_register_until_frozen(cast, roster_url, as_):
    make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)

    page = words(as_(cast.lan).get(roster_url))

    assert "Bản Mới" in page
    assert "Mọi khu dân cư đều thuộc diện." in page
    assert "Chưa chốt" in page


def test_only_the_appraiser_is_offered_to_freeze(cast, roster_url, as_):
    freeze = address("roster_freeze", story.year())

    assert freeze not in words(as_(cast.lan).get(roster_url))
    assert freeze in words(as_(cast.minh).get(roster_url))
    assert as_(cast.lan).get(freeze).status_code == 403
    assert as_(cast.lan).post(freeze).status_code == 403


def test_freezing_says_what_it_means_and_is_kept(cast, roster_url, as_):
    client, url = as_(cast.minh), address("roster_freeze", story.year())

    asked = words(client.get(url))
    client.post(url)

    assert "mẫu số của mọi tỷ lệ" in asked
    assert "Bản Ché Lầu" in asked
    assert Roster.objects.get(authority=cast.na_meo).is_frozen
    assert "Phạm Văn Minh chốt lúc" in words(client.get(roster_url))


def test_unit_is_left_out_with_a_reason_and_taken_back(cast, roster_url, as_):
    client = as_(cast.minh)

    silent = client.post(entry_url(cast.hiem), {"reason": "", "note": ""})
    client.post(entry_url(cast.hiem), {"reason": "founded_late", "note": "Bản mới lập tháng 9."})
    left_out = entry_of(cast.hiem).not_considered_reason
    client.post(entry_url(cast.hiem, viec="xet-lai"))

    assert silent.status_code == 422
    assert "Chọn một lý do." in words(silent)
    assert left_out == "founded_late"
    assert entry_of(cast.hiem).not_considered_reason == ""


def test_frozen_list_changes_only_with_a_reason(cast, roster_url, as_):
    frozen(cast)
    new = make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    client, add = as_(cast.minh), address("roster_add", story.year())

    silent = client.post(add, {"unit": new.pk, "reason": ""})
    client.post(add, {"unit": new.pk, "reason": "QĐ 12/QĐ-UBND thành lập bản."})
    client.post(entry_url(cast.hiem, viec="dua-ra"), {"reason": "Giải thể theo NQ 5."})

    assert silent.status_code == 422
    assert "ghi lý do và văn bản làm căn cứ" in words(silent)
    assert entry_of(new).change_reason == "QĐ 12/QĐ-UBND thành lập bản."
    assert entry_of(cast.hiem).removed_at is not None
    assert "Giải thể theo NQ 5." in words(client.get(roster_url))


def test_unit_of_another_commune_cannot_be_added(cast, roster_url, as_):
    frozen(cast)

    answer = as_(cast.minh).post(
        address("roster_add", story.year()), {"unit": cast.thuy_thanh.pk, "reason": "Thử."}
    )

    assert answer.status_code == 422
    assert "không thuộc thẩm quyền" in words(answer)


def test_entry_of_another_commune_is_not_found(cast, roster_url, as_):
    assert as_(cast.nga).get(entry_url(cast.hiem)).status_code == 404
    assert as_(cast.tuan).get(entry_url(cast.hiem, xa=cast.na_meo.pk)).status_code == 403


def enterprise(cast, commune="na_meo"):
    return make_unit(
        Kind.ENTERPRISE, "Công ty Luồng", parent=getattr(cast, commune),
        sub_kind=SubKind.ENTERPRISE, enterprise_size=EnterpriseSize.UNKNOWN,
    )  # fmt: skip


def test_unknown_size_is_settled_on_the_page_before_freezing(cast, roster_url, as_):
    unit, client = enterprise(cast), as_(cast.minh)
    settle = address("roster_settle", story.year(), unit.pk)

    before = words(client.get(roster_url))
    refused = words(client.post(address("roster_freeze", story.year()), follow=True))
    settled = words(client.post(settle, {"value": "medium"}, follow=True))

    assert f"/don-vi/{unit.pk}/" in before
    assert settle in before
    assert "Doanh nghiệp: không có đơn vị" not in before
    assert "Còn 1 đơn vị chưa xác định thuộc diện" in refused
    assert version_of(unit).enterprise_size == "medium"
    assert entry_of(unit).coverage == "covered"
    assert "Chưa xác định thuộc diện" not in settled


def test_settling_offers_sizes_only_and_only_to_who_keeps_units(cast, roster_url, as_):
    unit = enterprise(cast)
    settle = address("roster_settle", story.year(), unit.pk)

    odd = words(as_(cast.minh).post(settle, {"value": "unknown"}, follow=True))

    assert "chọn một mục trong danh sách" in odd
    assert as_(cast.van).post(settle, {"value": "small"}).status_code == 403
    assert as_(cast.nga).post(settle, {"value": "small"}).status_code == 404
    assert version_of(unit).enterprise_size == "unknown"


def test_unit_founded_after_the_freeze_is_offered_both_ways(cast, roster_url, as_):
    frozen(cast)
    new = make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    client, add = as_(cast.minh), address("roster_add", story.year())

    page = words(client.get(roster_url))
    client.post(add, {"unit": new.pk, "reason": "QĐ 12 thành lập bản.", "is_left_out": "on"})

    assert f"{add}?don_vi={new.pk}" in page
    assert f"{add}?don_vi={new.pk}&amp;moi=1" in page
    assert entry_of(new).not_considered_reason == "founded_late"
    assert "chưa có trong danh sách đã chốt" not in words(client.get(roster_url))


def test_units_missing_on_a_frozen_list_are_named_to_who_sees_them(cast, roster_url, as_):
    frozen(cast)
    make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    of_one_kind = make_person("theo.doi", "Vi Văn Dõi")
    give_role(of_one_kind, Role.VIEWER, cast.na_meo, kinds=[Kind.AGENCY])

    assert "Bản Mới" in words(as_(cast.minh).get(roster_url))
    page = as_(of_one_kind).get(roster_url)
    assert (page.status_code, "Bản Mới" in words(page)) == (200, False)


def test_kinds_without_units_are_said_to_have_none(cast, roster_url, as_):
    page = words(as_(cast.minh).get(roster_url))

    assert "Khu dân cư: 2" in page
    assert "Cơ quan: không có đơn vị" in page


def test_merged_unit_has_its_own_reason(cast, roster_url, as_):
    client = as_(cast.minh)

    asked = words(client.get(entry_url(cast.hiem)))
    client.post(entry_url(cast.hiem), {"reason": "merged", "note": "NQ 5: nhập vào bản Ché Lầu."})

    assert "Đã sáp nhập, chia tách trong kỳ" in asked
    assert entry_of(cast.hiem).not_considered_reason == "merged"
