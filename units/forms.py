"""Forms of the register and of assignments; the services judge what they hold."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from accounts.services import NewAccount
from antq_portal.lib.fields import CountField, DayField

from .coverage import OPEN_TO_CHOICE
from .models import (
    GRASSROOTS_KINDS,
    SUB_KINDS,
    Coverage,
    EnterpriseSize,
    Kind,
    ManagingLevel,
    Scheme,
    UnitVersion,
)
from .services import HeadCounts, UnitFacts

KIND_OF: Final = MappingProxyType(
    {sub_kind: kind for kind in GRASSROOTS_KINDS for sub_kind in SUB_KINDS[kind]}
)
"""The kind that goes with a sub-kind below the commune."""

LEGAL_ACT_HELP: Final = "Số, ngày, cơ quan ban hành. Ví dụ: Nghị quyết 12/NQ-HĐND ngày 05/01/2026"


class ActForm(forms.Form):
    """A form whose act may be refused: what the service says stands beside the fields."""

    is_denied = False

    def show_denial(self, reason: str) -> None:
        """Say at the level that the act is somebody else's there; what was typed stays."""
        self.is_denied = True
        self.add_error("managing_level" if "managing_level" in self.fields else None, reason)

    def show_refusal(self, refused: ValidationError) -> None:
        """Put the service's messages at their fields, or on top where the form has no such field."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for field, errors in refused.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)


class UnitFilterForm(forms.Form):
    """What a person looks for in the register; an unknown value counts as none."""

    q = forms.CharField(required=False, max_length=100)
    loai = forms.ChoiceField(required=False, choices=[("", "Tất cả"), *Kind.choices])
    thuoc = forms.IntegerField(required=False, min_value=1)
    tat_ca = forms.BooleanField(required=False)

    def value(self, name: str) -> Any:
        """The cleaned value, or nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class UnitForm(ActForm):
    """What is said of one unit."""

    sub_kind = forms.ChoiceField(label="Loại đơn vị")
    name = forms.CharField(
        label="Tên",
        max_length=150,
        help_text="Ghi cả hoặc không ghi từ chỉ loại đều được: “Ché Lầu” hay “Bản Ché Lầu”.",
    )
    managing_level = forms.ChoiceField(
        label="Cấp quản lý",
        choices=ManagingLevel.choices,
        initial=ManagingLevel.COMMUNE,
        help_text="Cấp có thẩm quyền quản lý, không nhất thiết là nơi đơn vị đứng chân.",
    )
    enterprise_size = forms.ChoiceField(
        label="Quy mô doanh nghiệp",
        required=False,
        choices=[("", "Không phải doanh nghiệp"), *EnterpriseSize.choices],
        help_text="Nghị định 80/2021/NĐ-CP Điều 5. Chưa rõ thì chọn “Chưa xác định quy mô”.",
    )

    def __init__(self, *args: Any, kinds: Iterable[Kind] = GRASSROOTS_KINDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_kind"].choices = [
            ("", "Chọn"),
            *((kind.label, [(word, word.label) for word in SUB_KINDS[kind]]) for kind in kinds),
        ]

    def facts(self) -> UnitFacts:
        return UnitFacts(**{name: self.cleaned_data[name] for name in UnitForm.base_fields})


class NewUnitForm(UnitForm):
    """A unit to be added below a commune."""

    valid_from = DayField(
        label="Có từ ngày",
        required=False,
        help_text="Để trống nếu không rõ: tính từ ngày có xã, phường, đặc khu hiện nay.",
    )
    legal_act = forms.CharField(
        label="Căn cứ", required=False, max_length=200, help_text=LEGAL_ACT_HELP
    )

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.cleaned_data["sub_kind"]]


class RevisionForm(UnitForm):
    """What a unit is from a day on."""

    valid_from = DayField(label="Thay đổi từ ngày")
    legal_act = forms.CharField(label="Căn cứ", max_length=200, help_text=LEGAL_ACT_HELP)


class LevelForm(ActForm):
    """Who manages units from a day on that nobody manages now."""

    managing_level = forms.ChoiceField(
        label="Nay do cấp nào quản lý",
        choices=[
            ("", "Chọn"),
            *((one, one.label) for one in (ManagingLevel.COMMUNE, ManagingLevel.PROVINCE)),
        ],
    )
    valid_from = DayField(label="Từ ngày", help_text="Cấp huyện thôi hoạt động từ 01/7/2025.")
    legal_act = forms.CharField(label="Căn cứ", max_length=200, help_text=LEGAL_ACT_HELP)


class ClosingForm(ActForm):
    """The end of a unit."""

    ended_on = DayField(label="Không còn từ ngày", help_text="Ngày đầu tiên không còn đơn vị này.")
    legal_act = forms.CharField(label="Căn cứ", max_length=200, help_text=LEGAL_ACT_HELP)


