"""The words for kinds, sub-kinds and levels of units."""

from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices


class Kind(TextChoices):
    """What sort of unit it is for ever (loại hình); the local word is the sub-kind."""

    NATION = "nation", "Cả nước"
    PROVINCE = "province", "Tỉnh, thành phố"
    DISTRICT = "district", "Huyện"
    COMMUNE = "commune", "Xã, phường, đặc khu"
    RESIDENTIAL_AREA = "residential_area", "Khu dân cư"
    AGENCY = "agency", "Cơ quan"
    ENTERPRISE = "enterprise", "Doanh nghiệp"
    EDUCATIONAL_INSTITUTION = "educational_institution", "Cơ sở giáo dục"


TERRITORIAL_KINDS: Final = (Kind.NATION, Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE)
"""Units of government; names and succession of these are open to everyone signed in."""

GRASSROOTS_KINDS: Final = (
    Kind.RESIDENTIAL_AREA,
    Kind.AGENCY,
    Kind.ENTERPRISE,
    Kind.EDUCATIONAL_INSTITUTION,
)
"""Units below the commune that register and are evaluated."""

EVALUATED_KINDS: Final = (*GRASSROOTS_KINDS, Kind.COMMUNE, Kind.DISTRICT)
"""Everything that has a yearly file; the district until the 2024 season."""


class SubKind(TextChoices):
    """The local word for a unit (tên gọi loại đơn vị); it prints in documents."""

    TINH = "tinh", "tỉnh"
    THANH_PHO_TW = "thanh_pho_tw", "thành phố"
    QUAN = "quan", "quận"
    HUYEN = "huyen", "huyện"
    THI_XA = "thi_xa", "thị xã"
    THANH_PHO = "thanh_pho", "thành phố thuộc tỉnh"
    XA = "xa", "xã"
    PHUONG = "phuong", "phường"
    THI_TRAN = "thi_tran", "thị trấn"
    DAC_KHU = "dac_khu", "đặc khu"
    THON = "thon", "thôn"
    LANG = "lang", "làng"
    BAN = "ban", "bản"
    AP = "ap", "ấp"
    BUON = "buon", "buôn"
    BON = "bon", "bon"
    PHUM = "phum", "phum"
    SOC = "soc", "sóc"
    KHOM = "khom", "khóm"
    XOM = "xom", "xóm"
    TO = "to", "tổ"
    TO_DAN_PHO = "to_dan_pho", "tổ dân phố"
    KHU_PHO = "khu_pho", "khu phố"
    KHU = "khu", "khu"
    STATE_BODY = "state_body", "cơ quan nhà nước"
    PUBLIC_SERVICE = "public_service", "đơn vị sự nghiệp công lập"
    POLITICAL_BODY = "political_body", "tổ chức chính trị - xã hội"
    ARMED_FORCES = "armed_forces", "đơn vị lực lượng vũ trang"
    ENTERPRISE = "enterprise", "doanh nghiệp"
    COOPERATIVE = "cooperative", "hợp tác xã"
    PRESCHOOL = "preschool", "mầm non, nhà trẻ"
    PRIMARY = "primary", "tiểu học"
    PRIMARY_LOWER = "primary_lower", "tiểu học và trung học cơ sở"
    LOWER_SECONDARY = "lower_secondary", "trung học cơ sở"
    LOWER_UPPER = "lower_upper", "trung học cơ sở và trung học phổ thông"
    UPPER_SECONDARY = "upper_secondary", "trung học phổ thông"
    MULTI_LEVEL = "multi_level", "trường phổ thông nhiều cấp học"
    CONTINUING = "continuing", "giáo dục thường xuyên"
    VOCATIONAL = "vocational", "giáo dục nghề nghiệp"
    UNIVERSITY = "university", "cao đẳng, đại học"


_S = SubKind
SUB_KINDS: Final = MappingProxyType(
    {
        Kind.NATION: (),
        Kind.PROVINCE: (_S.TINH, _S.THANH_PHO_TW),
        Kind.DISTRICT: (_S.QUAN, _S.HUYEN, _S.THI_XA, _S.THANH_PHO),
        Kind.COMMUNE: (_S.XA, _S.PHUONG, _S.THI_TRAN, _S.DAC_KHU),
        Kind.RESIDENTIAL_AREA: (
            _S.THON, _S.LANG, _S.BAN, _S.AP, _S.BUON, _S.BON, _S.PHUM, _S.SOC, _S.KHOM,
            _S.XOM, _S.TO, _S.TO_DAN_PHO, _S.KHU_PHO, _S.KHU,
        ),
        Kind.AGENCY: (_S.STATE_BODY, _S.PUBLIC_SERVICE, _S.POLITICAL_BODY, _S.ARMED_FORCES),
        Kind.ENTERPRISE: (_S.ENTERPRISE, _S.COOPERATIVE),
        Kind.EDUCATIONAL_INSTITUTION: (
            _S.PRESCHOOL, _S.PRIMARY, _S.PRIMARY_LOWER, _S.LOWER_SECONDARY, _S.LOWER_UPPER,
            _S.UPPER_SECONDARY, _S.MULTI_LEVEL, _S.CONTINUING, _S.VOCATIONAL, _S.UNIVERSITY,
        ),
    }
)  # fmt: skip
"""Which local words go with which kind."""


class ManagingLevel(TextChoices):
    """Who manages a unit, which is not always where it lies (thuộc thẩm quyền quản lý).

    Legal: Thông tư 124/2021/TT-BCA Điều 10; Nghị định 142/2025/NĐ-CP (schools).
    """

    COMMUNE = "commune", "Cấp xã"
    DISTRICT = "district", "Cấp huyện"
    PROVINCE = "province", "Cấp tỉnh"
    MINISTRY = "ministry", "Bộ Công an"


class EnterpriseSize(TextChoices):
    """Size of an enterprise (quy mô doanh nghiệp). Legal: Nghị định 80/2021/NĐ-CP Điều 5."""

    UNKNOWN = "unknown", "Chưa xác định quy mô"
    MICRO = "micro", "Siêu nhỏ"
    SMALL = "small", "Nhỏ"
    MEDIUM = "medium", "Vừa"
    LARGE = "large", "Lớn"


class Scheme(TextChoices):
    """The two legal instruments that one engine serves (chế độ)."""

    RECOGNITION = "recognition", "Công nhận đạt tiêu chuẩn An toàn về ANTT"
    CLASSIFICATION = "classification", "Phân loại phong trào"


class Coverage(TextChoices):
    """Whether a scheme covers a unit (thuộc diện)."""

    COVERED = "covered", "Thuộc diện"
    NOT_COVERED = "not_covered", "Không thuộc diện"
    VOLUNTARY = "voluntary", "Tự nguyện tham gia"
    UNDECIDED = "undecided", "Chưa xác định"
