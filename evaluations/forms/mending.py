"""The unit's own answer to one row, opened for a typing mistake that the appraiser mends."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from antq_portal.lib.fields import CountField, PointsField
from criteria.scoring import AnswerKind, AnswerValues, CriterionDefinition, Verdict, verdict_label

from ..models import Answer
from .answers import LONGEST_NOTE

JUDGED: Final = (AnswerKind.YES_NO, AnswerKind.COMPARISON)
COUNTED: Final = (AnswerKind.INCIDENTS, AnswerKind.COMPARISON)


class MendingForm(forms.Form):
    """The fields one row's answer type takes, with what stands there now, and why it is mended."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, row: CriterionDefinition, answer: Answer
    ) -> None:
        self.row = row
        super().__init__(data, initial=_shown(answer))
        self._add_verdict()
        self._add_figures()
        if row.exceptions:
            grounds = [(ground.code, ground.label) for ground in row.exceptions]
            self.fields["exception_claimed"] = forms.ChoiceField(
                label="Đề nghị xét ngoại lệ",
                choices=[("", "Không đề nghị"), *grounds],
                required=False,
            )
        self.fields["note"] = forms.CharField(
            label="Giải trình, căn cứ của đơn vị", required=False, max_length=LONGEST_NOTE
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.fields["reason"] = forms.CharField(
            label="Lý do sửa lỗi nhập",
            max_length=300,
            help_text="Ví dụ: gõ nhầm 89 thành 98, theo biên bản họp ngày 03/11.",
            error_messages={"required": "Sửa lỗi nhập thì phải ghi lý do."},
        )

    def _add_verdict(self) -> None:
        choices = [("", "Chưa trả lời")]
        if self.row.answer_type in JUDGED:
            choices += [
                (one, verdict_label(self.row, one)) for one in (Verdict.MET, Verdict.NOT_MET)
            ]
        if self.row.takes_na:
            choices.append((Verdict.NOT_APPLICABLE, "Không áp dụng"))
        if len(choices) > 1:
            label = "Trả lời" if self.row.answer_type in JUDGED else "Không áp dụng"
            choices[0] = ("", "Chưa trả lời" if self.row.answer_type in JUDGED else "Có áp dụng")
            self.fields["verdict"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def _add_figures(self) -> None:
        row = self.row
        if row.answer_type == AnswerKind.PERCENTAGE:
            self._count("numerator", row.numerator_label or "Tử số")
            self._count("denominator", row.denominator_label or "Mẫu số")
        elif row.answer_type == AnswerKind.COUNT:
            self._count("count", "Số lượng")
        elif row.answer_type == AnswerKind.CHECKLIST:
            parts = [(str(place), part) for place, part in enumerate(row.parts, start=1)]
            self.fields["parts_met"] = forms.TypedMultipleChoiceField(
                label="Các mục đã đủ",
                choices=parts,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        elif row.answer_type in COUNTED:
            self._counters()
        elif row.is_scored:
            levels = "; ".join(
                f"{level.points.normalize():f}: {level.when}" for level in row.levels
            )
            self.fields["points"] = PointsField(
                label="Điểm tự chấm", max_value=row.max_points, required=False, help_text=levels
            )

    def _counters(self) -> None:
        for place, label in enumerate(self.row.counters, start=1):
            self._count(f"counts_{place}", label)
        if self.row.answer_type == AnswerKind.COMPARISON:
            for place, label in enumerate(self.row.counters, start=1):
                self._count(f"previous_counts_{place}", f"{label}, năm trước")

    def _count(self, name: str, label: str) -> None:
        self.fields[name] = CountField(label=label, required=False)

    def see(self, answer: Answer) -> None:
        """Take the answer as seen now: pressing once more writes over it knowingly."""
        data = self.data.copy()
        data["version"] = str(answer.version)
        self.data = data

    @property
    def base_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    def values(self) -> AnswerValues:
        """The mended answer as the engine takes it."""
        cleaned = self.cleaned_data
        return AnswerValues(
            verdict=cleaned.get("verdict") or "",
            numerator=cleaned.get("numerator"),
            denominator=cleaned.get("denominator"),
            count=cleaned.get("count"),
            parts_met=tuple(cleaned["parts_met"]) if "parts_met" in cleaned else None,
            counts=self._row_of("counts"),
            previous_counts=self._row_of("previous_counts"),
            exception_claimed=cleaned.get("exception_claimed") or "",
            points=cleaned.get("points"),
            note=cleaned["note"].strip(),
        )

    def _row_of(self, name: str) -> tuple[int, ...] | None:
        """The figures of all counters; None while one of them is empty."""
        places = range(1, len(self.row.counters) + 1)
        typed = [self.cleaned_data.get(f"{name}_{place}") for place in places]
        if not typed or any(number is None for number in typed):
            return None
        return tuple(number for number in typed if number is not None)

    def place_of(self, key: str) -> str:
        """The field that a problem keyed "code.field" belongs to."""
        name = key.removeprefix(f"{self.row.code}.")
        return f"{name}_1" if f"{name}_1" in self.fields else name


def _shown(answer: Answer) -> dict[str, Any]:
    shown = {
        name: getattr(answer, name)
        for name in ("verdict", "numerator", "denominator", "count", "points", "note")
    }
    shown["version"] = answer.version
    shown["exception_claimed"] = answer.exception_claimed
    shown["parts_met"] = [str(place) for place in answer.parts_met or ()]
    for name in ("counts", "previous_counts"):
        for place, number in enumerate(getattr(answer, name) or (), start=1):
            shown[f"{name}_{place}"] = number
    return shown
