"""Files over a line that breaks, and the pages of papers as officers see them, in a browser."""

import os
import re

import pytest
from playwright.sync_api import expect

from criteria.models import EvidenceFile, Upload
from evaluations.models import Attachment, Purpose
from evaluations.services.evaluations import open_file
from tests import story
from tests.criteria.files import pdf_with, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LARGE = pdf_with(b"", packed=os.urandom(1_500_000))
AXE_WIDTHS = (360, 1366, 1920)


def pieces_until(page, count):
    """Let so many pieces through, then cut the line."""
    seen = []

    def cut(route):
        seen.append(route.request.url)
        if len(seen) > count:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route(re.compile(r"/tai-len/.*tu="), cut)
    return seen


def test_a_file_whose_line_breaks_is_gone_on_with_and_arrives_whole(walk_as, na_meo, tmp_path):
    open_file(na_meo.area, year=story.year(), by=na_meo.lan)
    paper = tmp_path / "Báo cáo tháng.pdf"
    paper.write_bytes(LARGE)
    walker = walk_as("canbo.nameo")
    page = walker.page
    address = f"/ho-so/{story.year()}/tai-lieu/"

    # The line breaks in the middle; the page is closed and opened again.
    page.goto(address)
    for width in AXE_WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        assert walker.violations() == []
    walker.look("tai-lieu-chung", "Kèm một tài liệu cho nhiều đơn vị")
    choose(page, paper)
    seen = pieces_until(page, 3)
    page.get_by_role("button", name="Kèm tài liệu").click()
    expect(page.get_by_text("Mất kết nối, tự thử lại")).to_be_visible()
    half = Upload.objects.get().received
    assert 0 < half < len(LARGE)
    page.unroute_all()
    page.reload()
    walker.sees("Lần trước tải dở “Báo cáo tháng.pdf”")

    # The same file again: what had arrived is not sent twice; the line breaks once more and comes back.
    choose(page, paper)
    seen = pieces_until(page, 1)
    page.get_by_role("button", name="Kèm tài liệu").click()
    expect(page.get_by_text("Mất kết nối, tự thử lại")).to_be_visible()
    assert seen[0].endswith(f"tu={half}")
    page.unroute_all()
    walker.told("Kèm tài liệu: 1/1 đơn vị")
    assert walker.violations() == []
    walker.look("tai-lieu-ket-qua", "Kèm tài liệu: 1/1 đơn vị")

    stored = EvidenceFile.objects.get()
    with stored.file.open("rb") as kept:
        assert kept.read() == LARGE
    assert stored.name == "Báo cáo tháng.pdf"
    page.get_by_role("link", name="Về tài liệu chung").click()
    row = page.get_by_role("row", name=re.compile("Báo cáo tháng"))
    expect(row).to_contain_text("Lò")
    walker.look("tai-lieu-danh-muc", "Báo cáo tháng.pdf")


def choose(page, *papers):
    page.get_by_label("Tệp PDF, hoặc ảnh chụp các trang").set_input_files(list(papers))
    page.get_by_label(re.compile("^Tất cả")).check()
    page.get_by_label("Tài liệu khác").check()


def test_photographs_are_put_in_order_and_an_upload_can_be_stopped(walk_as, na_meo, tmp_path):
    open_file(na_meo.area, year=story.year(), by=na_meo.lan)
    photos = []
    for place, colour in enumerate(("red", "blue"), start=1):
        photos.append(tmp_path / f"trang {place}.jpg")
        photos[-1].write_bytes(picture(colour=colour, size=(900, 1200)))
    walker = walk_as("canbo.nameo")
    page = walker.page
    page.goto(f"/ho-so/{story.year()}/{na_meo.area.pk}/?tab=tai-lieu")
    page.get_by_label("Đại diện đơn vị").fill("Lò Văn Păn")
    page.get_by_label("Chức danh").fill("Trưởng bản")
    page.get_by_label("Ngày họp đánh giá").fill("1/1")
    page.get_by_label("Tệp PDF, hoặc ảnh chụp các trang").first.set_input_files(photos)
    page.get_by_role("button", name="Xuống: trang 1, trang 1.jpg").click()
    expect(page.locator("ol.pages li").first).to_contain_text("trang 2.jpg")
    walker.look("tai-lieu-cua-don-vi", "trang 2.jpg")
    for width in AXE_WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        assert walker.violations() == []

    page.route(re.compile("/tai-len/.*tu="), lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Lưu biên bản họp").click()
    page.get_by_role("button", name="Dừng tải").click()
    walker.sees("Đã dừng tải. Gửi lại thì tải tiếp từ chỗ dừng.")
    page.unroute_all()
    page.get_by_role("button", name="Lưu biên bản họp").click()

    walker.told("Đã ghi người đại diện và biên bản họp.")
    assert (
        Attachment.objects.get(purpose=Purpose.MINUTES).evidence_file.name == "Ảnh chụp 2 trang.pdf"
    )
    assert [name.name for name in Upload.objects.order_by("at")] == ["trang 2.jpg", "trang 1.jpg"]
    page.get_by_role("link", name="Dùng cho đơn vị, dòng khác").click()
    walker.sees("không phải tải lại")
    page.get_by_label("Nơi lưu bản giấy").press("=")
    expect(page.get_by_label("Nơi lưu bản giấy")).to_have_value("Công an xã Na Mèo")


def test_without_javascript_the_form_sends_the_file_itself(walk_as, na_meo, tmp_path):
    open_file(na_meo.area, year=story.year(), by=na_meo.lan)
    paper = tmp_path / "a.pdf"
    paper.write_bytes(LARGE)
    walker = walk_as("canbo.nameo", java_script_enabled=False)
    walker.page.goto(f"/ho-so/{story.year()}/tai-lieu/")
    choose(walker.page, paper)
    walker.page.get_by_role("button", name="Kèm tài liệu").click()

    walker.told("Kèm tài liệu: 1/1 đơn vị")
    assert EvidenceFile.objects.get().size == len(LARGE)
    assert not Upload.objects.exists()
