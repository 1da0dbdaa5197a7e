"""A whole year of an agency, an enterprise and a school by the services, with rows that do not apply."""

from dataclasses import replace

import pytest

from antq_portal.lib.documents import canonical_json, render_html
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.papers.replies import certificate
from evaluations.selectors.papers.session import session_papers
from evaluations.selectors.printing import item_to_print
from evaluations.selectors.snapshots import sealed_paper
from evaluations.workflow import Status
from tests import story
from tests.cast import make_unit
from tests.staging import peopled
from units.coverage import Scheme
from units.models import EnterpriseSize, Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")

UNITS = {
    Kind.AGENCY: ("Trạm Y tế xã", {"sub_kind": SubKind.PUBLIC_SERVICE}, "cơ quan"),
    Kind.ENTERPRISE: (
        "Công ty Luồng Na Mèo",
        {"sub_kind": SubKind.ENTERPRISE, "enterprise_size": EnterpriseSize.LARGE}, "doanh nghiệp",
    ),
    Kind.EDUCATIONAL_INSTITUTION: (
        "Trường THCS Na Mèo", {"sub_kind": SubKind.LOWER_SECONDARY}, "cơ sở giáo dục",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(held):
    """One unit of each kind, in a year that is open for all."""
    stage = peopled()
    made = {
        kind: make_unit(kind, name, parent=stage.cast.na_meo, **facts)
        for kind, (name, facts, _) in UNITS.items()
    }
    story.open_seasons(stage.cast, kinds=story.EVERY_KIND)
    return replace(stage, more=made)


@pytest.fixture(params=UNITS)
def unit(request, copied):
    return copied.more[request.param]


def not_applicable(unit):
    """Every row of the unit's TT 124 sheet that may be said not to apply, said so with its reason."""
    definition = definition_of(story.season(kind=unit.kind).criteria_set)
    return {
        row.code: AnswerValues(verdict="na", note="Đơn vị không có.")
        for row in definition.rows
        if row.takes_na
    }


def test_year_ends_recognised_and_classified(cast, unit):
    changes = not_applicable(unit)
    assert changes
    story.appraised(unit, cast, changes)
    session = story.session_over([unit], cast)

    recognition = story.issued([unit], cast, session=session)
    classification = story.issued([unit], cast, Scheme.CLASSIFICATION, session, number="06")

    files = story.files(unit)
    assert {one.status for one in files.values()} == {Status.DECIDED}
    assert files[Scheme.RECOGNITION].decided_outcome == "met"
    assert files[Scheme.CLASSIFICATION].decided_outcome == "xuat_sac"
    assert sealed_paper(recognition).noun == UNITS[unit.kind][2]
    assert [item.band for item in sealed_paper(classification).items] == ["Xuất sắc"]
    paper = certificate(item_to_print(recognition.pk, unit.pk, by=cast.van))
    assert paper.subject.name == UNITS[unit.kind][0]


def test_papers_of_the_year_speak_of_the_unit_and_of_people(cast, unit):
    story.appraised(unit, cast, not_applicable(unit))
    session = story.session_over([unit], cast)

    papers = dossier_papers(list(story.files(unit).values()), with_sensitive_counts=True)
    form, report, sheet, minutes, proposal = papers
    spoken = " ".join(canonical_json(paper) for paper in papers)

    assert "Không áp dụng" in canonical_json(report)
    assert {fact.label for fact in form.facts} >= {"Kế hoạch về an ninh, trật tự"}
    assert "khu dân cư" not in canonical_json(form).lower()
    assert "Trưởng bản" not in canonical_json(form)
    assert UNITS[unit.kind][2] in spoken
    assert f"công nhận {UNITS[unit.kind][0]} đạt tiêu chuẩn" in proposal.requests[0]
    assert sheet.self_total == sum(group.self_points or 0 for group in sheet.groups)
    assert minutes.met is True
    assert all(render_html(paper) for paper in (*papers, *session_papers(session)))


def test_incident_makes_it_not_met_with_its_reason(cast, unit):
    definition = definition_of(story.season(kind=unit.kind).criteria_set)
    row = next(
        row for row in definition.rows if row.answer_type == "incidents" and not row.is_sensitive
    )
    counts = tuple(int(place == 0) for place in range(len(row.counters)))

    files = story.appraised(
        unit, cast, {row.code: AnswerValues(counts=counts, note="Một vụ trong kỳ.")}
    )

    assert files[Scheme.RECOGNITION].appraised_outcome == "not_met"
    assert files[Scheme.CLASSIFICATION].appraised_outcome != "xuat_sac"
