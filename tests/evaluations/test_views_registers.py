"""The pages of the book of incidents and of the security teams."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from criteria.scoring import AnswerValues
from evaluations.models import BookStatement, Incident, IncidentType, SecurityTeam, TeamRating
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.incidents import IncidentDetails, add_incident
from evaluations.services.teams import TeamDetails, save_team
from tests import story
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")
T = IncidentType


def line(cast, unit=None, *, by=None, type_=T.RELIGION, **more):
    values = {"occurred_on": localdate() - dt.timedelta(days=40), "type": type_, "cases": 1,
              "kept_at": "Công an xã"}  # fmt: skip
    return add_incident(unit or cast.che_lau, IncidentDetails(**values | more), by=by or cast.lan)


@pytest.fixture
def team(cast, open_year):
    details = TeamDetails("Tổ số 1", dt.date(2024, 7, 1), areas=[cast.che_lau.pk, cast.hiem.pk])
    return save_team(cast.na_meo, details, by=cast.lan)


def posted(cast, **changes):
    values = {
        "unit": cast.che_lau.pk, "occurred_on": localdate().strftime("%d/%m/%Y"), "type": T.FIRE,
        "cases": "1", "people": "", "exception_claimed": "", "paper_number": "", "paper_on": "",
        "kept_at": "Công an xã", "note": "",
    }  # fmt: skip
    return {**values, **changes}


# The book -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [("lan", 200), ("minh", 200), ("hoa", 200), ("van", 404), ("tuan", 404), ("nga", 404),
     ("root", 404)],
)  # fmt: skip
def test_book_opens_to_its_readers_only(cast, open_year, as_, name, status):
    url = address("incidents", so=cast.na_meo.pk)

    assert as_(getattr(cast, name)).get(url).status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("van", 403), ("thu", 403), ("root", 403), ("nga", 200)]
)
def test_who_reads_no_book_is_told_why(cast, open_year, as_, name, status):
    assert as_(getattr(cast, name)).get(address("incidents")).status_code == status


def test_outsider_s_book_does_not_name_the_lines_of_others(cast, open_year, as_):
    line(cast)

    assert "Bản Ché Lầu" not in words(as_(cast.nga).get(address("incidents")))
    assert "Bản Ché Lầu" in words(as_(cast.lan).get(address("incidents")))


def test_approver_reads_and_is_offered_no_act(cast, open_year, as_):
    found = line(cast)
    client = as_(cast.hoa)
    page = words(client.get(address("incidents")))

    assert "Truyền đạo" in page
    assert "Ghi vụ việc" not in page
    for name, args in (("incident_new", ()), ("book_confirm", ()), ("incident_edit", (found.pk,)),
                       ("incident_strike", (found.pk,))):  # fmt: skip
        assert client.get(address(name, *args)).status_code == 403
        assert client.post(address(name, *args)).status_code == 403


def test_line_is_written_corrected_and_struck_out(cast, open_year, as_):
    client = as_(cast.lan)

    client.post(address("incident_new"), posted(cast))
    [first] = Incident.objects.all()
    client.post(
        address("incident_edit", first.pk), posted(cast, type=T.WORK_DEATH, reason="Nhầm loại.")
    )
    second = Incident.objects.get(corrects=first)
    silent = client.post(address("incident_strike", second.pk), {"reason": ""})
    client.post(address("incident_strike", second.pk), {"reason": "Trùng sổ khác."})

    assert silent.status_code == 422
    assert (first.type, second.type) == (T.FIRE, T.WORK_DEATH)
    assert not Incident.objects.standing().exists()
    page = words(client.get(address("incidents")))
    assert "Nhầm loại." in page
    assert "Trùng sổ khác." in page


def test_wrong_line_is_shown_again_with_the_reason(cast, open_year, as_):
    answer = as_(cast.lan).post(address("incident_new"), posted(cast, type=T.STRIKE))

    assert answer.status_code == 422
    assert "không có loại vụ việc này" in words(answer)
    assert not Incident.objects.exists()


@pytest.mark.parametrize("name", ["nga", "tuan", "van"])
def test_line_of_another_book_is_not_found(cast, open_year, as_, name):
    found = line(cast)
    client = as_(getattr(cast, name))

    for page in ("incident_edit", "incident_strike"):
        assert client.get(address(page, found.pk)).status_code == 404
        assert client.post(address(page, found.pk), {"reason": "Thử."}).status_code == 404


def test_unit_of_another_commune_is_not_offered(cast, open_year, as_):
    answer = as_(cast.lan).post(address("incident_new"), posted(cast, unit=cast.thuy_thanh.pk))

    assert answer.status_code == 422
    assert not Incident.objects.exists()


def test_book_is_filtered_by_place_and_type(cast, open_year, as_):
    line(cast)
    line(cast, cast.hiem, type_=T.DISPUTE)
    client = as_(cast.lan)

    page = client.get(address("incidents", don_vi=cast.hiem.pk))
    assert [one.unit for one in page.context["page"]] == [cast.hiem]
    page = client.get(address("incidents", loai=T.RELIGION))
    assert [one.unit for one in page.context["page"]] == [cast.che_lau]
    assert not client.get(address("incidents", nam=story.year() - 5)).context["page"].object_list


@pytest.mark.parametrize("query", [{"so": "x"}, {"nam": 99999}, {"don_vi": "x"}, {"loai": "x"}])
def test_odd_addresses_are_answered_calmly(cast, open_year, as_, query):
    assert as_(cast.lan).get(address("incidents", **query)).status_code in (200, 404)


def test_book_is_confirmed_on_its_page(cast, open_year, as_):
    client, today = as_(cast.lan), localdate()

    client.post(address("book_confirm"), {"complete_to": today.strftime("%d/%m/%Y")})

    assert BookStatement.objects.get().complete_to == today
    assert "Đã ghi đủ" in words(client.get(address("incidents")))


def test_book_asks_as_often_for_many_lines_as_for_one(cast, open_year, as_):
    client, url = as_(cast.lan), address("incidents")
    line(cast)
    few = queries_of(client, url)
    for unit in (cast.hiem, cast.na_meo, cast.che_lau):
        line(cast, unit)

    assert queries_of(client, url) == few


# On the file ----------------------------------------------------------------------------------


def test_file_says_where_the_book_differs_and_to_whom(cast, open_year, as_):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    file = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save_answers(
        file,
        {code: Typed(AnswerValues(counts=(0,))) for code in ("4.3.a", "4.4.b")},
        by=cast.lan,
    )
    line(cast, type_=T.ANTI_STATE, cases=2)
    line(cast, type_=T.SERIOUS_CRIME)
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124")

    def told(user):
        return [one.row.code for one in as_(user).get(url).context["differences"]]

    assert told(cast.lan) == ["4.3.a", "4.4.b"]
    assert told(cast.minh) == ["4.3.a", "4.4.b"]
    assert told(cast.tuan) == ["4.4.b"]
    assert "Sổ vụ việc: 2 vụ" in words(as_(cast.lan).get(url))
    assert "Sổ vụ việc: 2 vụ" not in words(as_(cast.tuan).get(url))


# Teams ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"), [("lan", 200), ("hoa", 200), ("tuan", 200), ("nga", 404), ("root", 200)]
)
def test_teams_are_seen_in_scope(cast, team, as_, name, status):
    url = address("teams", xa=cast.na_meo.pk)

    assert as_(getattr(cast, name)).get(url).status_code == status


@pytest.mark.parametrize("name", ["hoa", "tuan", "root"])
def test_who_only_sees_teams_changes_nothing(cast, team, as_, name):
    client = as_(getattr(cast, name))
    query = {"xa": cast.na_meo.pk}

    assert client.get(address("team_new", **query)).status_code == 403
    assert client.get(address("team_edit", team.pk)).status_code == 403
    assert client.post(address("teams", **query), {}).status_code == 403


def test_province_chooses_a_commune_and_sees_its_teams(cast, team, as_):
    client = as_(cast.tuan)

    page = words(client.get(address("teams")))

    assert "Xã Na Mèo" in page
    assert "Tổ số 1" not in page
    assert "Tổ số 1" in words(client.get(address("teams", xa=cast.na_meo.pk)))


def test_team_of_another_commune_is_not_found(cast, team, as_):
    assert as_(cast.nga).get(address("team_edit", team.pk)).status_code == 404


def test_team_is_formed_and_changed(cast, open_year, as_):
    client = as_(cast.lan)
    form = {"name": "Tổ số 2", "formed_on": "01/07/2024", "ended_on": "", "areas": [cast.hiem.pk]}

    client.post(address("team_new"), form)
    found = SecurityTeam.objects.get()
    client.post(address("team_edit", found.pk), {**form, "areas": [cast.che_lau.pk]})

    served = found.served.filter(to_on=None).values_list("area", flat=True)
    assert list(served) == [cast.che_lau.pk]
    assert found.served.count() == 2
    assert client.post(address("team_new"), form).status_code == 422


def test_area_of_another_commune_is_refused(cast, open_year, as_):
    form = {"name": "Tổ", "formed_on": "01/07/2024", "areas": [cast.thuy_thanh.pk]}

    assert as_(cast.lan).post(address("team_new"), form).status_code == 422


def rating(team, **changes):
    values = {"rating": "good", "decision_number": "31/QĐ-UBND", "decided_on": "10/01/2025",
              "disciplined": "0"}  # fmt: skip
    return {f"t{team.pk}-{name}": value for name, value in {**values, **changes}.items()}


def test_teams_are_rated_in_one_table(cast, team, as_):
    answer = as_(cast.lan).post(address("teams"), rating(team))

    assert answer.status_code == 302
    row = TeamRating.objects.get()
    assert (row.rating, row.disciplined, row.year, row.entered_by) == (
        "good", 0, story.year(), cast.lan
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decision_number": ""}, "Ghi số quyết định xếp loại."),
        ({"decided_on": ""}, "Ghi ngày quyết định."),
        ({"decided_on": "31/12/2099"}, "Ngày quyết định còn ở phía trước."),
        ({"rating": "best"}, "Chọn một mức."),
        ({"disciplined": "x"}, "error"),
    ],
)
def test_wrong_rating_is_refused_beside_its_field(cast, team, as_, changes, said):
    answer = as_(cast.lan).post(address("teams"), rating(team, **changes))

    assert answer.status_code == 422
    assert said in words(answer)
    assert not TeamRating.objects.exists()


def test_team_of_less_than_nine_months_is_not_rated(cast, team, as_):
    year = story.year() - 1
    SecurityTeam.objects.update(formed_on=dt.date(year, 2, 16))
    client, url = as_(cast.lan), address("teams", nam=year)

    refused = client.post(url, rating(team))
    client.post(url, rating(team, rating="not_rated", decision_number="", decided_on=""))

    assert "dưới 9 tháng" in words(refused)
    assert TeamRating.objects.get().rating == "not_rated"


def test_team_of_nine_months_is_rated(cast, team, as_):
    year = story.year() - 1
    SecurityTeam.objects.update(formed_on=dt.date(year, 2, 15))

    answer = as_(cast.lan).post(address("teams", nam=year), rating(team))

    assert answer.status_code == 302
