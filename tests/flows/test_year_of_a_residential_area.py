"""One residential area's year, from registration to the public check, as its people walk it."""

import pytest

from criteria.scoring import AnswerValues
from evaluations.services.decisions import send_to_sign
from evaluations.services.rosters import prepare_roster
from tests import story
from tests.flows import steps
from tests.flows.na_meo import new_area
from tests.flows.walking import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
INCIDENT = {
    "4.4.b": AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="Lũ quét đêm 12/7.")
}


@pytest.mark.worker
def test_whole_year(walk_as, na_meo, celery_worker_process):
    lan, minh = walk_as("canbo.nameo"), walk_as("thamdinh.nameo")
    area = na_meo.area_name

    steps.register(lan, area)
    steps.accept(minh, area)
    steps.answer_recognition(lan, area)
    steps.answer_classification(lan)
    steps.state(lan)
    steps.submit(lan)
    steps.send_back(minh, area)
    steps.mend_and_resend(lan, area)
    steps.appraise(minh, area)
    steps.hold_session(minh, area)
    steps.draft_decision(minh)
    steps.approve(walk_as("chutich.nameo", size=PHONE), area)
    van = walk_as("vanthu.nameo")
    steps.issue(van)
    codes = steps.download_papers(van, area)
    steps.verify(walk_as(), codes, area)
    steps.look_back(lan, area)
    steps.count(lan)


def test_year_goes_on_without_script(walk_as, na_meo):
    area = na_meo.area
    story.registered(area, officer=na_meo.lan, appraiser=na_meo.minh)
    lan = walk_as("canbo.nameo", java_script_enabled=False)

    lan.goto(f"/ho-so/{story.year()}/{area.pk}/")
    lan.press("Bắt đầu tự đánh giá")
    for code in ("4.1.i", "4.1.ii"):
        steps.choose(lan, code, "Đạt")
    lan.press("Lưu mục 4.1")
    lan.told("Đã lưu")
    lan.press("Không xảy ra ở cả 7 dòng còn trống")
    lan.told("Đã lưu")
    story.answered(area, officer=na_meo.lan)
    story.stated(area, officer=na_meo.lan)
    lan.follow("Tài liệu")
    lan.follow("Kiểm tra, gửi thẩm định")
    lan.press("Gửi thẩm định")
    lan.told("Đã gửi thẩm định")

    minh = walk_as("thamdinh.nameo", java_script_enabled=False)
    minh.follow("Nhận thẩm định")
    minh.page.get_by_label(f"Chọn {na_meo.area_name}").check()
    minh.press("Nhận thẩm định")
    minh.confirm("Nhận thẩm định")
    minh.follow(na_meo.area_name)
    minh.press("Xác nhận thẩm định")
    minh.confirm("Xác nhận thẩm định")
    minh.told("Đã xác nhận thẩm định")


@pytest.fixture
def busy_year(na_meo):
    """An area at every step; returns what stands at which step."""
    areas = {
        name: new_area(na_meo.na_meo, f"Bản {name} (mẫu)", by=na_meo.lan)
        for name in ("Son", "Sa Ná", "Khà", "Hạ", "Mòn")
    }
    prepare_roster(na_meo.na_meo, year=story.year())
    story.registered(areas["Son"], officer=na_meo.lan, appraiser=na_meo.minh)
    story.answered(areas["Son"], officer=na_meo.lan)
    story.in_review(areas["Sa Ná"], na_meo, changes=INCIDENT)
    decisions = {
        "issued": story.issued([areas["Khà"]], na_meo),
        "sent": send_to_sign(story.drafted([areas["Hạ"]], na_meo), by=na_meo.minh),
        "approved": story.approved([areas["Mòn"]], na_meo),
    }
    return {"new": na_meo.area, "draft": areas["Son"], "in_review": areas["Sa Ná"],
            "done": areas["Khà"], **decisions}  # fmt: skip


def pages_of(year, busy):
    """The pages of the story by the account that sees them."""
    sheet, unit = f"/ho-so/{year}/", f"/ho-so/{year}/{busy['draft'].pk}/"
    decision = {name: busy[name].get_absolute_url() for name in ("issued", "sent", "approved")}
    return {
        "": ["/dang-nhap/", f"/xac-minh/{busy['issued'].verification_code}/", "/xac-minh/0/"],
        "canbo.nameo": [
            "/", sheet, f"{sheet}danh-sach/", f"{sheet}dang-ky/", f"{sheet}tieu-chi/",
            f"/ho-so/{year}/{busy['new'].pk}/", f"{unit}?tab=dang-ky", f"{unit}?tab=tt124",
            f"{unit}?tab=qd510&xem=tat-ca", f"{unit}?tab=tai-lieu", f"{unit}?tab=lich-su",
            f"{unit}?buoc=kiem-tra", f"/ho-so/{year}/{busy['done'].pk}/?tab=qd510",
            "/don-vi/", f"/don-vi/{busy['draft'].pk}/", "/bao-cao/", "/bao-cao/ket-qua-nam/",
            "/cong-viec/",
        ],
        "thamdinh.nameo": [
            "/", "/tham-dinh/", f"/tham-dinh/{year}/{busy['in_review'].pk}/",
            f"/tham-dinh/{year}/{busy['in_review'].pk}/tra-lai/", "/tham-dinh/phien/",
            "/tham-dinh/phien/moi/", busy["sent"].session.get_absolute_url(), "/quyet-dinh/",
        ],
        "chutich.nameo": ["/", decision["sent"], f"{decision['sent']}duyet/"],
        "vanthu.nameo": [f"{decision['approved']}ban-hanh/", decision["issued"]],
        "quantri.thanhhoa": ["/quan-tri/", "/quan-tri/ky-danh-gia/"],
    }  # fmt: skip


@pytest.mark.slow
def test_every_page_is_within_reach_of_everybody(walk_as, na_meo, busy_year):
    wrong = {}
    for username, addresses in pages_of(story.year(), busy_year).items():
        walker = walk_as(username)
        for place in addresses:
            walker.page.goto(place)
            for size in (DESK, PHONE):
                walker.page.set_viewport_size(size)
                found = walker.wider_than_the_window() + walker.violations()
                if found:
                    wrong[f"{username} {place} {size['width']} px"] = found

    assert wrong == {}
