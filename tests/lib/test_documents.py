"""What stands on each paper."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from antq_portal.lib import documents
from antq_portal.lib.documents import pdf, wording
from antq_portal.lib.documents.snapshot import PAPERS
from tests.lib import paper_samples as samples

EVERY_PAPER = {paper.slug: paper for paper in samples.every_paper()}


def opened(*papers):
    return PdfReader(io.BytesIO(pdf.render_pdf(list(papers))))


def text_of(page):
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def whole_text(reader):
    return " ".join(text_of(page) for page in reader.pages)


def test_every_paper_has_an_example():
    assert set(EVERY_PAPER) == set(PAPERS)


@pytest.mark.parametrize("slug", sorted(PAPERS))
def test_paper_says_it_is_a_form_of_the_portal(slug):
    text = whole_text(opened(EVERY_PAPER[slug]))

    assert "Mẫu của cổng" in text
    assert "mẫu của thông tư" not in text.lower()


@pytest.mark.parametrize("slug", sorted(PAPERS))
def test_provisional_criteria_are_named_on_every_paper_that_rests_on_them(slug):
    firm = text_of(opened(replace(EVERY_PAPER[slug], provisional=False)).pages[0])
    provisional = text_of(opened(replace(EVERY_PAPER[slug], provisional=True)).pages[0])

    assert wording.PROVISIONAL not in firm
    assert wording.PROVISIONAL in provisional


def test_recognition_names_only_units_that_meet_the_standard():
    reader = opened(samples.recognition(10, not_met=2))

    text = whole_text(reader)
    assert "Công nhận 10 khu dân cư thuộc xã Na Mèo, tỉnh Thanh Hóa" in text
    assert "Danh sách này có 10 khu dân cư./." in text
    assert "Chưa Đạt" not in text
    assert "Chưa đạt" not in text


def test_recognition_of_one_unit_names_it_in_the_first_article_without_annex():
    reader = opened(samples.recognition(1))

    assert len(reader.pages) == 1
    text = whole_text(reader)
    assert "Điều 1. Công nhận Bản Ché Lầu, xã Na Mèo, tỉnh Thanh Hóa đạt tiêu chuẩn" in text
    assert "Phụ lục" not in text


def test_decision_of_forty_units_repeats_its_header_and_numbers_the_annex_apart():
    reader = opened(samples.recognition(40))

    pages = [text_of(page) for page in reader.pages]
    assert len(pages) == 3
    assert pages[0].startswith("ỦY BAN NHÂN DÂN XÃ NA MÈO CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert pages[1].startswith("Phụ lục DANH SÁCH KHU DÂN CƯ ĐẠT TIÊU CHUẨN")
    assert "(Kèm theo Quyết định số 05/QĐ-UBND ngày 13 tháng 11 năm 2026 của" in pages[1]
    assert pages[2].startswith("STT Tên đơn vị Ghi chú")
    assert pages[2].endswith(" 2 Mẫu của cổng · Mã xác minh 7K2M-9QXA")


def test_decision_follows_the_form_of_decree_30():
    text = text_of(opened(samples.recognition()).pages[0])

    assert "Số: 05/QĐ-UBND" in text
    assert "Na Mèo, ngày 13 tháng 11 năm 2026" in text
    assert "số 72/2025/QH15 ngày 16 tháng 6 năm 2025;" in text
    assert "Tổ quốc xã Na Mèo. QUYẾT ĐỊNH: Điều 1." in text
    assert "thi hành Quyết định này./." in text
    assert "Nơi nhận: - Như Điều 4; - Công an tỉnh (để báo cáo); - Lưu: VT, CAX." in text
    assert "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH" in text


def test_draft_bears_watermark_and_open_number():
    head = replace(samples.PEOPLES_COMMITTEE, number="", issued_on=None)
    reader = opened(samples.recognition(40, draft=True, letterhead=head, verification=None))

    pages = [text_of(page) for page in reader.pages]
    assert all("DỰ THẢO" in page for page in pages)
    assert "Số: /QĐ-UBND" in pages[0]
    assert "Na Mèo, ngày tháng năm 2026" in pages[0]


def test_issued_decision_bears_code_and_address_of_verification():
    html = documents.render_html(samples.recognition())

    assert "Mã xác minh: 7K2M-9QXA" in html
    assert "https://antq.thanhhoa.gov.vn/xac-minh/7K2M-9QXA/" in html
    assert html.count("data:image/png;base64,") == 1
    assert "DỰ THẢO" not in html


def test_classification_lists_all_classes_with_totals():
    text = whole_text(opened(samples.classification(40)))

    assert "- Xuất sắc: 10 đơn vị, chiếm tỷ lệ 25,0 %;" in text
    assert "- Yếu: 10 đơn vị, chiếm tỷ lệ 25,0 %." in text
    assert "97,25 Xuất sắc" in text
    assert "40 Khu dân cư số 40 38,75 Yếu" in text
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in text


def test_classification_of_one_unit_says_points_and_class_in_the_article():
    text = whole_text(opened(samples.classification(1)))

    assert "đối với Bản Ché Lầu, xã Na Mèo, tỉnh Thanh Hóa: đạt 97,25 điểm, mức Xuất sắc." in text


def test_place_column_stands_only_where_a_unit_has_a_place():
    item = documents.RecognitionItem(name="Thôn 1", met=True, place="xã Sơn Hà cũ")

    assert "Địa bàn" in documents.render_html(samples.recognition(items=(item, item)))
    assert "Địa bàn" not in documents.render_html(samples.recognition(2))


def test_notice_gives_the_reason_of_each_unmet_criterion():
    text = whole_text(opened(samples.notice()))

    assert "1. Kết quả: Chưa đạt tiêu chuẩn" in text
    assert samples.HALF_DONE in text
    assert "Số: 41/TB-UBND" in text


def test_notice_without_guidance_closes_by_itself():
    text = whole_text(opened(replace(samples.notice(), guidance=())))

    assert "thông báo để khu dân cư biết, thực hiện./." in text


def test_certificate_is_one_landscape_page_with_decision_number():
    reader = opened(samples.certificate())

    (page,) = reader.pages
    assert page.mediabox.width > page.mediabox.height
    text = text_of(page)
    assert "GIẤY CÔNG NHẬN" in text
    assert "chứng nhận" not in text.lower()
    assert "(Quyết định số 05/QĐ-UBND ngày 13 tháng 11 năm 2026 của" in text
    assert "Số vào sổ: 12 Mã xác minh: GCN-12" in text


def test_score_sheet_aligns_decimals_and_leaves_the_appraiser_room():
    text = whole_text(opened(samples.score_sheet()))

    assert "TT Nội dung chấm điểm Điểm chuẩn Điểm tự chấm Cấp trên chấm" in text
    assert "TỔNG ĐIỂM 100,0 90,0" in text
    assert "Mức tự phân loại: Xuất sắc" in text
    assert "Mức cấp trên phân loại: ……" in text


def test_minutes_leave_room_to_fill_in_by_hand():
    text = whole_text(opened(samples.assessment_minutes()))

    assert "Thời gian bắt đầu: giờ phút, ngày tháng năm 2026." in text
    assert "- ……………………………………, Bí thư chi bộ;" in text
    assert "x Đạt tiêu chuẩn Chưa đạt tiêu chuẩn" in text
    assert "ĐẠI DIỆN CÔNG AN XÃ" in text


def test_session_minutes_tell_a_meeting_from_written_opinions():
    meeting = whole_text(opened(samples.session_minutes()))
    writing = whole_text(opened(replace(samples.session_minutes(), by_writing=True)))

    assert "Họp thẩm định khu dân cư thuộc xã Na Mèo" in meeting
    assert "Tổng hợp ý kiến bằng văn bản về việc thẩm định" in writing
    assert "08 đơn vị đạt, 02 đơn vị chưa đạt." in meeting


def test_supplement_request_names_the_last_day():
    text = whole_text(opened(samples.supplement_request()))

    assert "chậm nhất ngày 07 tháng 11 năm 2026." in text
    assert "cán bộ phụ trách./." in text


@pytest.mark.parametrize("slug", sorted(PAPERS))
def test_every_paper_shows_what_the_user_typed_as_text_not_as_markup(slug):
    head = replace(EVERY_PAPER[slug].letterhead, place="<img src='file:///etc/passwd'>")

    html = documents.render_html(replace(EVERY_PAPER[slug], letterhead=head))

    assert "<img src='file" not in html
