"""One paper: a file, or its number, its day and the place where it is kept."""

from typing import Any, Final

from django import forms

from antq_portal.lib.fields import DayField

from ..models import Purpose
from ..services.attachments import PaperReference
from ..services.evaluations import Statement

ACCEPTED: Final = "image/jpeg,image/png,application/pdf,.docx,.xlsx"


class PaperForm(forms.Form):
    """A scanned paper, or "lưu tại": number, day and place; one of the two at least."""

    file = forms.FileField(
        label="Tệp (ảnh chụp hoặc PDF)",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": "Tệp rỗng, chọn lại tệp khác."},
    )
    number = forms.CharField(label="Số văn bản", max_length=60, required=False)
    on = DayField(label="Ngày văn bản", required=False)
    kept_at = forms.CharField(
        label="Nơi lưu bản giấy",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "noi-luu", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, takes_file: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_file:
            del self.fields["file"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_paper = cleaned.get("file") or cleaned.get("kept_at", "").strip()
        if not has_paper and "file" not in self.errors and "kept_at" not in self.errors:
            words = "Chọn tệp, hoặc ghi nơi lưu bản giấy."
            self.add_error("kept_at", words if "file" in self.fields else "Ghi nơi lưu bản giấy.")
        return cleaned

    def reference(self) -> PaperReference:
        """Number, day and place as the service takes them."""
        given = self.cleaned_data
        return PaperReference(given["number"], given["on"], given["kept_at"])


class RowPaperForm(PaperForm):
    """The paper of one criterion, inside the form of its section: may be left empty."""

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.is_given else forms.Form.clean(self) or {}

    @property
    def is_given(self) -> bool:
        """Whether anything of the paper was entered."""
        named = [self.add_prefix(name) for name in ("number", "on", "kept_at")]
        return any(self.data.get(name, "").strip() for name in named) or bool(
            self.files.get(self.add_prefix("file"))
        )


class MinutesForm(RowPaperForm):
    """Whose self-assessment it is, with the signed minutes or where they are kept."""

    representative_name = forms.CharField(
        label="Đại diện đơn vị",
        max_length=120,
        help_text="Người ký biên bản họp đánh giá, không phải người nhập.",
        error_messages={"required": "Ghi họ tên đại diện đơn vị."},
    )
    representative_title = forms.CharField(
        label="Chức danh",
        max_length=120,
        help_text="Ví dụ: Trưởng bản, Bí thư chi bộ.",
        error_messages={"required": "Ghi chức danh của đại diện đơn vị."},
    )
    meeting_on = DayField(
        label="Ngày họp đánh giá", error_messages={"required": "Ghi ngày họp đánh giá (Điều 9)."}
    )
    field_order = (
        "representative_name",
        "representative_title",
        "meeting_on",
        "file",
        "kept_at",
        "number",
        "on",
    )

    def statement(self) -> Statement:
        """Whose statement it is, as the service takes it."""
        given = self.cleaned_data
        return Statement(
            given["representative_name"], given["representative_title"], given["meeting_on"]
        )


class OtherPaperForm(PaperForm):
    """Any other paper of the file, and what it is for."""

    purpose = forms.ChoiceField(
        label="Dùng cho",
        choices=[
            (one.value, one.label) for one in (Purpose.OTHER, Purpose.REGISTRATION, Purpose.MINUTES)
        ],
    )
    field_order = ("purpose", "file", "kept_at", "number", "on")


def usual_places(area_name: str) -> list[str]:
    """Where papers of a commune's units are usually kept, to choose from."""
    return [f"Công an {area_name}", f"UBND {area_name}", "Nhà văn hóa khu dân cư", "Nhà trưởng khu"]
