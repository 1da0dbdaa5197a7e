from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

MACRO_NAMES: Final = (".xlsm", ".xltm", ".xlam", ".xlsb")


class WorkbookForm(forms.Form):
    """A filled workbook of the season."""

    file = forms.FileField(
        label="Tệp Excel đã điền",
        help_text="Tệp .xlsx cổng đã xuất, không quá 5 MB. Bước này chưa ghi gì.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": "Tệp rỗng, chọn lại tệp khác.", "required": "Chọn tệp."},
    )

    def clean_file(self) -> Any:
        """The file; one that may hold macros is refused by its name already."""
        sent = self.cleaned_data["file"]
        if (sent.name or "").lower().endswith(MACRO_NAMES):
            raise ValidationError("Không nhận tệp có macro (.xlsm). Lưu lại dạng .xlsx rồi gửi.")
        return sent

    def refuse(self, reason: str) -> None:
        """Put what is wrong with the file beside it."""
        self.add_error("file", reason)
