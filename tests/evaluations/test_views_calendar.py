"""The calendar, the milestones' form, extending and reminding: what is shown to whom, what is refused."""

import pytest

from evaluations.models import Extension, Milestones, Nudge
from evaluations.selectors.extensions import extension_token, milestones_token
from tests import story
from tests.november import at, extended, milestones, said
from tests.pages import address

pytestmark = pytest.mark.django_db


def test_calendar_says_the_days_and_who_is_behind(year_2026, clock, as_):
    cast = year_2026
    milestones(cast, meet_by=3, submit_by=5, appraise_by=9, propose_by=11)

    page = said(as_(cast.lan).get(address("calendar")))

    for line in (
        "thứ Bảy 14/11/2026 · Quyết định chậm nhất (văn bản ghi “trước 15/11”) còn 5 ngày làm việc",
        "thứ Ba 03/11/2026 · Mốc của xã: họp đã qua",
        "thứ Tư 11/11/2026 · Mốc của xã: trình ký còn 3 ngày làm việc",
        "thứ Tư 18/11/2026 · Ngày hội Đại đoàn kết toàn dân tộc",
        "thứ Sáu 20/11/2026 · Ngày Nhà giáo Việt Nam",
        "Gửi thẩm định, khu dân cư 2 đơn vị",
        "Chậm nhất thứ Năm 5/11 · quá hạn 4 ngày mốc của cấp thẩm quyền",
    ):
        assert line in page
    assert "Nhắc các đơn vị này" not in page
    assert "Bản Thủy Thành" not in page


def test_calendar_lists_what_is_asked_for(year_2026, as_):
    client = as_(year_2026.minh)

    soon = said(client.get(address("calendar", muc="sap-den", viec="gui", loai="residential_area")))
    late = said(client.get(address("calendar", muc="qua-han", viec="gui")))
    opened = client.get(address("calendar"))

    assert "Bản Ché Lầu Gửi thẩm định" in soon
    assert "Nhắc các đơn vị này" in soon
    assert "Không có đơn vị nào ở mục này." in late
    chips = opened.context["chips"]
    first = next(chip["label"] for chip in chips if chip["count"])
    assert [chip["label"] for chip in chips if chip["current"]] == [first]


def test_calendar_opens_at_the_first_tab_that_has_something(year_2026, as_):
    cast = year_2026
    for unit in (cast.che_lau, cast.hiem):
        story.registered(unit, officer=cast.lan, appraiser=cast.minh)
    client = as_(cast.minh)

    page = client.get(address("calendar"))

    counts = {chip["label"]: chip["count"] for chip in page.context["chips"]}
    [current] = [chip["label"] for chip in page.context["chips"] if chip["current"]]
    assert counts["Quá hạn"] == 0 < counts["Sắp đến hạn"]
    assert current == "Sắp đến hạn"
    assert "Bản Ché Lầu Gửi thẩm định" in said(page)


def test_province_sees_its_communes_those_behind_first(year_2026, clock, as_):
    cast = year_2026
    clock.move_to(at(11, 16))
    story.submitted(cast.hiem, cast)
    story.submitted(cast.che_lau, cast)
    client = as_(cast.tuan)

    page = said(client.get(address("calendar")))
    of_commune = client.get(address("calendar", xa=cast.na_meo.pk))

    assert page.index("Xã Sơn Thủy 4") < page.index("Xã Na Mèo 2")
    assert of_commune.status_code == 200
    assert "Gia hạn" not in said(of_commune).split("Danh sách đơn vị")[1]
    assert as_(cast.nga).get(address("calendar", xa=cast.na_meo.pk)).status_code == 404


