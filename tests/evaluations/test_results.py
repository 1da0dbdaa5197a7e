"""Outcomes decided elsewhere, and those of earlier years from paper."""

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from evaluations.models import RecordedResult, Roster, RosterEntry
from evaluations.models.results import ResultSource
from evaluations.services import result_imports
from evaluations.services.result_imports import (
    COLUMNS,
    import_results,
    read_results,
    result_template,
)
from evaluations.services.results import (
    ResultFacts,
    correct_result,
    record_external,
    strike_out_result,
)
from evaluations.services.seasons import lock_season
from tests import story
from tests.cast import make_unit
from units.coverage import Coverage, Scheme
from units.models import Kind, ManagingLevel, SubKind
from units.services import rename_unit

pytestmark = pytest.mark.django_db

FACTS = ResultFacts(
    2025, Scheme.RECOGNITION, "met", "1234/QĐ-BCA", dt.date(2025, 12, 1), "Bộ trưởng Bộ Công an"
)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def bank(cast):
    return make_unit(
        Kind.AGENCY, "Chi nhánh Ngân hàng Nhà nước", parent=cast.na_meo,
        sub_kind=SubKind.STATE_BODY, level=ManagingLevel.MINISTRY,
    )  # fmt: skip


# Decided by the Minister -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["binh", "tuan"])
def test_province_records_what_the_minister_decided(cast, bank, name):
    row = record_external(bank, facts=FACTS, by=getattr(cast, name))

    assert (row.source, row.outcome, row.entered_by) == ("external", "met", getattr(cast, name))
    assert (row.province, row.unit_version.name) == (cast.province, "Chi nhánh Ngân hàng Nhà nước")
    event = AuditEvent.objects.get(act="result.record")
    assert event.details["decision_number"] == "1234/QĐ-BCA"
    assert not RosterEntry.objects.exists()


@pytest.mark.parametrize("name", ["lan", "minh", "hoa", "duc", "mai", "thu", "root"])
def test_nobody_else_records_it(cast, bank, name):
    with pytest.raises(PermissionDenied):
        record_external(bank, facts=FACTS, by=getattr(cast, name))


def test_unit_with_a_file_here_is_not_recorded_as_external(cast):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THPT Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip

    with pytest.raises(TransitionRefused, match="không ghi nhận từ nơi khác"):
        record_external(school, facts=FACTS, by=cast.binh)


