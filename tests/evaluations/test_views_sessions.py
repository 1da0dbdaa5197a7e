"""Pages of appraisal sessions: who sees, who writes, which units may be put on one."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from evaluations.models import AppraisalSession, Evaluation
from evaluations.services.rosters import prepare_roster
from tests import story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")

LIST = "/tham-dinh/phien/"
NEW = "/tham-dinh/phien/moi/"


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def typed(cast, **changes):
    """What the minutes say, as typed."""
    day = localdate() - dt.timedelta(days=1)
    data = {
        "authority": cast.na_meo.pk, "year": story.year(), "form": "meeting", "chair": "Vi Thị Hoa, Chủ tịch",
        "held_on": f"{day:%d/%m/%Y}", "members": "Phạm Văn Minh\nLò Thị Lan", "minutes_number": "01/BB",
        "submission_number": "01/TTr-BCĐ", "submission_on": f"{day:%d/%m/%Y}", "conclusion": "Nhất trí",
    }  # fmt: skip
    return data | changes


def test_session_is_written_down_and_its_page_opens(cast, seasons, signed_in):
    response = signed_in(cast.minh).post(NEW, typed(cast), follow=True)

    session = AppraisalSession.objects.get()
    assert response.redirect_chain[0][0] == session.get_absolute_url()
    assert (session.authority, session.chair) == (cast.na_meo, "Vi Thị Hoa, Chủ tịch")
    assert "Phiên chưa có đơn vị" in response.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"chair": ""}, "Ghi người chủ trì."),
        ({"held_on": "32/13"}, "Không có ngày 32/13 trong lịch."),
        ({"held_on": "31/12/2099"}, "Ngày họp còn ở phía trước"),
        ({"submission_on": ""}, "Tờ trình có số thì phải có ngày."),
        ({"submission_on": "01/01/2020"}, "Tờ trình không thể trước ngày họp"),
        ({"form": "zalo"}, "zalo"),
    ],
)
def test_wrong_minutes_are_refused_at_their_field(cast, seasons, signed_in, changes, message):
    response = signed_in(cast.minh).post(NEW, typed(cast, **changes))

    assert response.status_code == 422
    assert message in response.text
    assert not AppraisalSession.objects.exists()


def test_session_of_another_authority_is_not_opened(cast, seasons, signed_in):
    response = signed_in(cast.minh).post(NEW, typed(cast, authority=cast.son_thuy.pk))

    assert response.status_code == 422
    assert not AppraisalSession.objects.exists()


@pytest.mark.parametrize("who", ["lan", "hoa", "van", "thu", "root"])
def test_new_session_is_for_who_appraises(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(NEW).status_code == 403


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("minh", 200, 302),
        ("hoa", 200, 403),
        ("lan", 200, 403),
        ("tuan", 200, 403),
        ("nga", 404, 404),
    ],
)
def test_session_is_seen_from_above_and_changed_at_its_authority(
    cast, seasons, signed_in, who, reads, writes
):
    session = story.session_over([], cast)
    client = signed_in(getattr(cast, who))
    edit = reverse("evaluations:session_edit", args=[session.pk])

    assert client.get(session.get_absolute_url()).status_code == reads
    assert client.post(edit, typed(cast, chair="Người khác")).status_code == writes
    session.refresh_from_db()
    assert (session.chair == "Người khác") == (writes == 302)


def test_ticked_units_go_on_the_session_with_both_schemes(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([], cast)
    client = signed_in(cast.minh)
    before = client.get(session.get_absolute_url()).text

    done = client.post(
        reverse("evaluations:session_units", args=[session.pk]),
        {"don_vi": [cast.che_lau.pk]},
        follow=True,
    )

    assert "Đưa thêm đơn vị vào phiên" in before
    assert "Đã đưa 1 đơn vị vào phiên." in done.text
    assert session.evaluations.count() == 2
    assert done.text.count("Lập dự thảo quyết định") == 2


def test_unit_ticked_by_mistake_is_taken_off(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)
    url = reverse("evaluations:session_drop", args=[session.pk])

    done = signed_in(cast.minh).post(url, {"don_vi": cast.che_lau.pk}, follow=True)

    assert "Đã bỏ đơn vị khỏi phiên." in done.text
    assert not session.evaluations.exists()


def test_unit_in_a_draft_stays_on_the_session(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    url = reverse("evaluations:session_drop", args=[decision.session_id])
    client = signed_in(cast.minh)

    page = client.get(decision.session.get_absolute_url()).text
    refused = client.post(url, {"don_vi": cast.che_lau.pk}, follow=True)

    assert "Bỏ khỏi phiên" not in page
    assert "đang nằm trong một quyết định" in refused.text
    assert decision.session.evaluations.count() == 2
    assert signed_in(cast.hoa).post(url, {"don_vi": cast.che_lau.pk}).status_code == 403


def test_units_of_another_commune_are_not_put_on(cast, seasons, signed_in):
    session = story.session_over([], cast)

    done = signed_in(cast.minh).post(
        reverse("evaluations:session_units", args=[session.pk]),
        {"don_vi": [cast.thuy_thanh.pk, "x"]},
        follow=True,
    )

    assert "Chọn ít nhất một đơn vị" in done.text
    assert not Evaluation.objects.filter(session=session).exists()


def test_session_with_an_issued_decision_is_closed(cast, seasons, signed_in):
    decision = story.issued([cast.che_lau], cast)
    client = signed_in(cast.minh)
    edit = reverse("evaluations:session_edit", args=[decision.session_id])

    page = client.get(decision.session.get_absolute_url()).text
    refused = client.post(edit, typed(cast, chair="Người khác"))

    assert "Sửa phiên" not in page
    assert "không sửa được nữa" in refused.text


def test_list_names_what_is_on_each_session(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    story.session_over([cast.che_lau], cast)

    own = signed_in(cast.minh).get(LIST).text
    outsider = signed_in(cast.nga).get(LIST).text

    assert "Xã Na Mèo" in own
    assert "Lập phiên" in own
    assert "Xã Na Mèo" not in outsider


@pytest.mark.parametrize("count", [1, 30])
def test_session_costs_the_same_whatever_its_length(
    cast, seasons, signed_in, count, django_assert_num_queries
):
    first = story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)
    copy_files(cast, first, count - 1, session)
    client = signed_in(cast.minh)
    client.get(session.get_absolute_url())

    with django_assert_num_queries(13):
        response = client.get(session.get_absolute_url())

    assert response.text.count('data-label="TT 124, đơn vị"') == count


def copy_files(cast, first, count, session=None):
    """Copies of one unit's evaluations for new units; return the units."""
    units = []
    for place in range(count):
        unit = make_unit(
            Kind.RESIDENTIAL_AREA, f"Mới {place:02d}", parent=cast.na_meo, sub_kind=SubKind.BAN
        )
        version = unit.versions.get()
        for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
            one = Evaluation.objects.get(pk=first[scheme].pk)
            one.pk, one.unit, one.unit_version, one.session = None, unit, version, session
            one.save(force_insert=True)
        units.append(unit)
    prepare_roster(cast.na_meo, year=story.year())
    return units
