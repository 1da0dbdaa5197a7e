"""One realistic example of every paper, for tests and for looking at."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from antq_portal.lib import documents as d
from antq_portal.lib.documents import wording

YEAR = 2026
AREA = "xã Na Mèo, tỉnh Thanh Hóa"
NOUN = "khu dân cư"
STANDING = "Thường trực Ban Chỉ đạo xây dựng phong trào Toàn dân bảo vệ an ninh Tổ quốc xã Na Mèo"
SIGNED_ON = date(YEAR, 11, 13)
VILLAGES = (
    "Bản Ché Lầu", "Bản Na Pọng", "Bản Na Mèo", "Bản Sộp Huối", "Bản Hiềng", "Bản Bo",
    "Bản Cha Khót", "Bản Son", "Bản Xộp Huối - Mùa Xuân, khu tái định cư tập trung Pu Lưa",
    "Bản Sa Ná",
)  # fmt: skip
CHECK = d.Verification(code="7K2M-9QXA", url="https://antq.thanhhoa.gov.vn/xac-minh/7K2M-9QXA/")
PEOPLES_COMMITTEE = d.Letterhead(
    issuer=("Ủy ban nhân dân", "xã Na Mèo"), place="Na Mèo", year=YEAR, symbol="QĐ-UBND",
    number="5", issued_on=SIGNED_ON,
)  # fmt: skip
NOTICE_HEAD = d.Letterhead(
    issuer=("Ủy ban nhân dân", "xã Na Mèo"), place="Na Mèo", year=YEAR, symbol="TB-UBND",
    number="41", issued_on=SIGNED_ON,
)  # fmt: skip
COMMITTEE = d.Letterhead(
    superior=("Ủy ban nhân dân", "xã Na Mèo"),
    issuer=("Ban Chỉ đạo xây dựng phong trào Toàn dân bảo vệ an ninh Tổ quốc",),
    place="Na Mèo", year=YEAR, symbol="TTr-BCĐ",
)  # fmt: skip
MINUTES_HEAD = replace(COMMITTEE, symbol="BB-BCĐ")
LIST_HEAD = replace(COMMITTEE, symbol="")
VILLAGE_HEAD = d.Letterhead(
    superior=("Xã Na Mèo",), issuer=("Bản Ché Lầu",), place="Na Mèo", year=YEAR
)
VILLAGE = d.Subject(name="Bản Ché Lầu", noun=NOUN, area=AREA)
CHAIRMAN = d.Signature(
    capacity=wording.signing_capacity(title="Chủ tịch", on_behalf_of="Ủy ban nhân dân"),
    name="Phạm Văn Thiết",
)
HEAD_OF_VILLAGE = d.Signature(
    capacity=("TRƯỞNG BẢN",), hint="(Ký, ghi rõ họ tên)", name="Thao Văn Dia"
)
HEAD_OF_BOARD = d.Signature(
    capacity=("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN THƯỜNG TRỰC", "TRƯỞNG CÔNG AN XÃ"),
    name="Trung tá Lê Văn Nam",
)
RECIPIENTS = ("Như Điều 4", "Công an tỉnh (để báo cáo)", "Lưu: VT, CAX")
OFFICES = "Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng Công an xã Na Mèo"
HALF_DONE = "Số hộ đăng ký 84/86, đạt 97,6 %, chưa đủ 100 % theo quy định."


def names(count):
    return [VILLAGES[i] if i < len(VILLAGES) else f"Khu dân cư số {i + 1}" for i in range(count)]


def recognition(count=10, *, not_met=2, **changes):
    items = [d.RecognitionItem(name=name, met=True) for name in names(count)]
    failed = [d.RecognitionItem(name=f"Bản Chưa Đạt {n}", met=False) for n in range(not_met)]
    values = {
        "letterhead": PEOPLES_COMMITTEE,
        "authority": "Ủy ban nhân dân xã Na Mèo",
        "issued_by": "Ủy ban nhân dân xã Na Mèo",
        "bases": wording.recognition_bases(on=SIGNED_ON, proposer=STANDING),
        "articles": wording.recognition_articles(
            certificate_issuer="Ủy ban nhân dân xã Na Mèo", implementers=OFFICES,
            one_unit=count == 1,
        ),
        "noun": NOUN, "area": AREA, "year": YEAR,
        "items": tuple(items + failed),
        "signatures": (CHAIRMAN,), "recipients": RECIPIENTS, "verification": CHECK,
    }  # fmt: skip
    return d.RecognitionDecision(**{**values, **changes})


def result_notice(count=2, **changes):
    whole = recognition(1, not_met=0)
    values = {
        "letterhead": replace(NOTICE_HEAD, number="41"), "authority": whole.authority,
        "issued_by": whole.issued_by, "bases": whole.bases, "articles": (), "noun": NOUN,
        "area": AREA, "year": YEAR,
        "items": tuple(d.RecognitionItem(name=name, met=False) for name in names(count)),
        "signatures": (CHAIRMAN,), "verification": CHECK,
        "recipients": ("Các đơn vị có tên trong thông báo", "Lưu: VT, CAX"),
    }  # fmt: skip
    return d.ResultNotice(**{**values, **changes})


def classification(count=40, **changes):
    classes = wording.CLASSES
    items = tuple(
        d.ClassificationItem(
            name=name, points=Decimal("97.25") - Decimal("1.5") * i,
            band=classes[min(i * 4 // max(count, 4) + (i > 36), 3)],
            note="Có ý kiến bằng văn bản" if i == 11 else "",
        )
        for i, name in enumerate(names(count))
    )  # fmt: skip
    values = {
        "letterhead": PEOPLES_COMMITTEE,
        "authority": "Chủ tịch Ủy ban nhân dân xã Na Mèo",
        "issued_by": "Chủ tịch Ủy ban nhân dân xã Na Mèo",
        "bases": wording.classification_bases(on=SIGNED_ON, proposer=STANDING),
        "articles": wording.classification_articles(implementers=OFFICES),
        "noun": NOUN, "area": AREA, "year": YEAR, "items": items,
        "signatures": (
            d.Signature(
                capacity=wording.signing_capacity(title="Chủ tịch", deputy_title="Phó Chủ tịch"),
                name="Lương Thị Hạnh",
            ),
        ),
        "recipients": ("Như Điều 3", "Công an tỉnh (để báo cáo)", "Lưu: VT, CAX"),
        "provisional": True, "verification": CHECK,
    }  # fmt: skip
    return d.ClassificationDecision(**{**values, **changes})


def notice():
    return d.NonRecognitionNotice(
        letterhead=NOTICE_HEAD, subject=VILLAGE, year=YEAR, issued_by="Ủy ban nhân dân xã Na Mèo",
        bases=(
            wording.CIRCULAR_124,
            ("Căn cứ Biên bản họp thẩm định ngày 09 tháng 11 năm 2026 của Ban Chỉ đạo xây dựng "
            "phong trào Toàn dân bảo vệ an ninh Tổ quốc xã Na Mèo"),
        ),
        unmet=(
            d.UnmetCriterion(
                ref="4.1", reason=HALF_DONE,
                requirement="Toàn bộ hộ đang cư trú ở khu dân cư đăng ký tham gia xây dựng khu "
                "dân cư đạt tiêu chuẩn.",
            ),
            d.UnmetCriterion(
                ref="4.4.d", reason="Xảy ra 01 vụ cháy nghiêm trọng; không thuộc trường hợp bất "
                "khả kháng.",
                requirement="Không xảy ra cháy, nổ nghiêm trọng; tai nạn lao động chết người; sự "
                "cố nghiêm trọng theo quy định của pháp luật.",
            ),
        ),
        guidance=(
            ("Bản Ché Lầu tiếp tục thực hiện các nội dung chưa đạt, đăng ký phấn đấu trong Quý I "
            "năm 2027; Công an xã có trách nhiệm hướng dẫn."),
        ),
        signatures=(CHAIRMAN,), recipients=("Bản Ché Lầu", "Công an xã", "Lưu: VT"),
        verification=CHECK,
    )  # fmt: skip


def certificate(name="Bản Ché Lầu", number="12"):
    code = f"GCN-{number}"
    return d.Certificate(
        letterhead=PEOPLES_COMMITTEE, year=YEAR, authority="Ủy ban nhân dân xã Na Mèo",
        subject=d.Subject(name=name, noun=NOUN, area=AREA),
        decision_number="5", decision_symbol="QĐ-UBND", decision_on=SIGNED_ON,
        decided_by="Ủy ban nhân dân xã Na Mèo", register_number=number, signatures=(CHAIRMAN,),
        verification=d.Verification(
            code=code, url=f"https://antq.thanhhoa.gov.vn/xac-minh/{code}/"
        ),
    )  # fmt: skip


def registration():
    return d.RegistrationForm(
        letterhead=VILLAGE_HEAD, subject=VILLAGE, year=YEAR, addressee=STANDING,
        facts=(
            d.Fact(label="Tổng số hộ cư trú", value="86 hộ (số liệu chốt ngày 20/02/2026)"),
            d.Fact(label="Số hộ đăng ký tham gia", value="86 hộ, đạt 100 %"),
            d.Fact(label="Nghị quyết của chi bộ", value="số 03-NQ/CB ngày 05/02/2026"),
            d.Fact(label="Người đại diện"),
        ),
        undertakings=(
            "100 % hộ gia đình đăng ký và thực hiện xây dựng khu dân cư đạt tiêu chuẩn",
            ("Chấp hành đầy đủ chủ trương của Đảng, chính sách, pháp luật của Nhà nước và quy định "
            "của địa phương về an ninh, trật tự"),
            "Tham gia hiệu quả phòng, chống tội phạm, tệ nạn xã hội và vi phạm pháp luật khác",
        ),
        signatures=(
            d.Signature(capacity=("XÁC NHẬN CỦA CHI BỘ", "BÍ THƯ"), hint="(Ký, ghi rõ họ tên)"),
            HEAD_OF_VILLAGE,
        ),
    )  # fmt: skip


def report():
    quiet = "Không xảy ra"
    rows = (
        ("4.1 (i)", "Trong Quý I, chi bộ có nghị quyết về bảo đảm an ninh, trật tự.", "Đạt",
         "NQ số 03-NQ/CB ngày 05/02/2026"),
        ("4.1 (iii)", "Toàn bộ hộ đang cư trú ở khu dân cư đăng ký tham gia.", "Đạt",
         "86/86 hộ (100 %)"),
    )  # fmt: skip
    incidents = (
        ("4.3.a", ("Không có hoạt động chống Đảng, chống chính quyền, phá hoại khối đại đoàn kết "
         "toàn dân tộc."), quiet, "Lưu tại Công an xã"),
        ("4.3.g", ("Không có người kích động, ép buộc, lôi kéo, mua chuộc người khác tập trung "
         "đông người khiếu kiện, gây rối trật tự công cộng; không lợi dụng khiếu nại, tố cáo để "
         "tuyên truyền chống Nhà nước, xâm phạm lợi ích Nhà nước."), quiet, "Lưu tại Công an xã"),
    )  # fmt: skip
    return d.SelfAssessmentReport(
        letterhead=VILLAGE_HEAD, subject=VILLAGE, year=YEAR, addressee=STANDING,
        counts_from=date(2025, 11, 1), counts_to=date(2026, 10, 31),
        facts=(
            d.Fact(label="Số hộ, số khẩu", value="86 hộ, 412 nhân khẩu"),
            d.Fact(label="Tổ bảo vệ an ninh, trật tự", value="01 tổ, 03 thành viên"),
        ),
        groups=(
            d.CriterionGroup(ref="4.1", heading="Lãnh đạo, đăng ký", rows=_criteria(rows)),
            d.CriterionGroup(
                ref="4.3", heading="Không để xảy ra (an ninh chính trị, tôn giáo, dân tộc, "
                "khiếu kiện)", rows=_criteria(incidents * 6),
            ),
        ),
        conclusion="Đạt tiêu chuẩn “An toàn về an ninh, trật tự” năm 2026",
        signatures=(HEAD_OF_VILLAGE,), recipients=("Như trên", "Lưu: khu dân cư"),
        provisional=True,
    )  # fmt: skip


def _criteria(rows):
    return tuple(
        d.CriterionRow(ref=ref, requirement=text, answer=answer, basis=basis, appraised="Đạt")
        for ref, text, answer, basis in rows
    )


def score_sheet():
    rows = tuple(
        d.ScoreRow(
            code=f"A{n}", text="Tham gia Ngày hội toàn dân bảo vệ an ninh Tổ quốc và các hoạt "
            "động do Ban Chỉ đạo xã phát động.", max_points=Decimal(5),
            self_points=Decimal("4.50"), appraised_points=None,
            note="không áp dụng, tính đủ điểm" if n == 3 else "",
        )
        for n in range(1, 11)
    )  # fmt: skip
    groups = tuple(
        d.ScoreGroup(
            code=code, heading=heading, rows=rows, max_points=Decimal(50),
            self_points=Decimal(45),
        )
        for code, heading in (("A", "Lãnh đạo, tuyên truyền"), ("B", "Kết quả bảo đảm ANTT"))
    )  # fmt: skip
    return d.ScoreSheet(
        letterhead=VILLAGE_HEAD, subject=VILLAGE, year=YEAR, groups=groups, provisional=True,
        max_total=Decimal(100), self_total=Decimal("90.00"), self_band="Xuất sắc",
        signatures=(
            d.Signature(capacity=("CẤP TRÊN CHẤM ĐIỂM",), hint="(Ký, ghi rõ họ tên)"),
            HEAD_OF_VILLAGE,
        ),
    )  # fmt: skip


def assessment_minutes():
    return d.AssessmentMinutes(
        letterhead=VILLAGE_HEAD, subject=VILLAGE, year=YEAR, held_on=None, started_at="",
        venue="Nhà văn hóa Bản Ché Lầu", chair=d.Person(name="Thao Văn Dia", title="Trưởng bản"),
        secretary=d.Person(),
        participants=(
            d.Person(title="Bí thư chi bộ"), d.Person(title="đại diện Ban Công tác Mặt trận"),
            d.Person(title="đại diện các tổ chức đoàn thể"),
            d.Person(title="đại diện Công an xã"),
        ),
        findings=(
            d.Fact(label="Số tiêu chí đạt", value="19/19"),
            d.Fact(label="Tiêu chí chưa đạt", value="không có"),
            d.Fact(label="Điểm tự chấm phong trào", value="90 điểm, mức Xuất sắc"),
        ),
        conclusions=("Giao Trưởng bản hoàn thiện hồ sơ gửi Công an xã trước ngày 05/11/2026.",),
        met=True, provisional=True,
        signatures=(
            d.Signature(capacity=("THƯ KÝ",), hint="(Ký, ghi rõ họ tên)"),
            d.Signature(capacity=("CHỦ TRÌ",), hint="(Ký, ghi rõ họ tên)", name="Thao Văn Dia"),
            d.Signature(capacity=("ĐẠI DIỆN BAN CÔNG TÁC MẶT TRẬN",), hint="(Ký, ghi rõ họ tên)"),
            d.Signature(capacity=("ĐẠI DIỆN CÔNG AN XÃ",), hint="(Ký, ghi rõ họ tên)"),
        ),
    )  # fmt: skip


def unit_proposal():
    return d.UnitProposal(
        letterhead=VILLAGE_HEAD, subject=VILLAGE, year=YEAR, addressee=STANDING,
        bases=(
            wording.CIRCULAR_124,
            "Căn cứ Biên bản họp đánh giá ngày 02 tháng 11 năm 2026 của Bản Ché Lầu",
        ),
        paragraphs=(
            ("Đối chiếu với tiêu chuẩn “An toàn về an ninh, trật tự”, Bản Ché Lầu tự đánh giá đạt "
            "19/19 tiêu chí."),
        ),
        requests=(
            ("Bản Ché Lầu kính trình Thường trực Ban Chỉ đạo xem xét, thẩm định, đề nghị Ủy ban "
            "nhân dân xã công nhận Bản Ché Lầu đạt tiêu chuẩn “An toàn về an ninh, trật tự” năm "
            "2026."),
        ),
        enclosures=("Báo cáo kết quả xây dựng khu dân cư đạt tiêu chuẩn", "Biên bản họp đánh giá"),
        signatures=(HEAD_OF_VILLAGE,), recipients=("Như trên", "Lưu: khu dân cư"),
    )  # fmt: skip


def appraised(count=10):
    classes = wording.CLASSES
    return tuple(
        d.AppraisedUnit(
            name=name, met=i % 5 != 4, self_points=Decimal("95.5") - i, points=Decimal(95) - i,
            band=classes[i % 2], note="Không đủ 100 % hộ đăng ký" if i % 5 == 4 else "",
        )
        for i, name in enumerate(names(count))
    )  # fmt: skip


def session_minutes():
    return d.SessionMinutes(
        letterhead=MINUTES_HEAD, noun=NOUN, area=AREA, year=YEAR, items=appraised(),
        committee="Ban Chỉ đạo xây dựng phong trào Toàn dân bảo vệ an ninh Tổ quốc xã Na Mèo",
        held_on=date(YEAR, 11, 9), started_at="08 giờ 00 phút", ended_at="11 giờ 15 phút",
        venue="Phòng họp Ủy ban nhân dân xã Na Mèo",
        chair=d.Person(name="Phạm Văn Thiết", title="Chủ tịch UBND xã, Trưởng Ban Chỉ đạo"),
        secretary=d.Person(name="Vi Thị Mai", title="cán bộ Công an xã"),
        members=(
            d.Person(name="Lê Văn Nam", title="Trưởng Công an xã, Phó Trưởng ban Thường trực"),
            d.Person(name="Hà Thị Lan", title="Chủ tịch Ủy ban MTTQ xã, thành viên"),
        ),
        absent="không", opinions=("Nhất trí với kết quả thẩm định.",),
        conclusions=(
            "Nhất trí đề nghị công nhận 08 khu dân cư đạt tiêu chuẩn",
            "Giao Thường trực Ban Chỉ đạo lập tờ trình",
        ),
        provisional=True,
        signatures=(
            d.Signature(capacity=("THƯ KÝ",), name="Vi Thị Mai"),
            d.Signature(capacity=("CHỦ TRÌ",), name="Phạm Văn Thiết"),
        ),
        recipients=(),
    )  # fmt: skip


def standing_submission():
    return d.StandingSubmission(
        letterhead=COMMITTEE, noun=NOUN, area=AREA, year=YEAR, items=appraised(),
        addressee="Ủy ban nhân dân xã Na Mèo", issued_by=STANDING,
        bases=(
            wording.CIRCULAR_124, wording.DECISION_510,
            "Căn cứ Biên bản họp thẩm định ngày 09 tháng 11 năm 2026",
        ),
        facts=(
            d.Fact(label="Tổng số đơn vị thuộc diện", value="11 khu dân cư"),
            d.Fact(label="Số đơn vị đăng ký", value="11/11 (100 %)"),
            d.Fact(label="Không xét năm nay", value="01 khu dân cư (mới thành lập)"),
        ),
        requests=("Kính trình Ủy ban nhân dân xã xem xét, quyết định.",),
        enclosures=("Biên bản họp thẩm định", "Dự thảo Quyết định công nhận"),
        provisional=True, signatures=(HEAD_OF_BOARD,), recipients=("Như trên", "Lưu: CAX"),
    )  # fmt: skip


def proposed_class_list():
    items = tuple(
        d.AppraisedUnit(
            name=i.name, self_points=i.self_points, points=i.points, band=i.band
        )
        for i in appraised(40)
    )  # fmt: skip
    return d.ProposedClassList(
        letterhead=LIST_HEAD, noun=NOUN, area=AREA, year=YEAR, items=items, provisional=True,
        signatures=(
            d.Signature(capacity=("NGƯỜI LẬP DANH SÁCH",), name="Vi Thị Mai"), HEAD_OF_BOARD,
        ),
    )  # fmt: skip


def supplement_request():
    return d.SupplementRequest(
        letterhead=LIST_HEAD, subject=VILLAGE, year=YEAR, due_on=date(YEAR, 11, 7),
        send_to="Công an xã Na Mèo", contact="đồng chí Vi Thị Mai, cán bộ phụ trách",
        items=(
            d.SupplementItem(
                ref="4.1 (iii)", content="Số hộ đăng ký chưa khớp với biên bản họp dân.",
                action="Đối chiếu và xác nhận lại số hộ tại thời điểm đăng ký.",
            ),
            d.SupplementItem(ref="Biên bản", content="Thiếu chữ ký của đại diện Công an xã."),
        ),
        signatures=(HEAD_OF_BOARD,), recipients=("Bản Ché Lầu", "Lưu: CAX"),
    )  # fmt: skip


def every_paper():
    return (
        recognition(), result_notice(), classification(), notice(), certificate(), registration(), report(),
        score_sheet(), assessment_minutes(), unit_proposal(), session_minutes(),
        standing_submission(), proposed_class_list(), supplement_request(),
    )  # fmt: skip
