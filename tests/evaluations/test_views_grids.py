"""Grids of many units: registration, one criterion at a time, incidents, minutes."""

import pytest

from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, Attachment, Evaluation, Purpose, Registration
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.registrations import save_registration
from evaluations.services.seasons import lock_season
from evaluations.workflow import RegistrationStatus
from tests import story
from tests.pages import address, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

SIGHTS = [("lan", 200), ("minh", 200), ("van", 200), ("tuan", 200), ("root", 200), ("nga", 404)]


@pytest.fixture
def registration_url(cast, open_year):
    return address("registration_grid", story.year())


def line(unit, version=0, **values):
    """One row of the registration grid as it is posted."""
    given = {
        "resolution_number": "03-NQ/CB", "resolution_on": "5/1", "registered_on": "12/1",
        "households_registered": "80", "households_total": "80", "counted_on": "12/1",
    } | values  # fmt: skip
    return {f"u{unit.pk}-version": version} | {f"u{unit.pk}-{k}": v for k, v in given.items()}


def grid_url(row, **query):
    return address("criterion_grid", story.year(), dong=row, **query)


def cell(unit, scheme, code, version=0, **values):
    """The inputs of one unit and criterion as they are posted."""
    season = story.season(scheme)
    prefix = f"u{unit.pk}c{definition_of(season.criteria_set).row(code).id}"
    return {f"u{unit.pk}-v": version} | {f"{prefix}-{k}": v for k, v in values.items()}


def verdicts(code):
    rows = Answer.objects.filter(criterion__code=code)
    return dict(rows.values_list("evaluation__unit", "verdict"))


@pytest.mark.parametrize(("name", "status"), SIGHTS)
@pytest.mark.parametrize("page", ["registration_grid", "criterion_grid"])
def test_grids_are_seen_in_scope(cast, open_year, as_, page, name, status):
    url = address(page, story.year(), xa=cast.na_meo.pk)

    assert as_(getattr(cast, name)).get(url).status_code == status


def test_only_who_may_write_gets_inputs(cast, registration_url, as_):
    field = f'name="u{cast.che_lau.pk}-registered_on"'

    assert field in words(as_(cast.lan).get(registration_url))
    assert field not in words(as_(cast.minh).get(registration_url))
    assert as_(cast.van).post(registration_url, line(cast.che_lau)).status_code == 403
    assert not Registration.objects.exists()


def test_all_rows_are_saved_in_one_post(cast, registration_url, as_):
    data = line(cast.che_lau) | line(
        cast.hiem, households_registered="1.079", households_total="1.080"
    )

    answer = as_(cast.lan).post(registration_url, data)

    assert answer.status_code == 302
    saved = Registration.objects.get(unit=cast.hiem)
    assert (saved.households_registered, saved.households_total) == (1079, 1080)
    assert saved.registered_on.year == story.year()
    assert "99,9" in words(as_(cast.lan).get(registration_url))


def test_wrong_row_is_kept_as_typed_and_the_others_are_saved(cast, registration_url, as_):
    data = line(cast.che_lau, households_registered="99") | line(cast.hiem)

    answer = as_(cast.lan).post(registration_url, data)

    assert answer.status_code == 422
    page = words(answer)
    assert "lớn hơn tổng số hộ" in page
    assert 'value="99"' in page
    assert list(Registration.objects.values_list("unit", flat=True)) == [cast.hiem.pk]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("registered_on", "32/1", "Không có ngày 32/1"),
        ("households_total", "tám", "không phải là số"),
        ("registered_on", "1/1/2199", "còn ở phía trước"),
        ("households_total", "", "Ghi tổng số hộ để tính tỷ lệ (Điều 4 khoản 1)."),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field(
    cast, registration_url, as_, field, typed, said
):
    answer = as_(cast.lan).post(registration_url, line(cast.che_lau, **{field: typed}))

    assert answer.status_code == 422
    assert said in words(answer)
    assert f'id="u{cast.che_lau.pk}-{field}-error"' in words(answer)
    assert not Registration.objects.exists()


def test_untouched_rows_are_not_written(cast, registration_url, as_):
    empty = dict.fromkeys(
        ("resolution_number", "resolution_on", "registered_on", "households_registered",
         "households_total", "counted_on"), "",
    )  # fmt: skip

    as_(cast.lan).post(registration_url, line(cast.che_lau, **empty))

    assert not Registration.objects.exists()


