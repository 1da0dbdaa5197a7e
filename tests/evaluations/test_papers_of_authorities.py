"""Whose head, whose name, whose signature stands on a paper: commune, district, province, committee."""

import pytest

from criteria.models import Organ
from evaluations.forms.decisions import NumberingForm
from evaluations.selectors.papers.decisions import decision_paper
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.papers.offices import BOARD
from evaluations.selectors.papers.session import session_papers
from evaluations.selectors.snapshots import sealed_paper
from tests import own_year, story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.django_db

TM_UBND = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def old_offices(cast, time_machine):
    time_machine.move_to(own_year.OLD_DAY)
    return own_year.old_era(cast)


def own_dossier(own):
    return {
        paper.slug: paper
        for paper in dossier_papers(
            sorted(story.files(own.unit).values(), key=lambda one: one.season.scheme, reverse=True),
            with_sensitive_counts=True,
        )
    }


def test_a_commune_writes_to_the_province_and_the_province_decides(cast):
    own, above = own_year.new_era(cast)
    own_year.open_year(cast, above.unit, Kind.COMMUNE)
    own_year.appraised(own, above)
    session = own_year.session_of(above, [own.unit])
    decision = own_year.issued(above, session, [own.unit], Scheme.RECOGNITION)

    dossier, sealed = own_dossier(own), sealed_paper(decision)
    minutes, submission = session_papers(session)[:2]

    assert dossier["unit_proposal"].letterhead.issuer == ("Ủy ban nhân dân", "xã Na Mèo")
    assert dossier["unit_proposal"].letterhead.symbol == "TTr-UBND"
    assert dossier["unit_proposal"].addressee == f"Thường trực {BOARD} tỉnh Thanh Hóa"
    assert dossier["unit_proposal"].signatures[0].capacity == TM_UBND
    assert dossier["unit_proposal"].recipients == ("Như trên", "Lưu: VT, CAX")
    assert dossier["assessment_minutes"].letterhead.superior == ("Ủy ban nhân dân", "xã Na Mèo")
    assert dossier["assessment_minutes"].letterhead.issuer == (BOARD,)
    assert minutes.letterhead.superior == ("Ủy ban nhân dân", "tỉnh Thanh Hóa")
    assert submission.addressee == "Ủy ban nhân dân tỉnh Thanh Hóa"
    assert submission.signatures[0].capacity[-1] == "GIÁM ĐỐC CÔNG AN TỈNH"
    assert sealed.letterhead.issuer == ("Ủy ban nhân dân", "tỉnh Thanh Hóa")
    assert (sealed.letterhead.place, sealed.letterhead.symbol) == ("Thanh Hóa", "QĐ-UBND")
    assert (sealed.noun, sealed.area) == ("xã", "tỉnh Thanh Hóa")
    assert sealed.signatures[0].capacity == TM_UBND
    assert sealed.recipients == ("Như Điều 4", "Bộ Công an (để báo cáo)", "Lưu: VT, CAT")


def test_an_old_commune_writes_to_its_district_and_the_district_decides(cast, time_machine):
    own, above = old_offices(cast, time_machine)
    own_year.open_year(cast, above.unit, Kind.COMMUNE)
    own_year.appraised(own, above)
    session = own_year.session_of(above, [own.unit])
    decision = own_year.drafted(above, session, [own.unit], Scheme.RECOGNITION)

    proposal, draft = own_dossier(own)["unit_proposal"], decision_paper(decision)

    assert proposal.addressee == f"Thường trực {BOARD} huyện Quan Sơn"
    assert draft.letterhead.issuer == ("Ủy ban nhân dân", "huyện Quan Sơn")
    assert (draft.letterhead.place, draft.letterhead.symbol) == ("Quan Sơn", "QĐ-UBND")
    assert draft.area == "huyện Quan Sơn, tỉnh Thanh Hóa"
    assert draft.authority == "Ủy ban nhân dân huyện Quan Sơn"
    assert "Trưởng Công an huyện Quan Sơn" in draft.articles[-1]
    assert draft.recipients == ("Như Điều 4", "Công an tỉnh Thanh Hóa (để báo cáo)", "Lưu: VT, CAH")
    assert session_papers(session)[1].signatures[0].capacity[-1] == "TRƯỞNG CÔNG AN HUYỆN"


