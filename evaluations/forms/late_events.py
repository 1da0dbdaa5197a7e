"""What happened after a file was sent, and what the appraiser makes of it, as forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.text import clean
from criteria.scoring import CriterionDefinition, shortened

from ..models.late_events import LONGEST_REASON, Settlement
from ..services.late_events import LateEventDetails

LONGEST_LABEL = 90


class LateEventForm(forms.Form):
    """Which row, when, how many, on what ground; in numbers, without names."""

    criterion = forms.TypedChoiceField(
        label="Tính vào tiêu chí", coerce=int, error_messages={"required": "Chọn tiêu chí."}
    )
    happened_on = DayField(label="Ngày xảy ra", error_messages={"required": "Ghi ngày xảy ra."})
    count = CountField(label="Số lượng (vụ, người)", error_messages={"required": "Ghi số lượng."})
    exception_claimed = forms.ChoiceField(label="Đề nghị xét ngoại lệ", required=False)
    reason = forms.CharField(
        label="Căn cứ, không nêu tên",
        max_length=LONGEST_REASON,
        help_text="Báo cáo số, ngày, nơi lưu. Không ghi tên người, không kể diễn biến.",
        error_messages={"required": "Ghi căn cứ: báo cáo số, ngày, nơi lưu."},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, rows: Sequence[tuple[str, CriterionDefinition]]
    ) -> None:
        super().__init__(data, initial={"count": 1})
        labels = [
            (row.id, f"{sheet} {row.code} {shortened(row.text, LONGEST_LABEL)}")
            for sheet, row in rows
        ]
        grounds = {ground.code: ground.label for _, row in rows for ground in row.exceptions}
        self.fields["criterion"].choices = [("", "Chọn tiêu chí"), *labels]  # type: ignore[attr-defined]
        self.fields["exception_claimed"].choices = [("", "Không"), *grounds.items()]  # type: ignore[attr-defined]

    def details(self) -> LateEventDetails:
        cleaned = self.cleaned_data
        return LateEventDetails(
            criterion_id=cleaned["criterion"],
            happened_on=cleaned["happened_on"],
            count=cleaned["count"],
            reason=clean(cleaned["reason"]),
            exception_claimed=cleaned["exception_claimed"],
        )


class SettlementForm(forms.Form):
    """What a late event does to the result; nothing is chosen for the appraiser."""

    settlement = forms.ChoiceField(
        label="Xử lý",
        choices=Settlement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một cách xử lý."},
    )
    note = forms.CharField(
        label="Ý kiến xử lý",
        max_length=LONGEST_REASON,
        help_text="Ví dụ: đã kết luận 4.4.b “Chưa đạt”; hoặc: được xét ngoại lệ, báo cáo ngay.",
        error_messages={"required": "Ghi ý kiến xử lý."},
    )