def test_year_decided_here_is_not_recorded_again_once_the_ministry_follows_the_unit(cast):
    with time_machine.travel(dt.datetime(2025, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        story.open_seasons(cast)
        story.issued([cast.che_lau], cast)
    cast.che_lau.versions.update(managing_level=ManagingLevel.MINISTRY)

    with pytest.raises(TransitionRefused, match="năm 2025 đã có quyết định trong cổng"):
        record_external(cast.che_lau, facts=FACTS, by=cast.binh)


def test_second_recording_of_one_year_is_refused(cast, bank):
    record_external(bank, facts=FACTS, by=cast.binh)

    with pytest.raises(TransitionRefused, match="đã ghi kết quả năm 2025"):
        record_external(bank, facts=FACTS, by=cast.tuan)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 2021), ("year", 2027), ("outcome", "kha"), ("decision_number", " "), ("organ", ""),
        ("decided_on", dt.date(2024, 12, 31)), ("decided_on", dt.date(2026, 11, 11)),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_field(cast, bank, field, value):
    values = {name: getattr(FACTS, name) for name in FACTS.__slots__} | {field: value}

    with pytest.raises(ValidationError) as caught:
        record_external(bank, facts=ResultFacts(**values), by=cast.binh)

    assert field in caught.value.message_dict


def test_correction_says_why_and_keeps_what_was_said_before(cast, bank):
    row = record_external(bank, facts=FACTS, by=cast.binh)
    other = ResultFacts(
        2025, Scheme.RECOGNITION, "not_met", "1235/QĐ-BCA", FACTS.decided_on, FACTS.organ
    )

    with pytest.raises(ValidationError, match="Ghi lý do"):
        correct_result(row, facts=other, reason=" ", by=cast.tuan)
    correct_result(row, facts=other, reason="Gõ nhầm số", by=cast.tuan)

    row.refresh_from_db()
    assert (row.outcome, row.decision_number, row.entered_by) == (
        "not_met",
        "1235/QĐ-BCA",
        cast.tuan,
    )
    details = AuditEvent.objects.get(act="result.correct").details
    assert (details["before"]["decision_number"], details["reason"]) == (
        "1234/QĐ-BCA",
        "Gõ nhầm số",
    )


def test_struck_out_result_stays_in_the_log(cast, bank):
    row = record_external(bank, facts=FACTS, by=cast.binh)

    with pytest.raises(PermissionDenied):
        strike_out_result(row, reason="Nhầm đơn vị", by=cast.lan)
    strike_out_result(row, reason="Nhầm đơn vị", by=cast.binh)

    assert not RecordedResult.objects.exists()
    details = AuditEvent.objects.get(act="result.strike_out").details
    assert (details["before"]["outcome"], details["reason"]) == ("met", "Nhầm đơn vị")


# From paper ------------------------------------------------------------------------------------

ROW = ("Bản Ché Lầu", "xã Na Mèo", "Khu dân cư", 2024, "Công nhận", "Đạt", "12/QĐ-UBND",
       "20/11/2024", "UBND xã Na Mèo")  # fmt: skip


def row(**changes):
    names = [column.name for column in COLUMNS]
    return [changes.get(name, value) for name, value in zip(names, ROW, strict=True)]


def sheet(*rows):
    book = load_workbook(BytesIO(result_template()))
    for one in rows:
        book.worksheets[0].append(one)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def problems(cast, *rows, by=None):
    return read_results(sheet(*rows), by=by or cast.lan).problems


def test_filled_template_is_written_and_marked_as_paper(cast):
    rows = [row(), row(scheme="Phân loại", outcome="Khá"), row(name="Bản Hiềm", outcome="chưa đạt")]

    done = import_results(sheet(*rows), by=cast.lan)

    assert (len(done.new), done.same_count) == (3, 0)
    found = {(one.unit, one.scheme): one for one in RecordedResult.objects.all()}
    assert found[cast.che_lau, "classification"].outcome == "kha"
    assert found[cast.hiem, "recognition"].outcome == "not_met"
    assert {one.source for one in found.values()} == {ResultSource.PAPER}
    assert {one.decided_on for one in found.values()} == {dt.date(2024, 11, 20)}
    assert AuditEvent.objects.filter(act="result.record").count() == 3


def test_paper_outcomes_bring_the_list_of_that_year(cast):
    import_results(sheet(row(), row(scheme="Phân loại", outcome="Khá")), by=cast.lan)

    entry = RosterEntry.objects.get()
    assert (entry.unit, entry.roster.year, entry.roster.authority) == (
        cast.che_lau,
        2024,
        cast.na_meo,
    )
    assert entry.coverage_reason == "Nhập từ hồ sơ giấy"


def test_paper_outcomes_list_nobody_beyond_the_circular_and_the_voluntary_as_such(cast):
    make_unit(
        Kind.EDUCATIONAL_INSTITUTION,
        "Tiểu học Na Mèo",
        parent=cast.na_meo,
        sub_kind=SubKind.PRIMARY,
    )
    make_unit(Kind.ENTERPRISE, "HTX Na Mèo", parent=cast.na_meo, sub_kind=SubKind.COOPERATIVE)

    import_results(
        sheet(
            row(name="Tiểu học Na Mèo", kind="Cơ sở giáo dục"),
            row(name="HTX Na Mèo", kind="Doanh nghiệp"),
        ),
        by=cast.lan,
    )

    assert RecordedResult.objects.count() == 2
    entry = RosterEntry.objects.get()
    assert (entry.unit_version.name, entry.coverage) == ("HTX Na Mèo", Coverage.VOLUNTARY)


def test_paper_outcomes_leave_a_frozen_list_alone(cast):
    import_results(sheet(row()), by=cast.lan)
    entry = RosterEntry.objects.get()
    entry.removed_at = entry.changed_at = timezone.now()
    entry.changed_by, entry.change_reason = cast.minh, "Không thuộc diện"
    entry.save()
    Roster.objects.update(frozen_at=timezone.now(), frozen_by=cast.minh)

    import_results(sheet(row(scheme="Phân loại", outcome="Khá"), row(name="Bản Hiềm")), by=cast.lan)

    entry.refresh_from_db()
    assert (RosterEntry.objects.count(), entry.removed_at is None) == (1, False)
    assert RecordedResult.objects.count() == 3


def test_two_who_write_the_same_file_at_once_write_it_once(cast, monkeypatch):
    found = read_results(sheet(row()), by=cast.lan)
    import_results(sheet(row()), by=cast.lan)
    monkeypatch.setattr(result_imports, "read_results", lambda *_, **__: found)

    with pytest.raises(ValidationError, match="vừa có người ghi"):
        import_results(sheet(row()), by=cast.lan)

    assert RecordedResult.objects.count() == 1


def test_dry_run_writes_nothing(cast):
    found = read_results(sheet(row()), by=cast.lan)

    assert (len(found.new), found.problems) == (1, [])
    assert not RecordedResult.objects.exists()


def test_second_upload_changes_nothing(cast):
    import_results(sheet(row()), by=cast.lan)
    events = AuditEvent.objects.count()

    again = import_results(sheet(row()), by=cast.lan)

    assert (len(again.new), again.same_count) == (0, 1)
    assert RecordedResult.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_one_wrong_row_keeps_all_from_being_written(cast):
    with pytest.raises(ValidationError) as caught:
        import_results(sheet(row(), row(name="Bản Hiềm", outcome="Tốt")), by=cast.lan)

    assert caught.value.messages == ["Dòng 3, cột “Kết quả”: “Tốt” không phải là kết quả."]
    assert not RecordedResult.objects.exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "Bản Lạ"}, "Dòng 2, cột “Tên đơn vị”: không thấy đơn vị"),
        ({"place": "xã Khác"}, "Dòng 2, cột “Tên đơn vị”: không thấy đơn vị"),
        ({"kind": "Trường"}, "Dòng 2, cột “Loại hình”: không có loại hình “Trường”."),
        ({"year": "hai"}, "Dòng 2, cột “Năm”: “hai” không phải là số."),
        ({"year": 2021}, "Dòng 2, cột “Năm”: Ghi năm từ 2022 đến 2026."),
        ({"year": 2026, "decided_on": "9/11/2026"}, "Dòng 2: kỳ năm 2026 đang làm trong cổng"),
        ({"scheme": "Thi đua"}, "Dòng 2, cột “Chế độ”: ghi “Công nhận” hoặc “Phân loại”."),
        ({"outcome": "Khá"}, "Dòng 2, cột “Kết quả”: Kết quả không thuộc chế độ này."),
        ({"decided_on": "31/11/2024"}, "Dòng 2, cột “Ngày quyết định”: Không có ngày 31/11/2024"),
        ({"decided_on": "20/11/2023"}, "Dòng 2, cột “Ngày quyết định”: Quyết định của năm 2024"),
        ({"decision_number": "x" * 61}, "Dòng 2, cột “Số quyết định”: Dài quá 60 ký tự."),
        ({"organ": "x" * 201}, "Dòng 2, cột “Cơ quan quyết định”: Dài quá 200 ký tự."),
        ({"year": 10**14, "decided_on": "20/11"}, "Dòng 2, cột “Ngày quyết định”: Không có ngày"),
        ({"organ": None}, "Dòng 2, cột “Cơ quan quyết định”: để trống."),
    ],
)
def test_each_mistake_is_named_by_row_and_column(cast, changes, expected):
    found = problems(cast, row(**changes))

    assert len(found) == 1
    assert found[0].startswith(expected)


