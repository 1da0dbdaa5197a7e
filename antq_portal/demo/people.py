"""The demo's people: who they are, which role they hold where, since when."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.contrib.auth.hashers import get_hasher, make_password

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import DEMO_PASSWORD
from units.models import Assignment, Kind, Unit
from units.services import assign_role

PROVINCE: Final = "38"
OTHER_PROVINCE: Final = "19"
DISTRICT: Final = "387"
SINCE: Final = dt.date(2025, 7, 1)
LONG_SINCE: Final = dt.date(2022, 1, 1)
DISTRICT_SINCE: Final = LONG_SINCE
DISTRICT_UNTIL: Final = dt.date(2025, 6, 30)

COMMUNES: Final = {
    "15013": "nameo", "15010": "sonthuy", "15016": "quanson", "15001": "trungha",
    "15007": "tamthanh", "15019": "tamlu", "15022": "sondien", "15025": "muongmin",
}  # fmt: skip
"""The communes of the former district Quan Sơn by code, with the ending of their accounts."""

KEPT: Final = frozenset({"15013", "15010", "15007", "15022", "15025"})
"""Those of them that no merger touched: their people were there before 01/7/2025 as well."""

FORMER: Final = {
    "15001": "trunghacu", "14999": "trungtien", "14995": "trungxuan", "15016": "sonlu",
    "14998": "trungthuong", "15019": "tamlucu", "15004": "sonha",
}  # fmt: skip
"""The communes that ended on 01/7/2025, with the ending of their people's accounts, which are closed."""

STAFF: Final = (
    ("canbo", Role.OFFICER, "cán bộ Công an xã"),
    ("thamdinh", Role.APPRAISER, "Thường trực Ban Chỉ đạo xã"),
    ("chutich", Role.APPROVER, "Chủ tịch UBND xã"),
    ("vanthu", Role.CLERK, "văn thư UBND xã"),
)
SCHOOL: Final = "school"

