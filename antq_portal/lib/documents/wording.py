"""Standing sentences of the papers and the legal bases in force on a date.

Only starts are stored: a basis holds until a later one of the same list begins.
Legal: Nghị định 30/2020/NĐ-CP, Phụ lục I; Thông tư 124/2021/TT-BCA; Quyết định 510/QĐ-BCA-V05.
"""

from datetime import date

STANDARD = "“An toàn về an ninh, trật tự”"
MOVEMENT = "phong trào Toàn dân bảo vệ an ninh Tổ quốc"
PROVISIONAL = "Bộ tiêu chí tạm thời, cần đối chiếu văn bản gốc"
PORTAL_FORM = "Mẫu của cổng"
CLASSES = ("Xuất sắc", "Khá", "Trung bình", "Yếu")

LOCAL_GOVERNMENT_LAWS = (
    (
        date(2016, 1, 1),
        (
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; Luật sửa đổi, "
            "bổ sung một số điều của Luật Tổ chức Chính phủ và Luật Tổ chức chính quyền địa phương "
            "ngày 22 tháng 11 năm 2019"
        ),
    ),
    (
        date(2025, 3, 1),
        "Căn cứ Luật Tổ chức chính quyền địa phương số 65/2025/QH15 ngày 19 tháng 02 năm 2025",
    ),
    (
        date(2025, 6, 16),
        "Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16 tháng 6 năm 2025",
    ),
)
CIRCULAR_124 = (
    "Căn cứ Thông tư số 124/2021/TT-BCA ngày 28 tháng 12 năm 2021 của Bộ trưởng Bộ Công an quy "
    "định khu dân cư, xã, phường, thị trấn, cơ quan, doanh nghiệp, cơ sở giáo dục đạt tiêu chuẩn "
    f"{STANDARD}"
)
DECISION_510 = (
    "Căn cứ Quyết định số 510/QĐ-BCA-V05 ngày 20 tháng 01 năm 2022 của Bộ trưởng Bộ Công an ban "
    "hành Quy định tiêu chí đánh giá, phân loại phong trào toàn dân bảo vệ an ninh Tổ quốc"
)


def local_government_law(on: date) -> str:
    """Return the basis on the organisation of local government in force on a day.

    Raises ValueError for a day before the first law of the list.
    """
    known = [text for start, text in LOCAL_GOVERNMENT_LAWS if start <= on]
    if not known:
        raise ValueError(
            f"Chưa có căn cứ về tổ chức chính quyền địa phương cho ngày {on:%d/%m/%Y}."
        )
    return known[-1]


def recognition_bases(*, on: date, proposer: str) -> tuple[str, ...]:
    """Bases of a recognition decision signed on a day; `proposer` is the standing body.

    Legal: Thông tư 124/2021/TT-BCA, Điều 9, Điều 10.
    """
    return (local_government_law(on), CIRCULAR_124, f"Theo đề nghị của {proposer}")


def classification_bases(*, on: date, proposer: str) -> tuple[str, ...]:
    """Bases of a classification decision signed on a day; `proposer` is the standing body.

    Legal: Quyết định 510/QĐ-BCA-V05, Điều 11.
    """
    return (local_government_law(on), DECISION_510, CIRCULAR_124, f"Theo đề nghị của {proposer}")


def recognition_articles(
    *, certificate_issuer: str, implementers: str, one_unit: bool = False
) -> tuple[str, ...]:
    """Articles 2 to 4 of a recognition decision.

    `implementers` names the offices, e.g. "Chánh Văn phòng …, Trưởng Công an xã Na Mèo".
    Legal: Thông tư 124/2021/TT-BCA, Điều 10, Điều 12 khoản 2.
    """
    whom = "đơn vị" if one_unit else "các đơn vị"
    return (
        f"{certificate_issuer} cấp Giấy công nhận cho {whom} có tên tại Điều 1 theo quy định.",
        "Quyết định này có hiệu lực kể từ ngày ký.",
        (
            f"{implementers}, {whom} có tên tại Điều 1 và các tổ chức, cá nhân có liên quan "
            "chịu trách nhiệm thi hành Quyết định này."
        ),
    )


def classification_articles(*, implementers: str, one_unit: bool = False) -> tuple[str, ...]:
    """Articles 2 and 3 of a classification decision.

    Legal: Quyết định 510/QĐ-BCA-V05, Điều 11.
    """
    whom = "đơn vị" if one_unit else "các đơn vị"
    return (
        "Quyết định này có hiệu lực kể từ ngày ký.",
        (
            f"{implementers}, {whom} có tên tại Điều 1 và các tổ chức, cá nhân có liên quan "
            "chịu trách nhiệm thi hành Quyết định này."
        ),
    )


def signing_capacity(
    *, title: str, on_behalf_of: str = "", deputy_title: str = ""
) -> tuple[str, ...]:
    """Lines above a signature: TM. for a collective body, KT. when a deputy signs.

    Legal: Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I mục II khoản 7.
    """
    lines = [f"TM. {on_behalf_of}"] if on_behalf_of else []
    lines += [f"KT. {title}", deputy_title] if deputy_title else [title]
    return tuple(line.upper() for line in lines)
