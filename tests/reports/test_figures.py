"""What the figures say, held against a count by plain SQL over the same rows."""

from dataclasses import replace

import pytest
from django.db import connection

from accounts.roles import Role
from evaluations.models import Evaluation, RecordedResult, RosterEntry
from evaluations.services.summaries import rebuild_summaries
from reports.base import Parameters, Share, build
from reports.definitions import REPORTS, UNIT_LIST, YEAR_RESULTS
from reports.selectors.scopes import grouped, scope_of
from tests.cast import give_role, make_person, version_of
from tests.reports.conftest import KINDS, YEAR, add_area
from units.models import EVALUATED_KINDS, Kind

pytestmark = pytest.mark.usefixtures("stage", "db")

PLAIN_SQL = """
SELECT unit.kind,
  count(*) AS considered,
  count(registration.id) FILTER (WHERE registration.status <> 'draft') AS registered,
  count(*) FILTER (WHERE r.status NOT IN ('draft', 'returned')) AS submitted,
  count(*) FILTER (WHERE r.status IN ('appraised', 'proposed', 'approved', 'decided')) AS appraised,
  count(*) FILTER (WHERE r.status = 'decided') AS decided,
  count(*) FILTER (WHERE r.decided_outcome = 'met') AS met,
  count(*) FILTER (WHERE r.decided_outcome = 'not_met') AS not_met,
  count(*) FILTER (WHERE c.decided_outcome = 'xuat_sac') AS xuat_sac,
  count(*) FILTER (WHERE c.decided_outcome = 'kha') AS kha,
  count(*) FILTER (WHERE c.decided_outcome = 'trung_binh') AS trung_binh,
  count(*) FILTER (WHERE c.decided_outcome = 'yeu') AS yeu,
  count(*) FILTER (WHERE c.status IS DISTINCT FROM 'decided') AS unclassified
FROM evaluations_roster roster
JOIN evaluations_rosterentry entry ON entry.roster_id = roster.id
JOIN units_unit unit ON unit.id = entry.unit_id
LEFT JOIN (evaluations_registration registration
  JOIN evaluations_season rs ON rs.id = registration.season_id AND rs.year = %(year)s
) ON registration.unit_id = unit.id
LEFT JOIN (evaluations_evaluation r JOIN evaluations_season s1
  ON s1.id = r.season_id AND s1.year = %(year)s AND s1.scheme = 'recognition'
) ON r.unit_id = unit.id
LEFT JOIN (evaluations_evaluation c JOIN evaluations_season s2
  ON s2.id = c.season_id AND s2.year = %(year)s AND s2.scheme = 'classification'
) ON c.unit_id = unit.id
WHERE roster.authority_id = %(unit)s AND roster.year = %(year)s AND entry.removed_at IS NULL
  AND entry.not_considered_reason = '' AND entry.coverage <> 'voluntary'
GROUP BY unit.kind
"""


def params_for(unit, now, kinds=KINDS, name="xã Na Mèo"):
    return Parameters(
        year=YEAR, unit_id=unit.pk, province_id=unit.province_id or unit.pk, unit_name=name,
        is_authority=unit.kind not in KINDS, kinds=tuple(kinds), computed_at=now,
        unit_kind=unit.kind, evaluated_kinds=EVALUATED_KINDS,
    )  # fmt: skip


def table_of(report, user, unit, now, **fields):
    rebuild_summaries(YEAR)
    return build(report, user=user, params=asked(report, unit, now, **fields))


def asked(report, unit, now, **fields):
    params = params_for(unit, now, **fields)
    return grouped(params) if report.is_grouped else params


def values(line):
    cells = getattr(line, "cells", line)
    return {cell.column.key: cell.value for cell in cells}


def texts(line):
    cells = getattr(line, "cells", line)
    return {cell.column.key: cell.text for cell in cells}


def plain_counts(unit):
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_SQL, {"unit": unit.pk, "year": YEAR})
        names = [column.name for column in cursor.description]
        return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in cursor.fetchall()}


def test_year_results_equal_a_plain_count(full_year, now):
    cast = full_year.cast

    table = table_of(YEAR_RESULTS, cast.hoa, cast.na_meo, now)

    counted = plain_counts(cast.na_meo)
    areas = {key: values(table.body[0])[key] for key in counted[Kind.RESIDENTIAL_AREA]}
    assert areas == counted[Kind.RESIDENTIAL_AREA]
    assert values(table.body[0])["met_share"] == Share(1, 6)
    assert table.total("considered").value == sum(row["considered"] for row in counted.values())


