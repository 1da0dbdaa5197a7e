"""What is typed when the year's list of units changes."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from units.models import SUB_KINDS, EnterpriseSize, Kind, UnitVersion

from ..models import NotConsideredReason

CONSIDER: Final = "xet-lai"
REMOVE: Final = "dua-ra"


class NotConsideredForm(forms.Form):
    """Why a unit is not considered this year, and who agreed."""

    reason = forms.ChoiceField(
        label="Lý do",
        choices=NotConsideredReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một lý do."},
    )
    note = forms.CharField(
        label="Nói rõ lý do, ai thống nhất",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: Bản lập tháng 9; Ban Chỉ đạo xã thống nhất tại cuộc họp 12/3.",
        error_messages={"required": "Ghi rõ lý do không xét năm nay và ai đã thống nhất."},
    )


class RosterReasonForm(forms.Form):
    """Why a list that stands firm is changed."""

    reason = forms.CharField(
        label="Lý do và văn bản làm căn cứ",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Danh sách đã chốt: ghi lý do và văn bản làm căn cứ."},
    )


class RosterAddForm(RosterReasonForm):
    """One more unit for a frozen list."""

    unit = forms.TypedChoiceField(
        label="Đơn vị",
        coerce=int,
        error_messages={
            "required": "Chọn đơn vị cần thêm.",
            "invalid_choice": "Đơn vị này không thuộc thẩm quyền, hoặc đã có trong danh sách.",
        },
    )
    is_left_out = forms.BooleanField(
        label="Không xét năm nay: mới thành lập trong kỳ",
        required=False,
        help_text="Đơn vị ở trong danh sách nhưng không tính vào tỷ lệ nào của năm.",
    )
    field_order = ("unit", "reason", "is_left_out")

    def __init__(self, *args: Any, addable: Iterable[UnitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(version.unit_id, version.name) for version in addable]
        self.fields["unit"].choices = [("", "Chọn đơn vị"), *chosen]  # type: ignore[attr-defined]


class SettlingForm(forms.Form):
    """What is missing to know whether a unit is covered: an enterprise's size, a unit's word."""

    value = forms.ChoiceField(label="Chọn", error_messages={"required": "Chọn một mục."})

    def __init__(self, data: Any = None, *, version: UnitVersion) -> None:
        super().__init__(data)
        self.name = settling_field(version)
        self.fields["value"].choices = settling_choices(version)  # type: ignore[attr-defined]


def settling_field(version: UnitVersion) -> str:
    """The fact that decides on this unit's coverage."""
    is_sized = version.unit.kind == Kind.ENTERPRISE and version.sub_kind
    return "enterprise_size" if is_sized else "sub_kind"


def settling_choices(version: UnitVersion) -> list[tuple[str, str]]:
    """What may be chosen: sizes of an enterprise, else the words of the unit's kind."""
    if settling_field(version) == "enterprise_size":
        sizes = (one for one in EnterpriseSize if one != EnterpriseSize.UNKNOWN)
        return [(one.value, str(one.label)) for one in sizes]
    return [(one.value, str(one.label)) for one in SUB_KINDS[Kind(version.unit.kind)]]