def test_milestones_are_set_on_a_form_that_knows_what_was_seen(year_2026, as_):
    client, url = as_(year_2026.minh), address("milestones")
    sent = {"nhin": milestones_token(None), "meet_by": "3/11", "propose_by": "18/11"}

    stored = said(client.post(url, sent, follow=True))
    stale = said(client.post(url, sent))
    wrong = client.post(url, {**sent, "propose_by": "2/11"})

    assert "Đã lưu mốc: mọi loại hình dưới xã." in stored
    assert "Khu dân cư: có mốc sau hạn quyết định của văn bản (14/11/2026)." in stored
    assert "vừa đặt mốc" in stale
    assert (wrong.status_code, "sớm hơn mốc trước nó" in said(wrong)) == (422, True)
    assert Milestones.objects.get().propose_by.day == 18
    assert as_(year_2026.lan).get(url).status_code == 403


def test_a_unit_is_extended_and_its_file_says_so(year_2026, as_):
    cast = year_2026
    url, file = (address(name, 2026, cast.che_lau.pk) for name in ("extension_new", "file"))
    client = as_(cast.minh)
    sent = {"nhin": extension_token(None), "until_on": "18/11", "reason": "Mưa lũ chia cắt."}

    done = said(client.post(url, sent, follow=True))
    seen = said(as_(cast.lan).get(file))
    end = address("extension_end", 2026, cast.che_lau.pk)
    taken_back = said(as_(cast.minh).post(end, {"note": "Đường đã thông."}, follow=True))

    assert "quyết định ban hành sau hạn vẫn bị đánh dấu muộn" in done
    assert "Được gia hạn đến hết ngày thứ Tư 18/11/2026" in seen
    assert "Mưa lũ chia cắt." in seen
    assert "Đã bỏ gia hạn" in taken_back
    assert "Được gia hạn" not in taken_back
    assert Extension.objects.get().end_reason == "Đường đã thông."
    assert as_(cast.lan).get(url).status_code == 403
    assert as_(cast.nga).get(url).status_code == 404


def test_an_extension_that_is_over_is_told_as_over(year_2026, clock, as_):
    extended(year_2026, 17)
    clock.move_to(at(11, 18))

    page = said(as_(year_2026.lan).get(address("file", 2026, year_2026.che_lau.pk)))

    assert "Đã hết gia hạn (đến hết ngày 17/11/2026)" in page


def test_units_are_reminded_from_the_list(year_2026, as_):
    cast = year_2026
    client = as_(cast.minh)

    answer = said(client.post(address("nudge"), {"don_vi": [cast.che_lau.pk]}, follow=True))
    again = said(client.post(address("nudge"), {"don_vi": [cast.che_lau.pk]}, follow=True))
    nobody = said(client.post(address("nudge"), follow=True))
    home = said(as_(cast.lan).get(address("home")))

    assert "Đã nhắc 1 đơn vị: Bản Ché Lầu." in answer
    assert "hôm nay Phạm Văn Minh đã nhắc" in again
    assert "Chọn ít nhất một đơn vị" in nobody
    assert Nudge.objects.count() == 1
    assert "Thường trực Ban Chỉ đạo nhắc" in home
    assert as_(cast.lan).post(address("nudge"), {"don_vi": [cast.hiem.pk]}).status_code == 403


def test_sheet_queue_and_appraisal_say_until_when(year_2026, as_):
    cast = year_2026
    milestones(cast, appraise_by=9)
    story.submitted(cast.che_lau, cast)
    story.submitted(cast.hiem, cast)
    extended(cast, 18)
    client = as_(cast.minh)

    queue = said(client.get(address("queue")))
    sheet = said(client.get(address("sheet", 2026)))
    file = said(client.get(address("appraisal", 2026, cast.che_lau.pk)))

    assert "18/11/2026 còn 8 ngày làm việc được gia hạn" in queue
    assert "09/11/2026 hôm nay là ngày cuối mốc của cấp thẩm quyền" in queue
    assert "gia hạn đến 18/11" in sheet
    assert "Chậm nhất thứ Bảy 14/11 còn 5 ngày làm việc mốc của xã: thẩm định 9/11" in file
    assert "Được gia hạn đến hết ngày thứ Tư 18/11/2026: Mưa lũ" in file