def test_a_district_writes_as_a_peoples_committee(cast, time_machine):
    _, district = old_offices(cast, time_machine)
    _, province = own_year.new_era(cast)
    own_year.open_year(cast, cast.province, Kind.DISTRICT, [Scheme.CLASSIFICATION])
    own_year.appraised(district, province)

    dossier = own_dossier(district)

    assert sorted(dossier) == ["assessment_minutes", "score_sheet"]
    assert dossier["score_sheet"].letterhead.issuer == ("Ủy ban nhân dân", "huyện Quan Sơn")
    assert dossier["score_sheet"].signatures[-1].capacity == TM_UBND
    assert dossier["assessment_minutes"].letterhead.superior == (
        "Ủy ban nhân dân", "huyện Quan Sơn"
    )  # fmt: skip
    assert dossier["assessment_minutes"].conclusions == (
        f"Hoàn thiện hồ sơ gửi Thường trực {BOARD} tỉnh Thanh Hóa.",
    )


@pytest.fixture
def department(cast, time_machine):
    """A department of the district of 2024, appraised and on a session: office above, session, unit."""
    _, above = old_offices(cast, time_machine)
    unit = make_unit(
        Kind.AGENCY, "Phòng Tư pháp", parent=above.unit, sub_kind=SubKind.STATE_BODY, level="district"
    )  # fmt: skip
    own_year.open_year(cast, above.unit, Kind.AGENCY)
    story.registered(unit, officer=above.officer, appraiser=above.appraiser)
    story.answered(unit, officer=above.officer)
    story.stated(unit, officer=above.officer)
    own_year.submit_file(unit, year=2024, by=above.officer)
    own_year.take_up_file(unit, year=2024, by=above.appraiser)
    own_year.appraise_file(unit, year=2024, by=above.appraiser)
    return above, own_year.session_of(above, [unit]), unit


def test_departments_are_recognised_by_the_committee_and_classified_by_the_board(department):
    above, session, unit = department
    recognition = own_year.issued(above, session, [unit], Scheme.RECOGNITION)
    classification = own_year.drafted(above, session, [unit], Scheme.CLASSIFICATION)
    form = NumberingForm(None, decision=classification)

    paper = decision_paper(classification)

    assert (recognition.organ, recognition.full_number) == (
        Organ.PEOPLES_COMMITTEE, "05/QĐ-UBND"
    )  # fmt: skip
    assert (classification.organ, classification.symbol) == (Organ.STEERING_COMMITTEE, "QĐ-BCĐ")
    assert paper.letterhead.issuer == (BOARD, "huyện Quan Sơn")
    assert paper.letterhead.superior == ()
    assert paper.authority == f"{BOARD} huyện Quan Sơn"
    assert paper.signatures[0].capacity == ("TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN")
    assert "thành viên Ban Chỉ đạo" in paper.articles[-1]
    assert session_papers(session)[1].addressee == (
        f"Ủy ban nhân dân huyện Quan Sơn; {BOARD} huyện Quan Sơn"
    )
    assert form.suffix == "/QĐ-BCĐ"
    assert [label for _, label in form.fields["signing_capacity"].choices] == [
        "TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN", "KT. TRƯỞNG BAN"
    ]  # fmt: skip


def test_a_decision_of_the_board_is_issued_with_its_own_symbol(department):
    above, session, unit = department
    own_year.issued(above, session, [unit], Scheme.RECOGNITION)

    decision = own_year.issued(above, session, [unit], Scheme.CLASSIFICATION, signing_capacity="kt")

    assert decision.full_number == "05/QĐ-BCĐ"
    assert decision.capacity_label == "KT. TRƯỞNG BAN"
    assert sealed_paper(decision).signatures[0].capacity == (
        "TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"
    )  # fmt: skip


def test_communes_of_one_decision_are_named_by_their_words(cast):
    own, above = own_year.new_era(cast)
    ward = make_unit(
        Kind.COMMUNE, "Hạc Thành", parent=cast.province, sub_kind=SubKind.PHUONG, level="province"
    )
    other = own_year.office_of(ward, "hacthanh")
    own_year.open_year(cast, above.unit, Kind.COMMUNE)
    for one in (own, other):
        own_year.appraised(one, above)
    session = own_year.session_of(above, [own.unit, ward])

    draft = decision_paper(
        own_year.drafted(above, session, [own.unit, ward], Scheme.CLASSIFICATION)
    )

    assert draft.noun == "xã, phường"
