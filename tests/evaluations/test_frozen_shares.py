"""The figures of 5.4 in a commune's file: proposed, frozen with its decision, flagged when they fall."""

from dataclasses import replace

import pytest

from antq_portal.lib.documents import SelfAssessmentReport
from criteria.scoring import AnswerValues
from evaluations.models import DecisionItem, Evaluation, FrozenShare
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.share_flags import flags_for, share_flags
from evaluations.selectors.shares import shares_for
from evaluations.services.annulments import annul_outcome
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.rosters import prepare_roster
from evaluations.workflow import Status
from tests import staging, story
from tests.shares import (
    commune_issued,
    decided_units,
    empty_list,
    lead,
    list_units,
    open_commune_seasons,
    register,
)
from units.models import Kind
from units.selectors import powers_of

pytestmark = pytest.mark.usefixtures("stage", "db")


@pytest.fixture(scope="module")
def stage(held):
    """Twenty-five areas of Na Mèo, all registered, in a year open for communes, too."""
    stage = staging.opened()
    open_commune_seasons(stage.cast)
    empty_list(stage.cast)
    entries = list_units(stage.cast, 25)
    register(stage.cast, entries)
    return replace(stage, more={"entries": entries})


@pytest.fixture
def listed(copied):
    """Their entries on the list."""
    return copied.more["entries"]


def opened(cast):
    open_file(cast.na_meo, year=story.year(), by=cast.lan)
    return story.files(cast.na_meo)["recognition"]


def answers(evaluation):
    return {one.criterion.code: one for one in evaluation.answers.select_related("criterion")}


def test_opening_a_commune_s_file_proposes_both_shares_with_their_source(cast, listed):
    lead(cast, listed[:18], Status.DECIDED)
    found = answers(opened(cast))
    assert (found["5.4.i"].numerator, found["5.4.i"].denominator) == (25, 25)
    assert (found["5.4.ii"].numerator, found["5.4.ii"].denominator) == (18, 25)
    assert found["5.4.ii"].is_proposal
    assert found["5.4.ii"].proposed_from == (
        "Theo danh sách thuộc diện chưa chốt: 18/25 (72,0\u00a0%) đã có quyết định"
    )


def test_opening_again_follows_the_register_but_never_what_a_person_typed(cast, listed):
    file = opened(cast)
    version = answers(file)["5.4.ii"].version
    typed = {"5.4.ii": Typed(AnswerValues(numerator=20, denominator=25), version)}
    save_answers(file, typed, by=cast.lan)
    listed[0].unit.registrations.all().delete()
    lead(cast, listed[:10], Status.DECIDED)
    found = answers(opened(cast))
    assert (found["5.4.i"].numerator, found["5.4.i"].is_proposal) == (24, True)
    assert (found["5.4.ii"].numerator, found["5.4.ii"].is_proposal) == (20, False)


def test_nothing_is_proposed_while_nobody_is_listed(cast, listed):
    empty_list(cast)
    found = answers(opened(cast))
    assert "5.4.i" not in found
    assert "5.4.ii" not in found


def test_a_proposal_that_no_longer_follows_is_taken_back(cast, listed):
    opened(cast)
    empty_list(cast)
    found = answers(opened(cast))
    assert not found["5.4.i"].is_proposal
    assert found["5.4.i"].numerator is None


def test_issuing_the_commune_s_decision_freezes_the_figures(cast, listed):
    agency = list_units(cast, 1, kind=Kind.AGENCY)
    lead(cast, listed[:18], Status.DECIDED)
    lead(cast, listed[18:20], Status.APPRAISED)
    decision = commune_issued(cast)
    rows = {row.kind: row for row in FrozenShare.objects.all()}
    assert set(rows) == {"", Kind.RESIDENTIAL_AREA, Kind.AGENCY}
    pooled = rows[""]
    assert (pooled.listed, pooled.registered, pooled.decided, pooled.appraised) == (26, 25, 18, 20)
    assert pooled.frozen_at == decision.issued_at
    sealed = decision.snapshot["facts"]["items"][0]["shares"]
    assert sealed[0] == {
        "kind": "",
        "listed": 26,
        "registered": 25,
        "decided": 18,
        "appraised": 20,
        "projected": 20,
    }
    lead(cast, agency, Status.DECIDED)
    shares = shares_for(Evaluation.objects.get(unit=cast.na_meo))
    assert shares.frozen_at == decision.issued_at
    assert shares.pooled.decided == 18


