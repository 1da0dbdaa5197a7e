"""The standing body's work with time, in a browser: milestones, an extension, a reminder; and who is reminded.

Every page is held against axe at three widths.
"""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from antq_portal.lib.dates import date_text
from evaluations.models import Extension, Milestones, Nudge
from tests.flows.entry import out_of_reach

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def held(walker, name, words):
    """The page holds the words, fits, and axe finds nothing at any width."""
    walker.look(name, words)
    assert out_of_reach(walker) == {}, name


def test_milestones_extension_and_reminder(walk_as, na_meo):
    appraiser = walk_as("thamdinh.nameo")
    page = appraiser.page
    appraiser.menu("Lịch")
    held(appraiser, "lich", "Ngày của từng loại hình")

    appraiser.follow("Đặt mốc của xã Na Mèo")
    held(appraiser, "lich-moc", "Mốc của xã Na Mèo")
    page.get_by_label("Trình ký chậm nhất ngày").fill(date_text(localdate()))
    appraiser.press("Lưu mốc")
    appraiser.told("Đã lưu mốc")

    page.get_by_label(f"Chọn {na_meo.area_name}, đăng ký").check()
    appraiser.press("Nhắc các đơn vị này")
    appraiser.told("Đã nhắc 1 đơn vị")
    held(appraiser, "lich-da-nhac", "Nhắc")

    appraiser.follow(f"Gia hạn cho {na_meo.area_name}")
    held(appraiser, "gia-han", "Gia hạn dời dấu")
    page.get_by_label("Gia hạn đến hết ngày").fill(date_text(localdate() + dt.timedelta(days=20)))
    page.get_by_label("Lý do").fill("Mưa lũ, đường bị chia cắt.")
    appraiser.press("Gia hạn cho đơn vị")
    appraiser.told("Đã gia hạn cho đơn vị")
    held(appraiser, "ho-so-gia-han", "Được gia hạn đến hết ngày")

    officer = walk_as("canbo.nameo")
    held(officer, "viec-cua-toi-duoc-nhac", "Thường trực Ban Chỉ đạo nhắc")
    officer.goto("/nhac-viec/")
    held(officer, "thu-nhac-viec", "Nhận thư nhắc việc")
    officer.page.get_by_label("Địa chỉ thư điện tử").fill("canbo@example.vn")
    officer.press("Lưu")
    officer.told("Thư nhắc việc gửi đến canbo@example.vn.")

    administrator = walk_as("quantri.thanhhoa")
    administrator.goto("/quan-tri/thu-nhac-viec/")
    held(administrator, "quan-tri-thu", "Thư nhắc việc đã gửi")
    administrator.goto("/lich/")
    held(administrator, "lich-tinh", "Theo xã")

    assert (Milestones.objects.count(), Extension.objects.count(), Nudge.objects.count()) == (
        1,
        1,
        1,
    )
