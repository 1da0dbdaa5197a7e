"""One paper: a file, or its number, its day and the place where it is kept."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from antq_portal.lib.fields import DayField

from ..models import Purpose
from ..services.attachments import PaperReference
from ..services.evaluations import Statement
from .pages import ARRIVED, KeptFile, PagesField, kept_of, one_paper

LACKING: Final = "Chọn tệp, hoặc ghi nơi lưu bản giấy."


class PaperForm(forms.Form):
    """A scanned paper, or "lưu tại": number, day and place; one of the two at least.

    Several photographs make one PDF; `cleaned_data["file"]` is one file or None.
    """

    file = PagesField(label="Tệp PDF, hoặc ảnh chụp các trang", required=False)
    order = forms.CharField(
        label="Thứ tự trang ảnh",
        max_length=120,
        required=False,
        help_text="Nhiều ảnh thành một PDF, theo thứ tự đã chọn. Cần đổi: ghi số, ví dụ 2, 1, 3.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-pages-order": ""}),
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
        cleaned = self.with_one_file()
        has_paper = cleaned.get("file") or cleaned.get("kept_at", "").strip()
        if not has_paper and not {"file", "order", "kept_at"} & self.errors.keys():
            self.add_error("kept_at", LACKING if "file" in self.fields else "Ghi nơi lưu bản giấy.")
        return cleaned

    def with_one_file(self) -> dict[str, Any]:
        """What was entered, the photographs put together as one PDF in the order asked for."""
        cleaned = super().clean() or {}
        try:
            cleaned["file"] = one_paper(cleaned.get("file") or [], cleaned.get("order", ""))
        except ValidationError as wrong:
            cleaned["file"] = None
            place = "order" if wrong.code == "order" else "file"
            self.add_error(place, wrong)
        return cleaned

    @property
    def kept(self) -> list[KeptFile]:
        """The files that came with the form and are not what is wrong with it, for pressing again."""
        if not self.is_bound or "file" not in self.fields or "file" in self.errors:
            return []
        return kept_of([one for one in self["file"].data if one])

    def reference(self) -> PaperReference:
        """Number, day and place as the service takes them."""
        given = self.cleaned_data
        return PaperReference(given["number"], given["on"], given["kept_at"])


class RowPaperForm(PaperForm):
    """The paper of one criterion, inside the form of its section: may be left empty."""

    def clean(self) -> dict[str, Any]:
        return super().clean() if self.is_given else self.with_one_file()

    @property
    def is_given(self) -> bool:
        """Whether anything of the paper was entered."""
        named = [self.add_prefix(name) for name in ("number", "on", "kept_at")]
        return any(self.data.get(name, "").strip() for name in named) or bool(
            self.files.get(self.add_prefix("file"))
            or self.data.get(f"{self.add_prefix('file')}-{ARRIVED}")
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
        "order",
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


class SharedPaperForm(PaperForm):
    """One paper for many units and rows: a new file, one that is kept already, or only its place."""

    field_order = ("file", "order", "kept_at", "number", "on")

    def __init__(self, *args: Any, has_kept: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, takes_file=not has_kept, **kwargs)
        self.has_kept = has_kept
        if has_kept:
            del self.fields["order"]

    def clean(self) -> dict[str, Any]:
        return self.with_one_file() if self.has_kept else super().clean()


class OtherPaperForm(PaperForm):
    """Any other paper of the file, and what it is for."""

    purpose = forms.ChoiceField(
        label="Dùng cho",
        choices=[
            (one.value, one.label) for one in (Purpose.OTHER, Purpose.REGISTRATION, Purpose.MINUTES)
        ],
    )
    field_order = ("purpose", "file", "order", "kept_at", "number", "on")


def usual_places(area_name: str) -> list[str]:
    """Where papers of a commune's units are usually kept, to choose from."""
    return [f"Công an {area_name}", f"UBND {area_name}", "Nhà văn hóa khu dân cư", "Nhà trưởng khu"]