def test_row_saved_meanwhile_shows_both(cast, registration_url, as_):
    save_registration(
        story.season(), cast.che_lau, story.figures(households_registered=70), by=cast.lan
    )
    client = as_(cast.lan)

    late = client.post(registration_url, line(cast.che_lau, version=0))
    kept = Registration.objects.get().households_registered
    client.post(registration_url, line(cast.che_lau, version=1))

    assert late.status_code == 422
    assert "Bản đang lưu:" in words(late)
    assert "hộ đăng ký: 70" in words(late)
    assert kept == 70
    assert Registration.objects.get().households_registered == 80


def test_sending_saves_first_and_then_asks(cast, registration_url, as_):
    data = {**line(cast.che_lau), "viec": "gui-dang-ky", "don_vi": [cast.che_lau.pk]}

    answer = as_(cast.lan).post(registration_url, data)

    assert "hang-loat" in answer.headers["Location"]
    assert Registration.objects.get().status == RegistrationStatus.DRAFT


def test_one_paper_serves_many_units(cast, registration_url, as_):
    data = {"viec": "kem", "kept_at": "UBND xã Na Mèo", "don_vi": [cast.che_lau.pk, cast.hiem.pk]}
    client = as_(cast.lan)

    nobody = client.post(registration_url, {"viec": "kem", "kept_at": "UBND xã"})
    nothing = client.post(registration_url, {**data, "kept_at": ""})
    client.post(registration_url, data)

    assert "Đánh dấu ở đầu dòng" in words(nobody)
    assert "Chọn tệp, hoặc ghi nơi lưu bản giấy." in words(nothing)
    assert Attachment.objects.filter(purpose=Purpose.REGISTRATION).count() == 2


def test_late_registration_is_marked_not_refused(cast, registration_url, as_):
    save_registration(
        story.season(), cast.che_lau,
        story.figures(registered_on=story.season().window_to), by=cast.lan,
    )  # fmt: skip

    assert "sau Quý I" in words(as_(cast.lan).get(registration_url))


def test_locked_season_is_read_only(cast, registration_url, as_):
    lock_season(story.season(), by=cast.thu)

    assert "-registered_on" not in words(as_(cast.lan).get(registration_url))


def test_criterion_is_answered_for_many_units(cast, open_year, as_):
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.2", verdict="met")
    data |= cell(cast.hiem, Scheme.RECOGNITION, "4.2", verdict="not_met")

    answer = as_(cast.lan).post(grid_url("tt124:4.2"), data)

    assert answer.status_code == 302
    assert verdicts("4.2") == {cast.che_lau.pk: "met", cast.hiem.pk: "not_met"}
    assert Evaluation.objects.count() == 4


def test_criterion_grid_never_chooses_beforehand(cast, open_year, as_):
    page = words(as_(cast.lan).get(grid_url("tt124:4.2")))

    assert '<option value="met">Đạt<' in page
    assert "selected>Đạt" not in page


def test_blank_cells_open_no_file(cast, open_year, as_):
    as_(cast.lan).post(
        grid_url("tt124:4.2"), cell(cast.che_lau, Scheme.RECOGNITION, "4.2", verdict="")
    )

    assert not Evaluation.objects.exists()


def test_wrong_cell_is_kept_and_the_others_are_saved(cast, open_year, as_):
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.1.iii", numerator="90", denominator="80")
    data |= cell(cast.hiem, Scheme.RECOGNITION, "4.1.iii", numerator="80", denominator="80")

    answer = as_(cast.lan).post(grid_url("tt124:4.1.iii"), data)

    assert answer.status_code == 422
    assert "“Số hộ đã đăng ký” không được lớn hơn" in words(answer)
    assert 'value="90"' in words(answer)
    assert set(verdicts("4.1.iii")) == {cast.hiem.pk}


def test_household_figures_come_from_the_registration_and_are_saved(cast, open_year, as_):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    client = as_(cast.lan)

    assert "từ bản đăng ký, chưa lưu" in words(client.get(grid_url("tt124:4.1.iii")))
    client.post(
        grid_url("tt124:4.1.iii"),
        cell(cast.che_lau, Scheme.RECOGNITION, "4.1.iii", numerator="80", denominator="80"),
    )

    assert Answer.objects.get(criterion__code="4.1.iii").numerator == 80


def test_grid_keeps_the_explanation_it_does_not_show(cast, open_year, as_):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    values = AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="Lũ quét.")
    save_answers(recognition, {"4.4.b": Typed(values)}, by=cast.lan)
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.4.b", version=1, **{"counts-0": "2"})

    as_(cast.lan).post(grid_url("tt124:4.4.b"), data)

    saved = Answer.objects.get(criterion__code="4.4.b")
    assert (saved.counts, saved.note, saved.exception_claimed) == ([2], "Lũ quét.", "bat_kha_khang")


