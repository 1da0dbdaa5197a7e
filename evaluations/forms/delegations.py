"""A delegation as the administrator types it; the service judges what it holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from antq_portal.lib.fields import DayField
from criteria.models import DELEGATED_KINDS
from units.models import UnitVersion


class DelegationForm(forms.Form):
    """What is handed down, from when, by which paper."""

    kinds = forms.MultipleChoiceField(
        label="Loại hình được ủy quyền",
        choices=[(kind.value, kind.label) for kind in DELEGATED_KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text="Khu dân cư và xã không thuộc diện ủy quyền.",
        error_messages={"required": "Chọn ít nhất một loại hình."},
    )
    unit = forms.TypedChoiceField(
        label="Chỉ một đơn vị",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Để trống: mọi đơn vị thuộc các loại hình đã chọn nằm trên địa bàn.",
    )
    starts_on = DayField(label="Từ ngày", initial=localdate)
    ends_on = DayField(
        label="Đến hết ngày", required=False, help_text="Để trống nếu chưa biết ngày kết thúc."
    )
    legal_act = forms.CharField(
        label="Văn bản ủy quyền",
        max_length=200,
        help_text="Số, ngày, cơ quan ban hành. Ví dụ: Quyết định 12/QĐ-UBND ngày 05/01/2026 của UBND tỉnh",
        error_messages={"required": "Ghi văn bản ủy quyền: số, ngày, cơ quan ban hành."},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, units: Sequence[UnitVersion]
    ) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [("", "Mọi đơn vị của loại hình"), *(
            (version.unit_id, version.name) for version in units
        )]  # fmt: skip


class DelegationEndForm(forms.Form):
    """The last day of a delegation."""

    ends_on = DayField(label="Ủy quyền đến hết ngày", initial=localdate)
