"""What the appraiser enters in one row, and the notes that go with an act."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django import forms

from antq_portal.lib.fields import PointsField
from criteria.scoring import AnswerValues, CriterionDefinition, LineResult, Verdict, verdict_label

from ..models import Answer
from ..services.answers import Typed

AGREE: Final = ""
ACCEPTED: Final = {"co": True, "khong": False}
FIELD_OF: Final = {
    "appraised_verdict": "verdict",
    "appraised_points": "points",
    "exception_accepted": "accepted",
    "appraisal_note": "note",
}


class AppraisalRowForm(forms.Form):
    """The conclusion on one row; leaving all as it is means agreeing with the unit."""

    verdict = forms.ChoiceField(label="Kết luận", required=False)
    points = PointsField(label="Điểm thẩm định", required=False)
    accepted = forms.ChoiceField(
        label="Ngoại lệ",
        required=False,
        choices=[
            ("", "Chưa kết luận ngoại lệ"),
            ("co", "Chấp nhận ngoại lệ"),
            ("khong", "Không chấp nhận ngoại lệ"),
        ],
    )
    note = forms.CharField(label="Ý kiến", required=False, max_length=1000)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        row: CriterionDefinition,
        answer: Answer,
        own: LineResult,
    ) -> None:
        self.row, self.answer, self.own = row, answer, own
        super().__init__(data, prefix=f"d{row.id}", initial=_shown(answer))
        self._keep_what_fits()
        self._name_for_readers()

    def _keep_what_fits(self) -> None:
        verdicts = [Verdict.MET, Verdict.NOT_MET] if not self.row.is_scored else []
        verdicts += [Verdict.NOT_APPLICABLE] if self.row.takes_na else []
        words = [(verdict.value, verdict_label(self.row, verdict)) for verdict in verdicts]
        self.fields["verdict"].choices = [(AGREE, "Đồng ý với đơn vị"), *words]
        if not words:
            del self.fields["verdict"]
        if not self.row.is_scored:
            del self.fields["points"]
        if not self.answer.exception_claimed:
            del self.fields["accepted"]

    def _name_for_readers(self) -> None:
        """Say in each control which row it belongs to: the columns' heads are far away."""
        for name, field in self.fields.items():
            if name != "version":
                field.widget.attrs["aria-label"] = f"{field.label}, dòng {self.row.code}"
        self.fields["note"].widget.attrs["placeholder"] = "Ý kiến, lý do"
        if "points" in self.fields:
            self.fields["points"].widget.attrs |= {"placeholder": "Đồng ý", "class": "num"}

    def filled_in(self, answer: Answer) -> dict[str, str]:
        """What the inputs of this row are filled with when an answer is shown, by name."""
        shown = _shown(answer)
        return {
            self.add_prefix(name): str(field.prepare_value(shown[name]) or "")
            for name, field in self.fields.items()
            if name != "version"
        }

    def typed(self) -> Typed:
        """What the service takes; a conclusion equal to the unit's own result is agreement."""
        cleaned = self.cleaned_data
        verdict, points = cleaned.get("verdict") or "", cleaned.get("points")
        values = replace(
            AnswerValues.of(self.answer),
            appraised_verdict="" if verdict == self.own.verdict else verdict,
            appraised_points=None if points == self.own.points else points,
            exception_accepted=ACCEPTED.get(cleaned.get("accepted") or ""),
            appraisal_note=cleaned["note"].strip(),
        )
        return Typed(values, base_version=cleaned.get("version") or 0)


class NoteForm(forms.Form):
    """A note that goes with an act."""

    note = forms.CharField(
        label="Nhận xét thẩm định",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """A reason without which the act is not done; it stays in the log."""

    note = forms.CharField(
        label="Lý do",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi lý do; lý do được lưu trong lịch sử."},
    )


def _shown(answer: Answer) -> dict[str, Any]:
    accepted = {True: "co", False: "khong", None: ""}[answer.exception_accepted]
    return {
        "verdict": answer.appraised_verdict,
        "points": answer.appraised_points,
        "accepted": accepted,
        "note": answer.appraisal_note,
        "version": answer.version,
    }
