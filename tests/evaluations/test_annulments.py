"""Taking a decided outcome back: who may, what becomes of it, what stays."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from antq_portal.lib.documents import ScoreSheet
from criteria.exceptions import TransitionRefused
from evaluations.models import Annulment, Evaluation
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.services.annulments import annul_outcome
from evaluations.services.seasons import lock_season
from evaluations.workflow import Status
from tests import story
from tests.cast import give_role, make_person
from tests.staging import opened
from units.coverage import Scheme
from units.models import Unit

pytestmark = pytest.mark.usefixtures("stage", "db")
REASON = "Phát hiện vụ án nghiêm trọng xảy ra trong kỳ."


@pytest.fixture(scope="module")
def stage(held):
    """Both areas are recognised by one issued decision."""
    stage = opened()
    cast = stage.cast
    decision = story.issued([cast.che_lau, cast.hiem], cast)
    return replace(stage, more={"decision": decision})


@pytest.fixture
def decision(copied):
    return copied.more["decision"]


@pytest.fixture
def item(cast, decision):
    return decision.items.get(evaluation__unit=cast.che_lau)


def test_annulling_clears_the_outcome_and_says_why_everywhere(cast, decision, item):
    today = story.localdate()
    found = annul_outcome(
        item, reason=f" {REASON} ", number="15/QĐ-UBND", signed_on=today, by=cast.hoa
    )
    file = item.evaluation
    file.refresh_from_db()
    assert (file.status, file.decided_outcome, file.appraised_outcome) == (
        Status.ANNULLED,
        "",
        "met",
    )
    row = Annulment.objects.get()
    assert (row.item, row.reason, row.number, row.signed_on, row.by) == (
        item, REASON, "15/QĐ-UBND", today, cast.hoa,
    )  # fmt: skip
    step = file.log.get(action="annul")
    assert step.note == f"{REASON} (văn bản số 15/QĐ-UBND ngày {today:%d/%m/%Y})"
    assert step.by == cast.hoa
    assert AuditEvent.objects.filter(
        act="evaluation.annul", subject=f"evaluation:{file.pk}"
    ).exists()
    assert found.notice == ""


def test_the_decision_and_the_other_units_stay(cast, decision, item):
    sealed = decision.snapshot_sha256
    annul_outcome(item, reason=REASON, by=cast.hoa)
    decision.refresh_from_db()
    assert (decision.status, decision.snapshot_sha256) == ("issued", sealed)
    item.refresh_from_db()
    assert item.outcome == "met"
    assert (
        Evaluation.objects.get(unit=cast.hiem, season__scheme="recognition").decided_outcome
        == "met"
    )


@pytest.mark.parametrize("name", ["lan", "minh", "van", "tuan", "duc", "thu", "root"])
def test_only_the_approver_of_the_deciding_authority_annuls(cast, item, name):
    with pytest.raises(PermissionDenied):
        annul_outcome(item, reason=REASON, by=getattr(cast, name))
    assert not Annulment.objects.exists()


def test_a_stranger_does_not_even_see_it(cast, item):
    with pytest.raises(Evaluation.DoesNotExist):
        annul_outcome(item, reason=REASON, by=cast.nga)


def test_who_took_an_earlier_step_may_annul(cast, item):
    give_role(cast.lan, "approver", cast.na_meo)
    annul_outcome(item, reason=REASON, by=cast.lan)
    assert Annulment.objects.get().by == cast.lan


def test_who_is_delegated_to_later_does_not_take_back_what_was_decided_before(cast, item):
    Evaluation.objects.filter(pk=item.evaluation_id).update(
        managing_unit=cast.province, appraising_unit=cast.province, deciding_unit=cast.province
    )

    with pytest.raises(PermissionDenied):
        annul_outcome(item, reason=REASON, by=cast.hoa)
    annul_outcome(item, reason=REASON, by=cast.duc)

    assert Annulment.objects.get().by == cast.duc


def test_the_authority_of_today_annuls_what_an_ended_one_decided(cast, item):
    Evaluation.objects.filter(pk=item.evaluation_id).update(deciding_unit=cast.son_thuy)
    Unit.objects.filter(pk=cast.son_thuy.pk).update(
        ended_on=story.localdate(), ended_by_act="Nghị quyết sắp xếp"
    )
    former = make_person("huyen", "Chủ tịch huyện cũ")
    give_role(former, "approver", cast.son_thuy)
    give_role(former, "viewer", cast.na_meo)
    item.evaluation.refresh_from_db()
    with pytest.raises(PermissionDenied):
        annul_outcome(item, reason=REASON, by=former)
    annul_outcome(item, reason=REASON, by=cast.hoa)
    assert Annulment.objects.exists()
    stored = Evaluation.objects.get(pk=item.evaluation_id)
    assert stored.deciding_unit_id == cast.son_thuy.pk


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"number": "x" * 61}, "number"),
        ({"signed_on": story.localdate() + dt.timedelta(days=1)}, "signed_on"),
        ({"signed_on": dt.date(2020, 1, 1)}, "signed_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast, item, given, field):
    with pytest.raises(ValidationError) as caught:
        annul_outcome(item, **{"reason": REASON, **given}, by=cast.hoa)
    assert set(caught.value.message_dict) == {field}
    assert not Annulment.objects.exists()


def test_nothing_is_annulled_twice(cast, item):
    annul_outcome(item, reason=REASON, by=cast.hoa)
    with pytest.raises(TransitionRefused, match="Hủy bỏ kết quả"):
        annul_outcome(item, reason=REASON, by=cast.hoa)


def test_a_decision_that_is_not_issued_has_nothing_to_annul(cast, decision):
    draft = story.approved([cast.che_lau], cast, Scheme.CLASSIFICATION, decision.session)
    item = draft.items.get()
    with pytest.raises(TransitionRefused):
        annul_outcome(item, reason=REASON, by=cast.hoa)


def test_a_locked_season_refuses(cast, item):
    lock_season(item.evaluation.season, by=cast.thu)
    with pytest.raises(TransitionRefused) as caught:
        annul_outcome(item, reason=REASON, by=cast.hoa)
    assert caught.value.code == "season_closed"


def test_a_best_class_that_rests_on_it_is_named_and_left_alone(cast, decision, item):
    other = story.issued(
        [cast.che_lau, cast.hiem],
        cast,
        scheme=Scheme.CLASSIFICATION,
        session=decision.session,
        number="06",
    )
    found = other.items.get(evaluation__unit=cast.che_lau)
    found.outcome, found.reason = "xuat_sac", "Đủ điều kiện."
    found.save()
    notice = annul_outcome(item, reason=REASON, by=cast.hoa).notice
    assert "Xuất sắc" in notice
    assert "06/QĐ-UBND" in notice
    found.evaluation.refresh_from_db()
    assert found.evaluation.status == Status.DECIDED
    assert annul_outcome(found, reason=REASON, by=cast.hoa).notice == ""


def test_the_score_sheet_shows_no_class_that_was_taken_back(cast, decision):
    classified = story.issued(
        [cast.che_lau], cast, scheme=Scheme.CLASSIFICATION, session=decision.session, number="06"
    )

    def band():
        files = list(Evaluation.objects.filter(unit=cast.che_lau))
        papers = dossier_papers(files, with_sensitive_counts=False)
        [sheet] = [one for one in papers if isinstance(one, ScoreSheet)]
        return sheet.appraised_band

    assert band()
    annul_outcome(classified.items.get(), reason=REASON, by=cast.hoa)
    assert band() == ""
