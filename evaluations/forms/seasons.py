"""The dates of a season, offered from its criteria set, and the set it rests on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from antq_portal.lib.fields import DayField
from criteria.models import CriteriaSet
from units.coverage import Scheme

from ..services.seasons import DATES

LEGAL: Final = {
    "window_from": "TT 124 Điều 8; QĐ 510 Điều 10",
    "window_to": "TT 124 Điều 8; QĐ 510 Điều 10",
    "register_by": "TT 124 Điều 4 đến Điều 7: trong Quý I",
    "submit_by": "mốc của tỉnh",
    "decide_before": "TT 124 Điều 9; QĐ 510 Điều 11",
}


class SeasonDatesForm(forms.Form):
    """The five dates of one season; late is marked, only a locked season refuses."""

    window_from = DayField(
        label="Kỳ tính từ ngày", error_messages={"required": "Ghi ngày đầu của kỳ."}
    )
    window_to = DayField(
        label="Kỳ tính đến hết ngày", error_messages={"required": "Ghi ngày cuối của kỳ."}
    )
    register_by = DayField(label="Đăng ký chậm nhất ngày", required=False)
    submit_by = DayField(
        label="Gửi hồ sơ chậm nhất ngày",
        required=False,
        help_text="Mốc riêng của tỉnh; để trống nếu không đặt.",
    )
    decide_before = DayField(
        label="Quyết định trước ngày",
        help_text="Văn bản ghi “trước ngày”: ngày cuối được ban hành là ngày liền trước.",
        error_messages={"required": "Ghi hạn quyết định."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        scheme: str,
        year: int,
        initial: Mapping[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=initial, prefix=prefix)
        self.scheme = scheme
        for name in DATES:
            self.fields[name].year = year
        if scheme == Scheme.CLASSIFICATION:
            del self.fields["register_by"]

    def clean(self) -> dict[str, Any]:
        """Hold the dates against each other, each problem at its field."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("window_from"), cleaned.get("window_to")
        if first and last and last <= first:
            self.add_error("window_to", "Ngày cuối của kỳ phải sau ngày đầu.")
        limit = cleaned.get("decide_before")
        if last and limit and limit <= last:
            self.add_error("decide_before", "Hạn quyết định phải sau ngày cuối của kỳ.")
        by = cleaned.get("register_by")
        if self.scheme == Scheme.RECOGNITION and not by and "register_by" not in self.errors:
            self.add_error("register_by", "Ghi hạn đăng ký (Quý I, TT 124 Điều 4).")
        return cleaned

    def dates(self) -> dict[str, dt.date]:
        return {name: self.cleaned_data.get(name) for name in DATES}

    @property
    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """The date fields with the rule's place in the law."""
        return [(self[name], LEGAL[name]) for name in DATES if name in self.fields]


class OpenSeasonForm(SeasonDatesForm):
    """A new season: dates, and a tick that a provisional set is known to be one."""

    knows = forms.BooleanField(
        label="Tôi biết đây là bộ tiêu chí tạm thời",
        required=False,
        help_text="Điểm và mức xếp loại chưa đối chiếu văn bản gốc; mọi trang, mọi văn bản đều ghi rõ.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        criteria_set: CriteriaSet,
        year: int,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, scheme=criteria_set.scheme, year=year, initial=initial)
        if not criteria_set.is_provisional:
            del self.fields["knows"]

    def clean_knows(self) -> bool:
        if not self.cleaned_data["knows"]:
            raise forms.ValidationError("Đánh dấu để xác nhận trước khi mở kỳ trên bộ tạm thời.")
        return True
