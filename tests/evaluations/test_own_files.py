"""A commune's and a district's own file: entered there, sent by its standing body, decided above."""

import pytest
from django.core.exceptions import PermissionDenied

from criteria.exceptions import TransitionRefused
from evaluations.models import Evaluation
from evaluations.services.answers import save_answers
from evaluations.services.decisions import (
    approve_decision,
    draft_decision,
    issue_decision,
    send_to_sign,
)
from evaluations.services.evaluations import (
    appraise_file,
    open_file,
    return_file,
    submit_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.registrations import (
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.sessions import open_session
from evaluations.workflow import Status
from tests import own_year, story
from units.coverage import Scheme
from units.models import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["new", "old"])
def offices(request, cast, time_machine):
    """The commune's own office and the one above it, in both eras, with the year open."""
    if request.param == "old":
        time_machine.move_to(own_year.OLD_DAY)
        own, above = own_year.old_era(cast)
    else:
        own, above = own_year.new_era(cast)
    own_year.open_year(cast, above.unit, Kind.COMMUNE)
    return own, above


def denied(act, *args, **kwargs):
    """The act is refused for want of the right, and nothing else."""
    with pytest.raises(PermissionDenied, match="đúng cấp có thẩm quyền"):
        act(*args, **kwargs)


def everybody(cast, *offices):
    people = {one for office in offices for one in
              (office.officer, office.appraiser, office.approver, office.clerk)}  # fmt: skip
    return people | {cast.tuan, cast.duc, cast.binh, cast.mai}


def states(unit):
    return {one.status for one in Evaluation.objects.filter(unit=unit)}


def test_the_commune_registers_and_the_level_above_accepts(cast, offices):
    own, above = offices
    season, figures = story.season(kind=Kind.COMMUNE), story.figures(kind=Kind.COMMUNE)
    for person in everybody(cast, *offices) - {own.officer}:
        denied(save_registration, season, own.unit, figures, by=person)
    row = save_registration(season, own.unit, figures, by=own.officer)
    denied(send_registration, row, by=above.officer)
    send_registration(row, by=own.officer)
    for person in everybody(cast, *offices) - {above.appraiser}:
        denied(accept_registration, row, by=person)

    assert accept_registration(row, by=above.appraiser).is_registered


def test_the_commune_answers_and_its_standing_body_sends(cast, offices):
    own, above = offices
    year = story.year()
    story.registered(own.unit, officer=own.officer, appraiser=above.appraiser)
    for person in everybody(cast, *offices) - {own.officer}:
        denied(open_file, own.unit, year=year, by=person)
    story.answered(own.unit, officer=own.officer)
    for person in everybody(cast, *offices) - {own.officer}:
        denied(save_answers, story.files(own.unit)[Scheme.RECOGNITION], {}, by=person)
    story.stated(own.unit, officer=own.officer)
    for person in everybody(cast, *offices) - {own.appraiser}:
        denied(submit_file, own.unit, year=year, by=person)

    submit_file(own.unit, year=year, by=own.appraiser)

    assert states(own.unit) == {Status.SUBMITTED}
    for person in everybody(cast, *offices) - {own.appraiser}:
        denied(withdraw_file, own.unit, year=year, by=person)
    withdraw_file(own.unit, year=year, by=own.appraiser)
    assert states(own.unit) == {Status.DRAFT}


def test_the_level_above_takes_up_returns_and_appraises(cast, offices):
    own, above = offices
    year = story.year()
    own_year.submitted(own, above)
    for person in everybody(cast, *offices) - {above.appraiser}:
        denied(take_up_file, own.unit, year=year, by=person)
    take_up_file(own.unit, year=year, by=above.appraiser)
    for person in everybody(cast, *offices) - {above.appraiser}:
        denied(return_file, own.unit, year=year, note="Thiếu", by=person)
        denied(appraise_file, own.unit, year=year, by=person)
    return_file(own.unit, year=year, note="Thiếu danh sách đơn vị", by=above.appraiser)
    assert states(own.unit) == {Status.RETURNED}
    submit_file(own.unit, year=year, by=own.appraiser)
    take_up_file(own.unit, year=year, by=above.appraiser)
    appraise_file(own.unit, year=year, by=above.appraiser)

    assert states(own.unit) == {Status.APPRAISED}


def test_the_level_above_decides(cast, offices):
    own, above = offices
    own_year.appraised(own, above)
    details = own_year.SessionDetails(held_on=own_year.localdate(), chair="Lê Anh Tuấn")
    for person in everybody(cast, *offices) - {above.appraiser}:
        denied(open_session, above.unit, year=story.year(), details=details, by=person)
    session = own_year.session_of(above, [own.unit])
    rows = Evaluation.objects.filter(unit=own.unit, season__scheme=Scheme.RECOGNITION)
    for person in everybody(cast, *offices) - {above.appraiser}:
        refused = (PermissionDenied, TransitionRefused)
        with pytest.raises(refused):
            draft_decision(session, scheme=Scheme.RECOGNITION, evaluations=rows, by=person)
    decision = own_year.drafted(above, session, [own.unit], Scheme.RECOGNITION)
    send_to_sign(decision, by=above.appraiser)
    for person in (own.approver, own.appraiser, above.appraiser, above.clerk):
        with pytest.raises((PermissionDenied, type(decision).DoesNotExist)):
            approve_decision(decision, by=person)
    approve_decision(decision, by=above.approver)
    for person in (own.clerk, above.approver):
        with pytest.raises((PermissionDenied, type(decision).DoesNotExist)):
            issue_decision(decision, numbering=story.numbering(), by=person)

    issued = issue_decision(decision, numbering=story.numbering(), by=above.clerk)

    decided = story.files(own.unit)[Scheme.RECOGNITION]
    assert (issued.authority, issued.organ, issued.full_number) == (
        above.unit, "ubnd", "05/QĐ-UBND"
    )  # fmt: skip
    assert (decided.status, decided.decided_outcome) == (Status.DECIDED, "met")
    assert (decided.submitted_by, decided.appraised_by, decided.decided_by) == (
        own.appraiser, above.appraiser, above.approver
    )  # fmt: skip


def test_the_district_of_2024_is_classified_by_the_province(cast, time_machine):
    time_machine.move_to(own_year.OLD_DAY)
    _, district = own_year.old_era(cast)
    _, province = own_year.new_era(cast)
    own_year.open_year(cast, cast.province, Kind.DISTRICT, [Scheme.CLASSIFICATION])
    story.answered(district.unit, officer=district.officer)
    story.stated(district.unit, officer=district.officer)
    denied(submit_file, district.unit, year=2024, by=district.officer)
    submit_file(district.unit, year=2024, by=district.appraiser)
    denied(take_up_file, district.unit, year=2024, by=district.appraiser)
    take_up_file(district.unit, year=2024, by=province.appraiser)
    appraise_file(district.unit, year=2024, by=province.appraiser)
    session = own_year.session_of(province, [district.unit])

    decision = own_year.issued(province, session, [district.unit], Scheme.CLASSIFICATION)

    assert decision.authority == cast.province
    assert [one.season.scheme for one in Evaluation.objects.filter(unit=district.unit)] == [
        Scheme.CLASSIFICATION
    ]
