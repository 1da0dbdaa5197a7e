"""One line of the book of incidents as a form, and the small forms around it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.text import clean

from ..models import ExceptionClaimed, Incident, IncidentType
from ..models.incidents import LONGEST_NOTE
from ..services.incidents import IncidentDetails

REQUIRED = {"required": "Chọn một dòng."}


class IncidentForm(forms.Form):
    """Where, when, what, how many; which paper and where it is kept."""

    unit = forms.TypedChoiceField(label="Nơi xảy ra", coerce=int, error_messages=REQUIRED)
    occurred_on = DayField(label="Ngày xảy ra", error_messages={"required": "Ghi ngày xảy ra."})
    type = forms.ChoiceField(label="Loại vụ việc", error_messages=REQUIRED)
    cases = CountField(label="Số vụ", required=False, initial=1)
    people = CountField(
        label="Số người",
        required=False,
        help_text="Chỉ số lượng; bắt buộc với loại tính theo người (mới mắc tệ nạn, bị xử phạt, bị kỷ luật).",
    )
    exception_claimed = forms.ChoiceField(
        label="Đề nghị xét ngoại lệ",
        required=False,
        choices=[("", "Không"), *ExceptionClaimed.choices],
        help_text="Chỉ với tội phạm nghiêm trọng trở lên, cháy nổ, tai nạn, sự cố, môi trường, thực phẩm.",
    )
    paper_number = forms.CharField(label="Số báo cáo", max_length=60, required=False)
    paper_on = DayField(label="Ngày báo cáo", required=False)
    kept_at = forms.CharField(
        label="Tài liệu lưu tại",
        max_length=200,
        error_messages={"required": "Ghi nơi lưu tài liệu."},
    )
    note = forms.CharField(
        label="Ghi chú, không nêu tên",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="Không ghi tên người, không kể diễn biến; nội dung ở tài liệu lưu.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        units: Sequence[tuple[int, str]],
        types: Sequence[IncidentType],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["unit"].choices = [("", "Chọn nơi xảy ra"), *units]  # type: ignore[attr-defined]
        named = [(of.value, of.label) for of in types]
        self.fields["type"].choices = [("", "Chọn loại"), *named]  # type: ignore[attr-defined]

    def details(self) -> IncidentDetails:
        cleaned = self.cleaned_data
        return IncidentDetails(
            occurred_on=cleaned["occurred_on"],
            type=cleaned["type"],
            cases=cleaned["cases"] or 0,
            people=cleaned["people"] or 0,
            exception_claimed=cleaned["exception_claimed"],
            paper_number=clean(cleaned["paper_number"]),
            paper_on=cleaned["paper_on"],
            kept_at=clean(cleaned["kept_at"]),
            note=clean(cleaned["note"]),
        )


class CorrectionForm(IncidentForm):
    """The right line in place of a wrong one, with the reason."""

    reason = forms.CharField(
        label="Lý do sửa", max_length=300, error_messages={"required": "Ghi lý do sửa."}
    )


class StrikeForm(forms.Form):
    """Why a line is struck out."""

    reason = forms.CharField(
        label="Lý do gạch", max_length=300, error_messages={"required": "Ghi lý do."}
    )


class BookForm(forms.Form):
    """Up to which day the book of the year is complete."""

    complete_to = DayField(label="Đã ghi đủ đến hết ngày", error_messages={"required": "Ghi ngày."})


def shown(incident: Incident) -> dict[str, Any]:
    """What a form shows of a line that is there."""
    names = ("unit_id", *IncidentDetails.__slots__)
    found = {name: getattr(incident, name) for name in names}
    return {**found, "unit": found["unit_id"]}
