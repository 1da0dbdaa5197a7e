"""A session in which nobody meets the standard: the notice of the result closes those files."""

import pytest
from django.db import IntegrityError, transaction

from antq_portal.lib.documents import ResultNotice, render_html
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import Decision
from evaluations.selectors.last_year import last_year_of
from evaluations.selectors.papers.replies import certificate, notice
from evaluations.selectors.printing import item_to_print
from evaluations.selectors.snapshots import sealed_paper
from evaluations.selectors.verification import verified
from evaluations.services.decisions import send_to_sign
from evaluations.workflow import DecisionStatus, Status
from tests import story
from tests.pages import words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

FAILED = {"4.1.i": AnswerValues(verdict="not_met")}


@pytest.fixture
def failed(cast, open_year):
    """Two units that do not meet the standard, on one session."""
    for unit in (cast.che_lau, cast.hiem):
        story.appraised(unit, cast, FAILED)
    return story.session_over([cast.che_lau, cast.hiem], cast)


def issued(cast, session):
    return story.issued([cast.che_lau, cast.hiem], cast, session=session, number="41")


def test_nobody_meets_it_so_a_notice_is_drafted(cast, failed):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=failed)

    assert draft.is_notice
    assert draft.symbol == "TB-UBND"


def test_one_that_meets_it_makes_a_decision(cast):
    story.appraised(cast.che_lau, cast, FAILED)
    story.appraised(cast.hiem, cast)
    session = story.session_over([cast.che_lau, cast.hiem], cast)

    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=session)

    assert (draft.is_notice, draft.symbol) == (False, "QĐ-UBND")


def test_classification_is_never_a_notice(cast, failed):
    draft = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION, session=failed)

    assert not draft.is_notice
    with (
        pytest.raises(IntegrityError, match="decision_notice_is_of_recognition"),
        transaction.atomic(),
    ):
        Decision.objects.filter(pk=draft.pk).update(is_notice=True)


def test_files_become_decided_not_met_by_the_notice(cast, failed):
    decision = issued(cast, failed)

    decided = [story.files(unit)[Scheme.RECOGNITION] for unit in (cast.che_lau, cast.hiem)]
    assert decision.status == DecisionStatus.ISSUED
    assert decision.full_number == "41/TB-UBND"
    assert {one.status for one in decided} == {Status.DECIDED}
    assert {one.decided_outcome for one in decided} == {"not_met"}


def test_the_year_before_cites_the_notice_and_no_decision(cast, failed):
    notice_day = issued(cast, failed).issued_on

    found = last_year_of([cast.che_lau.pk], year=story.year() + 1)[cast.che_lau.pk]

    assert found.text.startswith(f"Chưa đạt, Thông báo số 41/TB-UBND ngày {notice_day:%d/%m/%Y}")


def test_paper_of_the_notice_names_them_and_recognises_nobody(cast, failed):
    paper = sealed_paper(issued(cast, failed))

    text = render_html(paper)
    assert isinstance(paper, ResultNotice)
    assert "THÔNG BÁO" in text
    assert "Bản Ché Lầu" in text
    assert "Bản Hiềm" in text
    assert "công nhận" not in text.lower()
    assert paper.letterhead.symbol == "TB-UBND"


def test_each_unit_gets_its_notice_with_reasons_and_no_certificate(cast, failed):
    decision = issued(cast, failed)
    item = item_to_print(decision.pk, cast.hiem.pk, by=cast.van)

    paper = notice(item)

    assert [row.ref for row in paper.unmet] == ["4.1.i"]
    assert any("Thông báo số 41/TB-UBND" in basis for basis in paper.bases)
    with pytest.raises(TransitionRefused, match="không có Giấy công nhận"):
        certificate(item)


def test_notice_that_names_one_that_meets_it_is_refused(cast):
    draft = story.drafted([cast.hiem], cast)
    Decision.objects.filter(pk=draft.pk).update(is_notice=True)

    with pytest.raises(TransitionRefused) as refused:
        send_to_sign(draft, by=cast.minh)

    assert refused.value.code == "nobody_recognised"


def test_classification_follows_after_the_notice(cast, failed):
    issued(cast, failed)

    decision = story.issued([cast.che_lau, cast.hiem], cast, Scheme.CLASSIFICATION, failed)

    assert decision.status == DecisionStatus.ISSUED


def test_public_check_says_that_it_is_a_notice(cast, failed):
    decision = issued(cast, failed)

    found = verified(decision.verification_code)

    assert found.scheme_label.startswith("Thông báo kết quả xét duyệt")
    assert found.unit_count == 2
    assert verified(decision.verification_code, unit_id=cast.hiem.pk) is None


def test_pages_call_it_a_notice(cast, failed, as_):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=failed)

    text = words(as_(cast.minh).get(draft.get_absolute_url()))

    assert "Dự thảo thông báo kết quả xét duyệt" in text
    assert "Giấy công nhận" not in text