def test_same_outcome_twice_in_a_file_is_named(cast):
    assert problems(cast, row(), row()) == ["Dòng 3: trùng với dòng 2."]


def test_another_outcome_than_the_recorded_one_is_named(cast):
    import_results(sheet(row()), by=cast.lan)

    found = problems(cast, row(outcome="Chưa đạt"))

    assert found == [
        "Dòng 2: đã ghi khác: Đạt tiêu chuẩn, số 12/QĐ-UBND; sửa ở trang Kết quả đã ghi."
    ]


def test_year_decided_or_open_here_is_refused(cast):
    with time_machine.travel(dt.datetime(2025, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        seasons = story.open_seasons(cast)
        story.issued([cast.che_lau], cast)
    of_2025 = {"year": 2025, "decided_on": "20/11/2025"}

    assert problems(cast, row(**of_2025)) == ["Dòng 2: năm 2025 đã có quyết định trong cổng."]
    hiem = row(name="Bản Hiềm", **of_2025)
    assert problems(cast, hiem) == [
        "Dòng 2: kỳ năm 2025 đang làm trong cổng, không nhập từ hồ sơ giấy."
    ]
    for season in seasons.values():
        lock_season(season, by=cast.thu)
    assert problems(cast, hiem) == []


def test_outsider_finds_no_unit_and_the_province_may_not_write_for_it(cast):
    assert "không thấy đơn vị" in problems(cast, row(), by=cast.nga)[0]
    assert "đúng cấp có thẩm quyền" in problems(cast, row(), by=cast.tuan)[0]


def test_province_writes_for_its_communes(cast):
    commune = row(name="Xã Na Mèo", place=None, kind="Xã, phường, đặc khu", organ="UBND tỉnh")

    import_results(sheet(commune), by=cast.binh)

    assert RecordedResult.objects.get().unit == cast.na_meo
    assert RosterEntry.objects.get().roster.authority == cast.province


def test_unit_is_found_by_a_former_name(cast):
    rename_unit(
        cast.che_lau, name="Ché Lầu Mới", on=dt.date(2026, 6, 1), legal_act="NQ 1", by=cast.lan
    )

    import_results(sheet(row()), by=cast.lan)

    found = RecordedResult.objects.get()
    assert (found.unit, found.unit_version.name) == (cast.che_lau, "Bản Ché Lầu")


def test_units_of_one_name_are_told_apart_by_their_place(cast):
    make_unit(Kind.RESIDENTIAL_AREA, "Ché Lầu", parent=cast.son_thuy, sub_kind=SubKind.BAN)

    assert "2 đơn vị cùng tên" in problems(cast, row(place=None), by=cast.tuan)[0]
    assert problems(cast, row(place="Na Mèo")) == []