def test_levels_are_chosen_and_proposals_confirmed(cast, open_year, as_):
    as_(cast.lan).post(
        grid_url("qd510:B3"), cell(cast.che_lau, Scheme.CLASSIFICATION, "B3", level="5")
    )

    assert Answer.objects.get(criterion__code="B3").points == 5


def test_stale_cell_is_refused_for_that_unit_alone(cast, open_year, as_):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="not_met"))}, by=cast.lan)
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.2", version=0, verdict="met")
    data |= cell(cast.hiem, Scheme.RECOGNITION, "4.2", verdict="met")

    answer = as_(cast.lan).post(grid_url("tt124:4.2"), data)

    assert "vừa lưu dòng này" in words(answer)
    assert verdicts("4.2") == {cast.che_lau.pk: "not_met", cast.hiem.pk: "met"}


def test_sent_files_are_read_only_in_the_grid(cast, open_year, as_):
    story.submitted(cast.che_lau, cast)
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.2", version=1, verdict="not_met")

    as_(cast.lan).post(grid_url("tt124:4.2"), data)

    assert verdicts("4.2") == {cast.che_lau.pk: "met"}


def test_grid_is_written_by_officers_only(cast, open_year, as_):
    data = cell(cast.che_lau, Scheme.RECOGNITION, "4.2", verdict="met")

    assert as_(cast.minh).post(grid_url("tt124:4.2"), data).status_code == 403
    assert not Answer.objects.exists()


def none_url(row, **query):
    return address("no_incidents", story.year(), dong=row, **query)


def test_nothing_happened_is_confirmed_by_name(cast, open_year, as_):
    client = as_(cast.lan)

    asked = words(client.get(none_url("tt124:vu-viec", tru=cast.hiem.pk)))
    client.post(none_url("tt124:vu-viec"), {"tru": cast.hiem.pk})

    assert "Xác nhận không xảy ra cho 1 đơn vị" in asked
    assert "(trừ Bản Hiềm)" in asked
    answers = Answer.objects.filter(evaluation__unit=cast.che_lau, is_proposal=False)
    assert answers.count() == 12
    assert not any(sum(one.counts) for one in answers)
    assert not Answer.objects.filter(evaluation__unit=cast.hiem).exists()


def test_nothing_happened_leaves_counted_rows_alone(cast, open_year, as_):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save_answers(recognition, {"4.4.b": Typed(AnswerValues(counts=(3,)))}, by=cast.lan)

    as_(cast.lan).post(none_url("tt124:vu-viec"))

    assert Answer.objects.get(evaluation=recognition, criterion__code="4.4.b").counts == [3]


def test_nothing_happened_is_for_officers_and_counted_rows(cast, open_year, as_):
    assert as_(cast.minh).get(none_url("tt124:vu-viec")).status_code == 403
    assert as_(cast.lan).get(none_url("tt124:4.2")).status_code == 404


def minutes_line(unit, **values):
    given = {"representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản",
             "meeting_on": "1/1", "number": "01/BB", "kept_at": "Công an xã"} | values  # fmt: skip
    return {f"u{unit.pk}-{key}": value for key, value in given.items()}


def test_minutes_of_many_units_are_recorded_on_one_page(cast, open_year, as_):
    data = minutes_line(cast.che_lau) | minutes_line(cast.hiem, meeting_on="45/1")
    client = as_(cast.lan)

    answer = client.post(grid_url("bien-ban"), data)

    assert answer.status_code == 422
    assert "Không có ngày 45/1" in words(answer)
    evaluation = Evaluation.objects.get(unit=cast.che_lau, season__scheme=Scheme.RECOGNITION)
    assert evaluation.representative_title == "Trưởng bản"
    assert Attachment.objects.get(purpose=Purpose.MINUTES).reference_number == "01/BB"
    assert "Công an xã" in words(client.get(grid_url("bien-ban")))


def test_sensitive_counts_are_hidden_from_others(cast, open_year, as_):
    story.submitted(cast.che_lau, cast, {"4.3.a": AnswerValues(counts=(7,))})
    url = grid_url("tt124:vu-viec", xa=cast.na_meo.pk)

    assert ">7<" in words(as_(cast.lan).get(url))
    assert ">7<" not in words(as_(cast.van).get(url))
    assert ">7<" not in words(as_(cast.tuan).get(url))