class SheetForm(forms.Form):
    """An Excel file of units."""

    sheet = forms.FileField(
        label="Tệp Excel (.xlsx)",
        help_text="Theo mẫu của cổng, giữ nguyên dòng đầu và thứ tự các cột.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class HeadCountsForm(ActForm):
    """Head-counts and contacts of a unit."""

    households = CountField(label="Số hộ", required=False)
    members = CountField(label="Số người, cán bộ, người học", required=False)
    counted_on = DayField(label="Ngày chốt số liệu", required=False)
    representative_name = forms.CharField(label="Người đại diện", required=False, max_length=120)
    representative_title = forms.CharField(
        label="Chức danh người đại diện",
        required=False,
        max_length=120,
        help_text="Ví dụ: Trưởng bản, Hiệu trưởng, Giám đốc",
    )
    contact_phone = forms.CharField(label="Điện thoại liên hệ", required=False, max_length=30)

    @classmethod
    def of(cls, version: UnitVersion) -> "HeadCountsForm":
        return cls(initial={name: getattr(version, name) for name in cls.base_fields})

    def counts(self) -> HeadCounts:
        return HeadCounts(**self.cleaned_data)


class AssignmentForm(ActForm):
    """A role to be given to a person."""

    username = forms.CharField(label="Tên đăng nhập của người được giao", max_length=150)
    role = forms.ChoiceField(label="Vai trò", choices=[("", "Chọn"), *Role.choices])
    unit = forms.TypedChoiceField(label="Ở đơn vị", coerce=int)
    starts_on = DayField(label="Từ ngày", initial=localdate)
    ends_on = DayField(
        label="Đến hết ngày", required=False, help_text="Để trống nếu chưa biết ngày kết thúc."
    )
    kinds = forms.MultipleChoiceField(
        label="Chỉ các loại hình",
        required=False,
        choices=[(kind, kind.label) for kind in (*GRASSROOTS_KINDS, Kind.COMMUNE)],
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn gì nghĩa là mọi loại hình. Dùng cho sở, ngành chỉ theo dõi một loại.",
    )

    def __init__(self, *args: Any, units: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "Chọn"), *units]

    def clean_username(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["username"].strip().lower()).first()
        if user is None:
            raise ValidationError("Không có tài khoản nào mang tên đăng nhập này.")
        return user


class PersonForm(ActForm):
    """What is said of the person behind an account."""

    full_name = forms.CharField(label="Họ và tên", max_length=120)
    position = forms.CharField(label="Chức danh", required=False, max_length=120)
    phone = forms.CharField(label="Điện thoại", required=False, max_length=30)

    def person(self, username: str) -> NewAccount:
        said = {name: self.cleaned_data[name] for name in PersonForm.base_fields}
        return NewAccount(username=username, **said)


class NewPersonForm(PersonForm):
    """An account to be opened; the province is asked for only where there is a choice."""

    username = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,}$",
        label="Tên đăng nhập",
        max_length=150,
        help_text="Chữ không dấu, số, dấu chấm. Ví dụ: canbo.nameo. Đặt rồi thì không đổi được.",
        error_messages={
            "invalid": "Chỉ dùng chữ không dấu, số, dấu chấm, gạch; ít nhất 3 ký tự, bắt đầu bằng chữ hoặc số."
        },
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    province = forms.TypedChoiceField(label="Thuộc tỉnh", coerce=int)
    field_order = ("username", "full_name", "position", "phone", "province")

    def __init__(self, *args: Any, provinces: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(provinces)
        if len(offered) == 1:
            del self.fields["province"]
        else:
            self.fields["province"].choices = [("", "Chọn"), *offered]


class LockForm(ActForm):
    """Why an account is locked."""

    reason = forms.CharField(
        label="Lý do khóa",
        max_length=300,
        help_text="Ví dụ: nghỉ hưu từ 01/11/2026; nghi lộ mật khẩu.",
    )


class EndingForm(ActForm):
    """The last day of an assignment."""

    ends_on = DayField(label="Giữ vai trò đến hết ngày", initial=localdate)


class CoverageForm(ActForm):
    """Whether a sub-kind that the law leaves open takes part, from a day on, and why."""

    sub_kind = forms.ChoiceField(
        label="Loại đơn vị",
        choices=[(one.value, str(one.label).capitalize()) for one in OPEN_TO_CHOICE],
    )
    coverage = forms.ChoiceField(
        label="Diện",
        choices=[
            (one.value, one.label)
            for one in (Coverage.COVERED, Coverage.NOT_COVERED, Coverage.VOLUNTARY)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một diện."},
    )
    schemes = forms.MultipleChoiceField(
        label="Áp dụng cho",
        choices=Scheme.choices,
        initial=Scheme.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một chế độ."},
    )
    effective_from = DayField(label="Từ ngày", error_messages={"required": "Ghi ngày bắt đầu."})
    reason = forms.CharField(
        label="Căn cứ, lý do",
        max_length=300,
        help_text="Ví dụ: Hướng dẫn số 12/HD-BCĐ ngày 05/01/2026 của Ban Chỉ đạo tỉnh.",
        error_messages={"required": "Ghi văn bản hoặc lý do của tỉnh."},
    )
