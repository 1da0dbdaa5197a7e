"""The pages of a commune's own file: what each of its people and of the level above is offered."""

import html

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from evaluations.models import Evaluation
from evaluations.selectors.queue import queue_entries
from evaluations.services.authorities import follow_ended_levels, move_open_files
from evaluations.services.evaluations import open_file, submit_file, take_up_file
from evaluations.workflow import Status
from tests import own_year, story
from tests.cast import version_of
from units.coverage import Scheme
from units.models import Kind, UnitSuccession, UnitVersion

pytestmark = pytest.mark.usefixtures("stage", "db")

SEND, WITHDRAW = "Kiểm tra, gửi thẩm định", "Rút lại để sửa"
SENT_BY = "do Thường trực Ban Chỉ đạo của xã Na Mèo rà soát và gửi thẩm định"


@pytest.fixture
def offices(cast):
    own, above = own_year.new_era(cast)
    own_year.open_year(cast, above.unit, Kind.COMMUNE)
    return own, above


def text(response):
    return html.unescape(response.content.decode())


def file_url(unit):
    return reverse("evaluations:file", args=[story.year(), unit.pk])


def appraisal_url(unit):
    return reverse("evaluations:appraisal", args=[story.year(), unit.pk])


def test_the_officer_is_told_who_sends_and_is_offered_no_button(offices, as_):
    own, above = offices
    own_year.answered(own, above)

    officer = as_(own.officer)
    page = text(officer.get(file_url(own.unit)))
    assert SENT_BY in page
    assert SEND not in page
    assert officer.get(f"{file_url(own.unit)}?buoc=kiem-tra").status_code == 403
    assert officer.post(file_url(own.unit), {"viec": "gui"}).status_code == 403

    assert {one.status for one in story.files(own.unit).values()} == {Status.DRAFT}


def test_the_standing_body_checks_sends_and_takes_back(offices, as_):
    own, above = offices
    own_year.answered(own, above)
    client = as_(own.appraiser)

    page = text(client.get(file_url(own.unit)))
    assert SEND in page
    assert SENT_BY not in page
    assert client.get(f"{file_url(own.unit)}?buoc=kiem-tra").status_code == 200
    client.post(file_url(own.unit), {"viec": "gui"})
    assert {one.status for one in story.files(own.unit).values()} == {Status.SUBMITTED}
    assert WITHDRAW in text(client.get(file_url(own.unit)))
    client.post(file_url(own.unit), {"viec": "rut"})

    assert {one.status for one in story.files(own.unit).values()} == {Status.DRAFT}


def test_the_home_page_leads_each_to_the_own_file(offices, as_):
    own, above = offices
    assert "Đăng ký của xã Na Mèo" in text(as_(own.officer).get("/"))
    own_year.answered(own, above)

    assert "Soạn nốt hồ sơ của xã Na Mèo" in text(as_(own.officer).get("/"))
    assert "Rà soát, gửi thẩm định hồ sơ của xã Na Mèo" in text(as_(own.appraiser).get("/"))
    for other in (own.approver, above.appraiser, above.officer):
        assert "của xã Na Mèo" not in text(as_(other).get("/")).partition("Có gì mới")[0].replace(
            "Hồ sơ của xã Na Mèo", ""
        )


