"""Outcomes that were decided elsewhere: one to record or correct, or a workbook of many."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.palette import OUTCOMES
from units.coverage import Scheme

from ..models import RecordedResult
from ..services.results import OUTCOMES_OF, ResultFacts, facts_of


class ResultForm(forms.Form):
    """What the paper says of one outcome; the service judges whether it fits."""

    scheme = forms.ChoiceField(label="Chế độ", choices=Scheme.choices, widget=forms.RadioSelect)
    year = CountField(label="Năm", help_text="Năm đánh giá.")
    outcome = forms.ChoiceField(
        label="Kết quả",
        choices=[
            ("", "Chọn"),
            *(
                (scheme.label, [(code, OUTCOMES[code].label) for code in codes])
                for scheme, codes in OUTCOMES_OF.items()
            ),
        ],
    )
    decision_number = forms.CharField(
        label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ: 1234/QĐ-BCA"
    )
    decided_on = DayField(label="Ngày quyết định")
    organ = forms.CharField(
        label="Cơ quan quyết định", max_length=200, initial="Bộ trưởng Bộ Công an"
    )

    def facts(self) -> ResultFacts:
        """The typed outcome as the service takes it."""
        return ResultFacts(**{name: self.cleaned_data[name] for name in ResultFacts.__slots__})


class NewResultForm(ResultForm):
    """One outcome to be recorded, with the unit it is of."""

    unit = forms.TypedChoiceField(label="Đơn vị", coerce=int)
    field_order = ("unit", "scheme", "year")

    def __init__(self, *args: Any, units: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        field.choices = [("", "Chọn"), *units]  # type: ignore[attr-defined]
        self.fields["year"].initial = localdate().year


class CorrectionOfResultForm(ResultForm):
    """A recorded outcome put right, with the reason."""

    reason = forms.CharField(label="Lý do sửa", max_length=300)

    def __init__(self, *args: Any, row: RecordedResult, **kwargs: Any) -> None:
        facts = facts_of(row)
        initial = {name: getattr(facts, name) for name in ResultFacts.__slots__}
        super().__init__(*args, **kwargs | {"initial": initial})
        self.fixed = {name: initial[name] for name in ("scheme", "year")}
        for name in self.fixed:
            del self.fields[name]

    def facts(self) -> ResultFacts:
        """The typed outcome; year and scheme stay those of the row."""
        typed = {name: self.cleaned_data[name] for name in self.fields if name != "reason"}
        return ResultFacts(**typed | self.fixed)


class StrikeOutResultForm(forms.Form):
    """Why a recorded outcome is taken out."""

    reason = forms.CharField(label="Lý do bỏ", max_length=300)


class ResultFileForm(forms.Form):
    """A filled template."""

    file = forms.FileField(
        label="Tệp Excel đã điền",
        help_text="Tệp .xlsx theo mẫu của cổng, không quá 5 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": "Tệp rỗng, chọn lại tệp khác.", "required": "Chọn tệp."},
    )

    def refuse(self, problems: Iterable[str]) -> None:
        """Put what is wrong with the file beside it."""
        self.add_error("file", ValidationError(list(problems)))