def test_the_commune_s_report_prints_the_figures_of_its_decision(cast, listed):
    lead(cast, listed[:18], Status.DECIDED)
    commune_issued(cast)
    lead(cast, listed[18:20], Status.DECIDED)
    file = list(Evaluation.objects.filter(unit=cast.na_meo))
    papers = dossier_papers(file, with_sensitive_counts=True)
    [report] = [one for one in papers if isinstance(one, SelfAssessmentReport)]
    [fact] = [one for one in report.facts if "5.4" in one.label]
    assert fact.value == (
        f"Số liệu chốt ngày {story.localdate():%d/%m/%Y}: đăng ký 25/25 (100,0\u00a0%), "
        "đã có quyết định 18/25 (72,0\u00a0%)"
    )


def test_a_decision_on_other_units_freezes_nothing(cast, listed):
    prepare_roster(cast.na_meo, year=story.year())
    story.issued([cast.che_lau], cast)
    assert not FrozenShare.objects.exists()


def test_units_annulled_after_the_decision_raise_a_flag_and_change_nothing(cast, listed):
    items = decided_units(cast, listed[:18])
    decision = commune_issued(cast)
    file = Evaluation.objects.get(unit=cast.na_meo)
    assert share_flags([file.pk]) == {}
    annul_outcome(items[0], reason="Phát hiện vi phạm.", by=cast.hoa)
    flag = share_flags([file.pk])[file.pk]
    assert flag.text == (
        "Sau quyết định: 1 đơn vị bị hủy kết quả, tỷ lệ 5.4 nay còn 17/25; chưa đổi kết quả của xã."
    )
    file.refresh_from_db()
    assert (file.status, file.decided_outcome) == (Status.DECIDED, "met")
    assert shares_for(file).pooled.decided == 18
    assert decision.items.get().outcome == "met"


def test_the_flag_reaches_who_appraises_and_decides_at_the_province(cast, listed):
    items = decided_units(cast, listed[:18])
    commune_issued(cast)
    annul_outcome(items[0], reason="Phát hiện vi phạm.", by=cast.hoa)
    for person in (cast.tuan, cast.duc):
        assert [flag.name for flag in flags_for(powers_of(person))] == ["Xã Na Mèo"]
    for person in (cast.minh, cast.hoa, cast.mai, cast.lan, cast.nga):
        assert flags_for(powers_of(person)) == []


def test_what_was_annulled_before_or_decided_after_raises_no_flag(cast, listed):
    items = decided_units(cast, listed[:18])
    annul_outcome(items[0], reason="Phát hiện vi phạm.", by=cast.hoa)
    commune_issued(cast)
    file = Evaluation.objects.get(unit=cast.na_meo)
    assert share_flags([file.pk]) == {}


def test_a_commune_that_was_not_recognised_raises_no_flag(cast, listed):
    items = decided_units(cast, listed[:5])
    commune_issued(cast, outcome="not_met")
    annul_outcome(items[0], reason="Phát hiện vi phạm.", by=cast.hoa)
    file = Evaluation.objects.get(unit=cast.na_meo)
    assert (file.decided_outcome, FrozenShare.objects.filter(evaluation=file).exists()) == (
        "not_met",
        True,
    )
    assert share_flags([file.pk]) == {}
    assert flags_for(powers_of(cast.duc)) == []


def test_units_of_another_commune_raise_no_flag(cast, listed):
    decided_units(cast, listed[:1])
    commune_issued(cast, cast.son_thuy)
    item = decided_units_item(cast)
    annul_outcome(item, reason="Phát hiện vi phạm.", by=cast.hoa)
    file = Evaluation.objects.get(unit=cast.son_thuy)
    assert share_flags([file.pk]) == {}


def decided_units_item(cast):
    return DecisionItem.objects.filter(evaluation__season__unit_kind=Kind.RESIDENTIAL_AREA).first()
