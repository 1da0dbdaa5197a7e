"""The public check: an issued paper is valid, everything else is unknown, and nothing leaks."""

import pytest
from django.urls import reverse

from criteria.scoring import AnswerValues
from tests import story
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")


def check(client, decision, **query):
    return client.get(reverse("evaluations:verify", args=[decision.verification_code]), query)


def test_issued_decision_is_valid_for_everybody(cast, seasons, client):
    decision = story.issued([cast.che_lau], cast)

    response = check(client, decision)

    assert response.status_code == 200
    assert "Văn bản hợp lệ" in response.text
    for shown in ("05/QĐ-UBND", f"{decision.issued_on:%d/%m/%Y}", "Ủy ban nhân dân xã Na Mèo"):
        assert shown in response.text


def test_check_tells_nothing_else(cast, seasons, client):
    decision = story.issued([cast.che_lau], cast)

    text = check(client, decision).text

    for hidden in ("Ché Lầu", "Vi Thị Hoa", "Phạm Văn Minh", "Đạt tiêu chuẩn", "/quyet-dinh/"):
        assert hidden not in text


def test_certificate_names_its_unit(cast, seasons, client):
    decision = story.issued([cast.che_lau], cast)

    response = check(client, decision, don_vi=cast.che_lau.pk)

    assert response.status_code == 200
    assert "Bản Ché Lầu" in response.text


def test_unit_that_was_not_recognised_has_no_certificate(cast, seasons, client):
    story.appraised(cast.che_lau, cast)
    story.appraised(cast.hiem, cast, {"4.4.b": AnswerValues(counts=(1,), note="Một vụ")})
    session = story.session_over([cast.che_lau, cast.hiem], cast)
    decision = story.issued([cast.che_lau, cast.hiem], cast, session=session)

    response = check(client, decision, don_vi=cast.hiem.pk)

    assert response.status_code == 404
    assert "Hiềm" not in response.text
    assert "<dd>1</dd>" in check(client, decision).text


def test_classification_gives_no_certificate(cast, seasons, client):
    first = story.issued([cast.che_lau], cast)
    decision = story.issued(
        [cast.che_lau], cast, Scheme.CLASSIFICATION, session=first.session, number="06"
    )

    assert check(client, decision, don_vi=cast.che_lau.pk).status_code == 404
    assert check(client, decision).status_code == 200


@pytest.mark.parametrize(
    "code", ["", "x", "0" * 20, "0" * 500, "zz", "%00", "' or 1=1 --", "0123456789abcdef0123"]
)
def test_unknown_codes_are_not_valid(cast, client, code):
    response = client.get(f"/xac-minh/{code or 'None'}/")

    assert response.status_code == 404
    assert "Không xác minh được" in response.text


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 40, "٣", "999999999"])
def test_unknown_units_are_not_valid(cast, seasons, client, asked):
    decision = story.issued([cast.che_lau], cast)

    assert check(client, decision, don_vi=asked).status_code == 404


def test_draft_is_never_found(cast, seasons, client):
    decision = story.approved([cast.che_lau], cast)

    assert decision.verification_code is None
    assert client.get("/xac-minh/None/").status_code == 404
