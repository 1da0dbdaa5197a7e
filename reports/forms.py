"""What a report is asked for, the same for the page, the file and the overview."""

from typing import Final

from django import forms
from django.utils.timezone import localdate

from .base import BY_COMMUNE, BY_KIND, BY_LIST, BY_PLACE, Parameters
from .renderers import FILES

FIRST_YEAR: Final = 2022
"""The first season under Thông tư 124/2021/TT-BCA."""
DECEMBER: Final = 12
HTML: Final = "html"


class ReportForm(forms.Form):
    """Year, unit and format; what is not given is filled in by `with_defaults`."""

    nam = forms.IntegerField(
        label="Năm",
        widget=forms.Select,
        error_messages={"invalid": "Năm phải là số có bốn chữ số, ví dụ 2026."},
    )
    don_vi = forms.IntegerField(
        label="Đơn vị",
        widget=forms.Select,
        required=False,
        error_messages={"invalid": "Không đọc được mã đơn vị trong địa chỉ; hãy chọn lại đơn vị."},
    )
    theo = forms.ChoiceField(
        label="Theo",
        required=False,
        choices=[(BY_COMMUNE, "Từng xã"), (BY_KIND, "Loại hình")],
        error_messages={"invalid_choice": "Chỉ tổng hợp theo xa hoặc loai-hinh."},
    )
    cach_tinh = forms.ChoiceField(
        label="Cách tính",
        required=False,
        choices=[(BY_PLACE, "Trên địa bàn"), (BY_LIST, "Thuộc thẩm quyền")],
        error_messages={"invalid_choice": "Chỉ tính dia-ban hoặc tham-quyen."},
    )
    dinh_dang = forms.ChoiceField(
        label="Định dạng",
        required=False,
        choices=[(HTML, "Trang"), *((file.code, file.label) for file in FILES.values())],
        error_messages={"invalid_choice": "Chỉ có định dạng html, xlsx, pdf, json."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.years = offered_years()
        self.fields["nam"].widget.choices = [(year, year) for year in self.years]

    def clean_nam(self) -> int:
        year: int = self.cleaned_data["nam"]
        if year not in self.years:
            raise forms.ValidationError(f"Chọn năm từ {self.years[-1]} đến {self.years[0]}.")
        return year

    def clean_dinh_dang(self) -> str:
        return self.cleaned_data["dinh_dang"] or HTML

    def offer_units(self, choices: list[tuple[int, str]], chosen: int | None) -> None:
        """Fill the list of units, and show the year and the unit that are meant."""
        empty = [] if chosen else [("", "Chọn đơn vị")]
        self.fields["don_vi"].widget.choices = [*empty, *choices]
        self.fields["don_vi"].required = True  # for who looks at it: the address may leave it out
        shown = {"don_vi": str(chosen)} if chosen else {}
        self.data = {**self.data, **shown, "nam": str(self.year)}

    def offer_ways(self, params: Parameters) -> None:
        """Show how the report on the page is grouped and counted."""
        self.data = {**self.data, "theo": params.grouping, "cach_tinh": params.counting}
        for name in ("theo", "cach_tinh"):
            self.fields[name].required = True  # as with the unit

    @property
    def year(self) -> int:
        """The year asked for, or this year where it was not understood."""
        return int(self.cleaned_data.get("nam") or localdate().year)


def offered_years() -> list[int]:
    """The years one may ask for, the latest first; next year's from December on, when it is prepared."""
    today = localdate()
    return list(range(today.year + (today.month == DECEMBER), FIRST_YEAR - 1, -1))