def test_registration_is_sent_by_the_commune_and_accepted_above(offices, as_):
    own, above = offices
    season, figures = story.season(kind=Kind.COMMUNE), story.figures(kind=Kind.COMMUNE)
    row = story.save_registration(season, own.unit, figures, by=own.officer)
    bulk = reverse("evaluations:bulk", args=[story.year()])
    asked = {"don_vi": own.unit.pk, "xa": above.unit.pk}
    tab = f"{file_url(own.unit)}?tab=dang-ky"
    assert f"viec=gui-dang-ky&don_vi={own.unit.pk}&xa={above.unit.pk}" in text(
        as_(own.officer).get(tab)
    )

    assert as_(own.officer).post(bulk, {**asked, "viec": "gui-dang-ky"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "sent"
    assert "Tiếp nhận đăng ký" not in text(as_(own.appraiser).get(tab))
    assert "Tiếp nhận đăng ký" in text(as_(above.appraiser).get(tab))
    assert as_(own.appraiser).post(bulk, {**asked, "viec": "tiep-nhan"}).status_code == 403
    assert as_(above.appraiser).post(bulk, {**asked, "viec": "tiep-nhan"}).status_code == 302

    row.refresh_from_db()
    assert row.status == "accepted"


def test_the_province_list_shows_a_commune_only_its_own_row(offices, cast, as_):
    own, above = offices
    sheet = reverse("evaluations:sheet", args=[story.year()])
    page = text(as_(own.officer).get(f"{sheet}?xa={above.unit.pk}"))

    assert "Xã Na Mèo" in page
    assert "Xã Sơn Thủy" not in page
    assert "Xã Sơn Thủy" in text(as_(above.appraiser).get(sheet))


def test_the_provinces_officer_is_offered_nothing_on_a_communes_row(offices, as_):
    own, above = offices
    own_year.answered(own, above)
    bulk = reverse("evaluations:bulk", args=[story.year()])

    asked = {"don_vi": own.unit.pk, "viec": "gui-tham-dinh"}
    page = text(as_(above.officer).post(bulk, asked, follow=True))

    assert "việc này của cấp khác" in page
    assert {one.status for one in story.files(own.unit).values()} == {Status.DRAFT}


def test_the_queue_and_the_appraisal_page_are_the_provinces(offices, as_):
    own, above = offices
    own_year.submitted(own, above)
    queue = reverse("evaluations:queue")

    assert "Xã Na Mèo" in text(as_(above.appraiser).get(queue))
    assert "Xã Na Mèo" not in text(as_(own.appraiser).get(queue)).partition("<main")[2]
    assert as_(above.appraiser).get(appraisal_url(own.unit)).status_code == 200
    assert as_(own.appraiser).get(appraisal_url(own.unit)).status_code == 403
    as_(above.appraiser).post(
        reverse("evaluations:appraisal_take_up", args=[story.year(), own.unit.pk])
    )

    assert {one.status for one in story.files(own.unit).values()} == {Status.IN_REVIEW}


def test_session_and_decision_pages_are_the_provinces(offices, as_):
    own, above = offices
    own_year.appraised(own, above)
    session = own_year.session_of(above, [own.unit])
    decision = own_year.drafted(above, session, [own.unit], Scheme.RECOGNITION)

    assert as_(own.appraiser).get(session.get_absolute_url()).status_code == 404
    assert as_(own.approver).get(decision.get_absolute_url()).status_code == 404
    assert "Xã Na Mèo" in text(as_(above.appraiser).get(session.get_absolute_url()))
    page = text(as_(above.appraiser).get(decision.get_absolute_url()))
    assert "Trình ký" in page
    assert "Tỉnh Thanh Hóa" in page


SECRET = "Nội dung chỉ người có việc được đọc"


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("own.officer", True), ("own.appraiser", True), ("above.appraiser", True),
        ("above.approver", True), ("own.approver", False), ("own.clerk", False),
        ("above.officer", False), ("above.clerk", False),
    ],
)  # fmt: skip
def test_sensitive_rows_are_read_by_the_files_own_people(offices, as_, who, reads):
    own, above = offices
    own_year.answered(own, above)
    recognition = story.files(own.unit)[Scheme.RECOGNITION]
    hidden = recognition.answers.filter(criterion__is_sensitive=True)
    assert hidden.exists()
    hidden.update(note=SECRET)
    place, _, name = who.partition(".")
    person = getattr({"own": own, "above": above}[place], name)

    page = text(as_(person).get(f"{file_url(own.unit)}?tab=tt124&xem=tat-ca"))

    assert (SECRET in page) == reads


