"""The arithmetic of reports, without a database."""

import datetime as dt
from decimal import Decimal

import pytest

from reports.base import Column, ColumnKind, Found, Parameters, Report, Row, Share, build

PARAMS = Parameters(
    2026, 1, 2, "xã Na Mèo", is_authority=True, kinds=(),
    computed_at=dt.datetime(2026, 11, 14, 14, 32, tzinfo=dt.UTC),
)  # fmt: skip
COLUMNS = (
    Column("name", "Tên", is_row_name=True),
    Column("part", "Đạt", ColumnKind.WHOLE, "Số", is_summed=True),
    Column("whole", "Tất cả", ColumnKind.WHOLE, "Số", is_summed=True),
    Column("share", "Tỷ lệ", ColumnKind.PERCENT, part="part", whole="whole"),
)


def drawn_up(*rows, columns=COLUMNS):
    report = Report(
        "thu", "Thử", "", columns, lambda user, params: Found(rows, "Cơ sở"),
        total_label="Tổng {count}",
    )  # fmt: skip
    return build(report, user=None, params=PARAMS)


@pytest.mark.parametrize(
    ("part", "whole", "shown", "fraction"),
    [
        (24_999, 25_000, "99,9\u00a0%", "0.999"),
        (25_000, 25_000, "100,0\u00a0%", "1"),
        (1_399, 2_000, "69,9\u00a0%", "0.699"),
        (1_400, 2_000, "70,0\u00a0%", "0.7"),
        (2, 3, "66,6\u00a0%", "0.666"),
        (0, 3, "0,0\u00a0%", "0"),
        (1, 100_000, "0,0\u00a0%", "0"),
    ],
)
def test_share_is_cut_and_never_rounded_over_a_threshold(part, whole, shown, fraction):
    column = COLUMNS[3]

    assert column.text(Share(part, whole)) == shown
    assert Share(part, whole).fraction == Decimal(fraction)


def test_share_of_nothing_is_neither_none_nor_all():
    assert COLUMNS[3].text(Share(0, 0)) == "không có đơn vị"
    assert Share(0, 0).fraction is None


def test_totals_are_sums_and_their_share():
    table = drawn_up(
        Row({"name": "a", "part": 1, "whole": 2}), Row({"name": "b", "part": 1, "whole": 1})
    )

    assert [cell.text for cell in table.footer] == ["Tổng 2", "2", "3", "66,6\u00a0%"]
    assert [cell.text for cell in table.body[0].cells] == ["a", "1", "2", "50,0\u00a0%"]


def test_rows_that_do_not_count_are_shown_and_not_summed():
    table = drawn_up(
        Row({"name": "a", "part": 1, "whole": 2}),
        Row({"name": "b", "part": 5, "whole": 5}, is_counted=False),
    )

    assert [line.is_counted for line in table.body] == [True, False]
    assert [cell.text for cell in table.footer] == ["Tổng 1", "1", "2", "50,0\u00a0%"]


def test_unknown_numbers_are_dashes_and_do_not_count_as_nought():
    table = drawn_up(Row({"name": "a", "whole": 4}), Row({"name": "b", "part": 2, "whole": 2}))

    assert [cell.text for cell in table.body[0].cells] == ["a", "–", "4", "–"]
    assert table.total("part").value == 2


def test_report_without_rows_has_no_totals():
    table = drawn_up()

    assert [cell.text for cell in table.footer] == ["Tổng 0", "–", "–", "–"]


def test_neighbouring_columns_of_a_group_share_a_heading():
    assert [(group.label, len(group.columns)) for group in drawn_up().groups] == [
        ("", 1), ("Số", 2), ("", 1),
    ]  # fmt: skip


def test_file_is_named_by_slug_year_scope_and_day():
    assert drawn_up().file_stem == "thu-2026-xa-na-meo-20261114"


def test_percentage_of_an_unknown_column_is_refused():
    columns = (COLUMNS[0], Column("share", "", ColumnKind.PERCENT, part="part", whole="whole"))

    with pytest.raises(ValueError, match="no such column"):
        drawn_up(columns=columns)


def test_rows_must_have_a_name():
    with pytest.raises(ValueError, match="one column must name the rows"):
        drawn_up(columns=COLUMNS[1:])