def test_year_results_say_what_they_find(full_year, now):
    cast = full_year.cast

    table = table_of(YEAR_RESULTS, cast.hoa, cast.na_meo, now)

    assert texts(table.body[0]) == {
        "kind": "Khu dân cư", "considered": "6", "registered": "3", "registered_share": "50,0\u00a0%",
        "submitted": "3", "appraised": "3", "decided": "2", "met": "1", "not_met": "1",
        "met_share": "16,6\u00a0%", "xuat_sac": "1", "kha": "2", "trung_binh": "0", "yeu": "0",
        "unclassified": "3", "remark": "",
    }  # fmt: skip


def test_kind_without_units_or_season_says_so(full_year, now):
    cast = full_year.cast

    rows = table_of(YEAR_RESULTS, cast.hoa, cast.na_meo, now).body
    found = {cell["kind"]: cell for cell in map(texts, rows)}

    assert found["Cơ quan"]["registered_share"] == "không có đơn vị"
    assert found["Cơ quan"]["met_share"] == "không có đơn vị"
    assert found["Cơ quan"]["remark"] == "Không có đơn vị"
    assert found["Cơ sở giáo dục"]["considered"] == "1"
    assert found["Cơ sở giáo dục"]["registered"] == "–"
    assert found["Cơ sở giáo dục"]["registered_share"] == "–"
    assert found["Cơ sở giáo dục"]["remark"] == "Chưa mở kỳ đánh giá"


def test_totals_rest_on_the_whole_list(full_year, now):
    cast = full_year.cast

    table = table_of(YEAR_RESULTS, cast.hoa, cast.na_meo, now)

    assert table.total("registered_share").value == Share(3, 7)
    assert table.total("kind").text == "Tổng cộng"
    assert table.basis == "Danh sách đơn vị thuộc diện đã chốt ngày 12/11/2026."
    assert table.notes == (
        "Không tính vào các tỷ lệ: 1 đơn vị không xét năm nay, 1 đơn vị tự nguyện tham gia.",
        "Phân loại phong trào: Bộ tiêu chí tạm thời, cần đối chiếu văn bản gốc.",
        "Đơn vị của loại hình chưa mở kỳ vẫn tính trong tổng số đơn vị thuộc diện.",
    )


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_list_that_is_not_frozen_or_not_there_is_named(report, full_year, now):
    cast = full_year.cast

    open_list = table_of(report, cast.nga, cast.son_thuy, now, name="xã Sơn Thủy")
    no_list = build(
        report,
        user=cast.nga,
        params=replace(asked(report, cast.son_thuy, now), year=YEAR - 1),
    )

    assert open_list.basis.startswith("Danh sách đơn vị thuộc diện chưa chốt")
    assert no_list.basis == "Chưa lập danh sách đơn vị thuộc diện năm 2025."


def test_unit_list_says_everything_of_a_unit(full_year, now):
    cast = full_year.cast

    table = table_of(UNIT_LIST, cast.hoa, cast.na_meo, now)
    found = {row["unit"]: row for row in map(texts, table.body)}

    assert found["Bản Hiềm"] | {"place": ""} == {
        "place": "", "unit": "Bản Hiềm", "kind": "Khu dân cư", "registered_on": "02/04/2026",
        "punctuality": "Sau Quý I", "households_registered": "24.999", "households_total": "25.000",
        "households_share": "99,9\u00a0%", "self_outcome": "Chưa đạt",
        "appraised_outcome": "Chưa đạt", "decided_outcome": "Chưa đạt",
        "decision": "05/QĐ-UBND", "issued_on": "13/11/2026", "self_points": "–", "points": "81,25",
        "class_outcome": "Khá", "class_decision": "06/QĐ-UBND", "class_issued_on": "13/11/2026",
        "remark": "",
    }  # fmt: skip
    assert found["Bản Na Pọng"]["punctuality"] == "Chưa đăng ký"
    assert found["Bản Sộp Huối"]["decided_outcome"] == "–"
    assert found["Bản Sộp Huối"]["households_share"] == "100,0\u00a0%"
    assert found["Trường TH&THCS Na Mèo"]["punctuality"] == ""


def test_unit_list_shows_who_is_not_counted(full_year, now):
    cast = full_year.cast

    table = table_of(UNIT_LIST, cast.hoa, cast.na_meo, now)
    left_out = {
        texts(line)["unit"]: texts(line)["remark"] for line in table.body if not line.is_counted
    }

    assert left_out == {
        "Bản Bo Hiềng": "Không xét năm nay: chưa có dân cư (đã thống nhất với UBND xã)",
        '=HYPERLINK("http://x")': "Tự nguyện tham gia",
    }
    assert table.total("unit").text == "Tổng cộng 7 đơn vị thuộc diện"
    assert table.total("households_total").value == 50_040
    assert table.total("households_share").text == "99,9\u00a0%"