@pytest.fixture
def handed_over(cast, time_machine):
    """A commune's file sent to its district in June 2025; the commune lives on below the province."""
    time_machine.move_to("2025-06-20T03:00:00+00:00")
    district = own_year.old_era(cast)[1]
    commune = own_year.make_unit(
        Kind.COMMUNE, "Mường Mìn", parent=district.unit, sub_kind="xa", level="district"
    )
    own = own_year.office_of(commune, "muongmin")
    province = own_year.new_era(cast)[1]
    own_year.open_year(cast, district.unit, Kind.COMMUNE)
    own_year.submitted(own, district)
    old = version_of(commune)
    UnitVersion.objects.create(
        unit=commune, valid_from="2025-07-01", name=old.name, sub_kind="xa", parent=cast.province,
        path=f"{version_of(cast.province).path}{commune.pk}/", managing_level="province",
        sort_key=old.sort_key, search_key=old.search_key,
    )  # fmt: skip
    UnitSuccession.objects.create(
        predecessor=district.unit,
        successor=cast.province,
        on="2025-07-01",
        legal_act="Luật 72/2025/QH15",
    )
    time_machine.move_to("2025-07-02T03:00:00+00:00")
    return own, district, province


def test_a_file_sent_to_a_level_that_ended_waits_at_the_level_that_follows(handed_over, as_):
    own, district, province = handed_over
    queue = reverse("evaluations:queue")
    stored = {one.appraising_unit_id for one in story.files(own.unit).values()}
    assert stored == {district.unit.pk}

    assert "Xã Mường Mìn" in text(as_(province.appraiser).get(queue))

    rows = story.files(own.unit).values()
    assert {one.appraising_unit_id for one in rows} == {province.unit.pk}
    assert {one.deciding_unit_id for one in rows} == {province.unit.pk}
    assert AuditEvent.objects.filter(act="evaluation.move").count() == 2
    take_up_file(own.unit, year=2025, by=province.appraiser)


def test_the_appraisal_page_opens_before_any_list_was(handed_over, as_):
    own, _, province = handed_over

    assert as_(province.appraiser).get(appraisal_url(own.unit)).status_code == 200


def test_files_move_once_and_only_what_stands_in_no_decision(handed_over):
    own, _, province = handed_over

    follow_ended_levels([province.unit.pk])

    assert move_open_files(province.unit.pk) == 0
    entries = queue_entries(province.appraiser, authorities=[province.unit.pk], year=2025)
    assert [one.unit_id for one in entries] == [own.unit.pk]


def test_a_persons_ended_role_offers_nothing(offices, cast, as_):
    own, above = offices
    own_year.answered(own, above)
    own.appraiser.assignments.update(ends_on=own_year.localdate() - own_year.dt.timedelta(days=1))
    client = as_(own.appraiser)

    assert client.get(file_url(own.unit)).status_code == 404
    assert client.get(reverse("evaluations:sheet", args=[story.year()])).status_code == 403
    with pytest.raises(Evaluation.DoesNotExist):
        raise_first(submit_file, own.unit, by=own.appraiser)


def raise_first(act, unit, *, by):
    """Unit or file, nothing is there for somebody without a role."""
    try:
        act(unit, year=story.year(), by=by)
    except type(unit).DoesNotExist as unseen:
        raise Evaluation.DoesNotExist from unseen


def test_opening_is_offered_to_the_officer_only(offices, as_):
    own, above = offices
    for person in (own.appraiser, above.officer, above.appraiser):
        assert "Bắt đầu tự đánh giá" not in text(as_(person).get(file_url(own.unit)))
    assert "Bắt đầu tự đánh giá" in text(as_(own.officer).get(file_url(own.unit)))
    open_file(own.unit, year=story.year(), by=own.officer)
