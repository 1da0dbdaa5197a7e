"""What the minutes of an appraisal session say."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from antq_portal.lib.fields import DayField
from antq_portal.lib.text import clean
from units.models import UnitVersion

from ..models import AppraisalSession, SessionForm
from ..services.sessions import SessionDetails

LINES = forms.Textarea(attrs={"rows": 4})
OPTIONAL = ("place", "secretary", "members", "minutes_number", "submission_number", "conclusion")


class SessionDetailsForm(forms.Form):
    """Form, day, people, minutes and tờ trình of one session."""

    form = forms.ChoiceField(
        label="Hình thức",
        choices=SessionForm.choices,
        initial=SessionForm.MEETING,
        widget=forms.RadioSelect,
    )
    held_on = DayField(
        label="Ngày họp hoặc ngày tổng hợp ý kiến",
        error_messages={"required": "Ghi ngày họp hoặc ngày tổng hợp ý kiến."},
    )
    place = forms.CharField(label="Địa điểm", max_length=200, required=False)
    chair = forms.CharField(
        label="Chủ trì",
        max_length=200,
        help_text="Họ tên, chức danh. Chủ tịch UBND được chủ trì và vẫn được duyệt.",
        error_messages={"required": "Ghi người chủ trì."},
    )
    secretary = forms.CharField(label="Thư ký", max_length=200, required=False)
    members = forms.CharField(
        label="Thành phần",
        required=False,
        widget=LINES,
        max_length=4000,
        help_text="Mỗi dòng một người, kèm chức danh.",
    )
    minutes_number = forms.CharField(label="Số biên bản", max_length=60, required=False)
    submission_number = forms.CharField(
        label="Số tờ trình",
        max_length=60,
        required=False,
        help_text="Cần có trước khi trình ký quyết định.",
    )
    submission_on = DayField(label="Ngày tờ trình", required=False)
    conclusion = forms.CharField(
        label="Kết luận",
        required=False,
        widget=LINES,
        max_length=4000,
        help_text="Mỗi dòng một ý; in vào biên bản.",
    )

    def clean_held_on(self) -> object:
        day = self.cleaned_data["held_on"]
        if day and day > localdate():
            raise forms.ValidationError("Ngày họp còn ở phía trước; lập phiên sau khi họp.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, day = cleaned.get("submission_number"), cleaned.get("submission_on")
        if number and not day and "submission_on" not in self.errors:
            self.add_error("submission_on", "Tờ trình có số thì phải có ngày.")
        if day and cleaned.get("held_on") and day < cleaned["held_on"]:
            self.add_error("submission_on", "Tờ trình không thể trước ngày họp thẩm định.")
        return cleaned

    def details(self) -> SessionDetails:
        cleaned = self.cleaned_data
        return SessionDetails(
            held_on=cleaned["held_on"],
            chair=clean(cleaned["chair"]),
            form=cleaned["form"],
            submission_on=cleaned["submission_on"],
            **{name: cleaned[name].strip() for name in OPTIONAL},
        )


class NewSessionForm(SessionDetailsForm):
    """A session of one of the authorities where the person appraises, for one year."""

    authority = forms.TypedChoiceField(label="Của Ban Chỉ đạo", coerce=int)
    year = forms.TypedChoiceField(label="Năm xét", coerce=int)
    field_order = ("authority", "year")

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        authorities: Sequence[UnitVersion],
        years: Sequence[int],
    ) -> None:
        super().__init__(data)
        self.fields["authority"].choices = [(one.unit_id, one.name) for one in authorities]
        self.fields["year"].choices = [(year, str(year)) for year in years]
        if len(authorities) == 1:
            self.fields["authority"].widget = forms.HiddenInput()
            self.initial["authority"] = authorities[0].unit_id


def shown(session: AppraisalSession) -> dict[str, Any]:
    """What a form shows of a session that is there."""
    return {name: getattr(session, name) for name in SessionDetails.__slots__}
