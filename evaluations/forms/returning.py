"""Why a file goes back to the unit: the whole of it, or single rows, each with its reason."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from django import forms
from django.utils.timezone import localdate

from antq_portal.lib.dates import is_working_day
from antq_portal.lib.fields import DayField
from criteria.scoring import CriterionDefinition

ROWS: Final = "dong"
WHOLE: Final = "ca"
WORKING_DAYS: Final = 3
"""The day that is proposed for the answer; who returns the file sets it."""

USUAL_REASONS: Final = (
    ("bien-ban", "Thiếu biên bản họp đánh giá đã ký, hoặc chưa ghi nơi lưu bản giấy."),
    ("so-lieu", "Số liệu chưa khớp sổ theo dõi của Công an."),
    ("minh-chung", "Thiếu minh chứng hoặc chưa ghi nơi lưu minh chứng."),
    ("giai-trinh", "Chưa giải trình đề nghị xét ngoại lệ, hoặc giải trình chưa rõ."),
    ("dang-ky", "Chưa rõ ngày, số nghị quyết hoặc số hộ đăng ký."),
    ("cham-diem", "Điểm tự chấm chưa phù hợp với kết quả thực hiện."),
)
"""Why files are usually returned, in words that may be pasted to the unit."""

ROW_REASONS: Final = (
    "Số liệu chưa khớp sổ theo dõi của Công an.",
    "Thiếu minh chứng hoặc chưa ghi nơi lưu minh chứng.",
    "Chưa giải trình đề nghị xét ngoại lệ, hoặc giải trình chưa rõ.",
    "Điểm tự chấm chưa phù hợp với kết quả thực hiện.",
    "Tử số hoặc mẫu số chưa đúng, đối chiếu lại.",
)
"""The same for one row; offered beside its field, not forced."""


ReturnLine: TypeAlias = tuple[CriterionDefinition, forms.BoundField, forms.BoundField]
"""One row with its tick and its reason."""


class ReturnForm(forms.Form):
    """The whole file with a reason, or the ticked rows with one reason each; until when."""

    scope = forms.ChoiceField(
        label="Trả lại",
        choices=[
            (ROWS, "Chỉ các tiêu chí chọn dưới đây; các tiêu chí khác giữ nguyên như đã gửi"),
            (WHOLE, "Cả hồ sơ; đơn vị sửa được mọi dòng"),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label="Lý do thường gặp",
        choices=USUAL_REASONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Nói rõ cần bổ sung gì",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Chữ này đến tay đơn vị; ghi văn bản còn thiếu, việc cần làm.",
    )
    due_on = DayField(
        label="Hạn bổ sung",
        required=False,
        help_text="Chỉ để nhắc và đánh dấu muộn; qua hạn đơn vị vẫn gửi lại được.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rows: Sequence[CriterionDefinition],
        chosen: Sequence[int] = (),
    ) -> None:
        self.rows = rows
        initial = {"scope": ROWS if chosen else WHOLE, "due_on": _in_working_days(WORKING_DAYS)}
        super().__init__(data, initial=initial)
        for row in rows:
            self.fields[f"chon-{row.id}"] = forms.BooleanField(
                label=f"Trả lại {row.code}", required=False, initial=row.id in chosen
            )
            self.fields[f"ly-do-{row.id}"] = forms.CharField(
                label=f"Lý do trả lại {row.code}",
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"list": "ly-do-thuong-gap", "autocomplete": "off"}),
            )
        for name, field in self.fields.items():
            if name.startswith(("chon-", "ly-do-")):
                field.widget.attrs["aria-label"] = field.label

    @property
    def tables(self) -> list[tuple[bool, list[ReturnLine]]]:
        """The ticked rows, then the others, which are folded away unless they are all there is."""
        lines = [(row, self[f"chon-{row.id}"], self[f"ly-do-{row.id}"]) for row in self.rows]
        ticked = [line for line in lines if line[1].value() or line[2].errors]
        others = [line for line in lines if line not in ticked]
        return [
            (is_folded, found)
            for is_folded, found in ((False, ticked), (bool(ticked), others))
            if found
        ]

    def place_of(self, key: str) -> str:
        """The field that a problem belongs to, keyed by field or by the row's code."""
        row = next((row for row in self.rows if row.code == key), None)
        return f"ly-do-{row.id}" if row else key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if self.is_partial:
            self._clean_rows(cleaned)
        elif not self.reason():
            self.add_error("note", "Chọn hoặc ghi ít nhất một lý do (Điều 9 khoản 2).")
        return cleaned

    def _clean_rows(self, cleaned: Mapping[str, Any]) -> None:
        if not self.chosen:
            self.add_error("scope", "Chọn ít nhất một tiêu chí, hoặc trả lại cả hồ sơ.")
        for row in self.rows:
            is_chosen, reason = cleaned.get(f"chon-{row.id}"), cleaned.get(f"ly-do-{row.id}")
            if is_chosen and not reason:
                self.add_error(f"ly-do-{row.id}", f"{row.code}: ghi lý do trả lại dòng này.")
            elif reason and not is_chosen:
                self.add_error(
                    f"ly-do-{row.id}", f"{row.code}: đã ghi lý do mà chưa chọn dòng này."
                )

    @property
    def chosen(self) -> list[CriterionDefinition]:
        return [row for row in self.rows if self.cleaned_data.get(f"chon-{row.id}")]

    @property
    def is_partial(self) -> bool:
        """Whether only the ticked rows go back; ticked rows say so when nothing else does."""
        scope = self.cleaned_data.get("scope")
        return scope == ROWS or (not scope and bool(self.chosen))

    def reason(self) -> str:
        """The ticked reasons and the written words, a line each."""
        words = dict(USUAL_REASONS)
        ticked = [words[code] for code in self.cleaned_data.get("reasons", [])]
        return "\n".join(filter(None, [*ticked, self.cleaned_data.get("note", "").strip()]))

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        cleaned = self.cleaned_data
        rows = {row.id: cleaned[f"ly-do-{row.id}"] for row in self.chosen}
        return {
            "note": self.reason(),
            "due_on": cleaned.get("due_on"),
            "rows": rows if self.is_partial else None,
        }


def _in_working_days(count: int) -> dt.date:
    """The day that many working days from today."""
    day = localdate()
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day