NAMES: Final = {
    "canbo.nameo": "Lò Văn Thành", "thamdinh.nameo": "Hà Thị Nguyệt", "chutich.nameo": "Phạm Văn Hùng",
    "vanthu.nameo": "Vi Thị Lan", "canbo.sonthuy": "Lương Văn Tuấn", "thamdinh.sonthuy": "Hà Văn Ngọc",
    "chutich.sonthuy": "Ngân Văn Thắng", "vanthu.sonthuy": "Lò Thị Hoa", "canbo.quanson": "Phạm Bá Long",
    "thamdinh.quanson": "Lê Văn Dũng", "chutich.quanson": "Hà Văn Toàn", "vanthu.quanson": "Phạm Thị Thu",
    "canbo.trungha": "Hà Văn Chiến", "thamdinh.trungha": "Phạm Thị Hạnh", "chutich.trungha": "Vi Văn Lợi",
    "vanthu.trungha": "Lữ Thị Xuân", "canbo.tamthanh": "Lò Văn Hiệp", "thamdinh.tamthanh": "Ngân Thị Mai",
    "chutich.tamthanh": "Lương Văn Bình", "vanthu.tamthanh": "Vi Thị Hồng", "canbo.tamlu": "Phạm Văn Sơn",
    "thamdinh.tamlu": "Hà Văn Quý", "chutich.tamlu": "Lê Xuân Hải", "vanthu.tamlu": "Lò Thị Duyên",
    "canbo.sondien": "Vi Văn Thuận", "thamdinh.sondien": "Lương Thị Yến", "chutich.sondien": "Phạm Văn Cường",
    "vanthu.sondien": "Hà Thị Nhung", "canbo.muongmin": "Lò Văn Đại", "thamdinh.muongmin": "Vi Thị Thủy",
    "chutich.muongmin": "Hà Văn Khoa", "vanthu.muongmin": "Phạm Thị Oanh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """One demo person: account, full name, position, role, code of the unit, from and until."""

    username: str
    full_name: str
    position: str
    role: Role
    unit_code: str
    since: dt.date = SINCE
    until: dt.date | None = None
    kinds: tuple[str, ...] = ()


def _commune_accounts() -> list[Account]:
    return [
        Account(
            f"{prefix}.{ending}", NAMES[f"{prefix}.{ending}"], position, role, code,
            LONG_SINCE if code in KEPT else SINCE,
        )
        for code, ending in COMMUNES.items()
        for prefix, role, position in STAFF
    ]  # fmt: skip


def former_accounts() -> list[Account]:
    """The people of the communes that ended: they told the years before, nobody signs in as them."""
    families, given = (
        ("Hà", "Lò", "Vi", "Phạm", "Lương", "Ngân", "Lê"),
        ("Sơn", "Bình", "Nga", "Tâm"),
    )
    return [
        Account(
            f"{prefix}.{ending}", f"{families[place]} {middle} {given[seat]}", position, role, code,
            LONG_SINCE, DISTRICT_UNTIL,
        )
        for place, (code, ending) in enumerate(FORMER.items())
        for seat, ((prefix, role, position), middle) in enumerate(
            zip(STAFF, ("Văn", "Đình", "Thị", "Minh"), strict=True)
        )
    ]  # fmt: skip


def _province_accounts() -> list[Account]:
    schools = (Kind.EDUCATIONAL_INSTITUTION.value,)
    people = (
        ("canbo", "Nguyễn Văn Đức", "cán bộ Công an tỉnh", Role.OFFICER, ()),
        ("thamdinh", "Trịnh Thị Hương", "Thường trực Ban Chỉ đạo tỉnh", Role.APPRAISER, ()),
        ("chutich", "Lê Đức Minh", "Chủ tịch UBND tỉnh", Role.APPROVER, ()),
        ("vanthu", "Đỗ Thị Hà", "văn thư UBND tỉnh", Role.CLERK, ()),
        ("tonghop", "Nguyễn Thị Thảo", "cán bộ tổng hợp tỉnh", Role.ANALYST, ()),
        ("giaoduc", "Mai Văn Lâm", "Sở Giáo dục và Đào tạo", Role.VIEWER, schools),
        ("quantri", "Bùi Quang Huy", "quản trị tỉnh", Role.ADMINISTRATOR, ()),
    )
    others = (
        ("tonghop", "Hoàng Thị Vân", "cán bộ tổng hợp tỉnh", Role.ANALYST),
        ("quantri", "Dương Văn Nam", "quản trị tỉnh", Role.ADMINISTRATOR),
    )
    return [
        *(
            Account(f"{prefix}.thanhhoa", name, position, role, PROVINCE, LONG_SINCE, kinds=kinds)
            for prefix, name, position, role, kinds in people
        ),
        *(
            Account(f"{prefix}.thainguyen", name, position, role, OTHER_PROVINCE)
            for prefix, name, position, role in others
        ),
    ]


def _district_accounts() -> list[Account]:
    people = (
        ("canbo", "Hà Văn Tiến", "cán bộ Công an huyện", Role.OFFICER),
        ("thamdinh", "Lò Văn Phúc", "Thường trực Ban Chỉ đạo huyện", Role.APPRAISER),
        ("chutich", "Lương Văn Trường", "Chủ tịch UBND huyện", Role.APPROVER),
        ("vanthu", "Ngân Thị Loan", "văn thư UBND huyện", Role.CLERK),
    )
    return [
        Account(
            f"{prefix}.huyenquanson", name, position, role, DISTRICT, DISTRICT_SINCE, DISTRICT_UNTIL
        )
        for prefix, name, position, role in people
    ]


def accounts() -> list[Account]:
    """Every demo person but the national administrator and the head of the school, in the order shown."""
    return [*_commune_accounts(), *_province_accounts(), *_district_accounts()]


def close(account: Account) -> None:
    """Close the account of somebody whose commune is no more: past acts keep the name."""
    User.objects.filter(username=account.username).update(is_active=False)


def writers(province_code: str) -> list[User]:
    """Four names that stand under what a province's other communes wrote in bulk; made once, closed."""
    words = ("Cán bộ phụ trách", "Thường trực Ban Chỉ đạo", "Lãnh đạo UBND", "Văn thư")
    return [
        User.objects.get_or_create(
            username=f"{prefix}.mau.{province_code}",
            defaults={"full_name": f"{word} (mẫu)", "is_demo": True, "is_active": False, "password": "!"},
        )[0]
        for (prefix, _, _), word in zip(STAFF, words, strict=True)
    ]  # fmt: skip


def superuser() -> User:
    """The national administrator `quantri`; made once."""
    user, made = User.objects.get_or_create(
        username="quantri",
        defaults={
            "full_name": "Quản trị hệ thống", "position": "quản trị toàn quốc",
            "is_superuser": True, "is_staff": True, "is_demo": True,
        },
    )  # fmt: skip
    return _with_password(user, made)


def seat(account: Account, unit: Unit, *, by: User) -> User:
    """Make the person and give the role on the unit; a person who is there keeps what was changed."""
    user, made = User.objects.get_or_create(
        username=account.username,
        defaults={"full_name": account.full_name, "position": account.position, "is_demo": True},
    )
    _with_password(user, made)
    if not Assignment.objects.filter(user=user, role=account.role, unit=unit).exists():
        assign_role(
            user, role=account.role, unit=unit, starts_on=account.since, ends_on=account.until,
            kinds=account.kinds, by=by,
        )  # fmt: skip
    return user


def _with_password(user: User, made: bool) -> User:
    if made:
        user.password = _hashed_password(get_hasher().algorithm)
        user.save(update_fields=["password"])
    return user


@cache
def _hashed_password(algorithm: str) -> str:
    """The demo's password, hashed once for everybody: fifty hashes would take ten seconds."""
    return make_password(DEMO_PASSWORD, hasher=algorithm)