def test_an_outcome_taken_back_is_told_beside_its_decision(full_year, now):
    cast = full_year.cast
    Evaluation.objects.filter(unit=cast.hiem, season__scheme="recognition").update(
        status="annulled", decided_outcome=""
    )

    table = table_of(UNIT_LIST, cast.hoa, cast.na_meo, now)
    found = {row["unit"]: row for row in map(texts, table.body)}["Bản Hiềm"]

    assert (found["decided_outcome"], found["decision"]) == ("–", "05/QĐ-UBND")
    assert found["remark"] == "Kết quả công nhận đã hủy bỏ"


@pytest.mark.parametrize("report", [YEAR_RESULTS, UNIT_LIST], ids=lambda one: one.slug)
def test_results_from_paper_are_named_where_they_are_not_counted(report, full_year, now):
    cast = full_year.cast
    RecordedResult.objects.create(
        unit=cast.che_lau, unit_version=version_of(cast.che_lau), province=cast.province,
        deciding_unit=cast.na_meo, year=YEAR, scheme="recognition", source="paper", outcome="met",
        decision_number="7/QĐ-UBND", decided_on=now.date(), organ="UBND xã Na Mèo",
        entered_at=now, entered_by=cast.lan,
    )  # fmt: skip

    notes = table_of(report, cast.hoa, cast.na_meo, now).notes

    assert any(note.startswith("1 đơn vị có kết quả nhập từ hồ sơ giấy") for note in notes)


def test_both_reports_come_to_the_same(full_year, now):
    cast = full_year.cast

    summed = table_of(YEAR_RESULTS, cast.hoa, cast.na_meo, now)
    listed = [
        values(line)
        for line in table_of(UNIT_LIST, cast.hoa, cast.na_meo, now).body
        if line.is_counted
    ]

    assert len(listed) == summed.total("considered").value
    assert sum(row["decided_outcome"] == "met" for row in listed) == summed.total("met").value
    assert sum(row["class_outcome"] == "kha" for row in listed) == summed.total("kha").value


def test_names_stand_in_vietnamese_order(year, now):
    cast = year.cast
    names = ("Đe", "Da", "Bản 10", "Bản 2", "Ấm", "Ăn", "Ao")
    RosterEntry.objects.filter(roster__authority=cast.na_meo).delete()
    year.list_units(cast.na_meo, *(add_area(cast.na_meo, name) for name in names))

    table = table_of(UNIT_LIST, cast.hoa, cast.na_meo, now)

    assert [texts(line)["unit"] for line in table.body] == [
        "Bản 2", "Bản 10", "Bản Ao", "Bản Ăn", "Bản Ấm", "Bản Da", "Bản Đe",
    ]  # fmt: skip


def test_units_managed_above_stand_in_the_report_of_their_authority(full_year, now):
    cast = full_year.cast

    own = table_of(UNIT_LIST, cast.tuan, cast.province, now, name="tỉnh Thanh Hóa")
    commune = table_of(UNIT_LIST, cast.tuan, cast.na_meo, now)

    assert [texts(line)["unit"] for line in own.body] == ["Trường THPT Quan Sơn 2"]
    assert "Trường THPT Quan Sơn 2" not in {texts(line)["unit"] for line in commune.body}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_outsider_finds_nothing_even_past_the_page(report, full_year, now):
    cast = full_year.cast

    table = table_of(report, cast.nga, cast.na_meo, now)

    assert all(not line.cells[1].value for line in table.body)


def test_viewer_of_schools_is_shown_schools_and_told_so(full_year, now):
    cast = full_year.cast
    viewer = make_person("giaoduc")
    give_role(viewer, Role.VIEWER, cast.province, kinds=[Kind.EDUCATIONAL_INSTITUTION])
    kinds = scope_of(viewer).kinds(version_of(cast.na_meo))

    table = table_of(YEAR_RESULTS, viewer, cast.na_meo, now, kinds=kinds)

    assert [texts(line)["kind"] for line in table.body] == ["Cơ sở giáo dục"]
    assert table.total("considered").value == 1
    assert "Chỉ gồm loại hình được phân công theo dõi: cơ sở giáo dục." in table.notes


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_queries_do_not_grow_with_the_units(report, full_year, now, django_assert_num_queries):
    cast, params = full_year.cast, asked(report, full_year.cast.na_meo, now)
    count = 4 if report.is_grouped else 5
    rebuild_summaries(YEAR)
    with django_assert_num_queries(count):
        build(report, user=cast.hoa, params=params)

    full_year.list_units(cast.na_meo, *(add_area(cast.na_meo, f"Mới {n}") for n in range(30)))
    rebuild_summaries(YEAR)

    with django_assert_num_queries(count):
        build(report, user=cast.hoa, params=params)
