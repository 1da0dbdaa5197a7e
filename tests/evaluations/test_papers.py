"""Papers from stored facts: what they say, what they hide, and that what is sealed stays."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import AuditEvent
from accounts.services import broken_links
from antq_portal.lib.documents import canonical_json, to_snapshot
from antq_portal.lib.documents.fingerprint import renderer_fingerprint
from antq_portal.lib.documents.pdf import render_pdf
from criteria.exceptions import TransitionRefused
from criteria.models import Organ
from criteria.scoring import AnswerValues
from evaluations.models import Decision, Evaluation, Score
from evaluations.selectors.digests import answers_digests
from evaluations.selectors.papers.decisions import decision_paper
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.papers.heads import authority_signature, noun_of, unit_head
from evaluations.selectors.papers.offices import names_above, office_of
from evaluations.selectors.papers.replies import certificate, notice
from evaluations.selectors.papers.session import session_papers
from evaluations.selectors.printing import item_to_print, session_to_print
from evaluations.selectors.snapshots import decision_snapshot, sealed_paper, snapshot_digest
from evaluations.services.decisions import discard_draft, set_item_outcome
from evaluations.services.papers import (
    ask_for_certificate,
    ask_for_dossier,
    ask_for_lost_pdf,
    ask_for_notice,
    ask_for_session_papers,
    ask_for_supplement_request,
    store_decision_pdf,
)
from evaluations.services.rosters import prepare_roster
from jobs.models import Job
from tests import story
from tests.cast import LONG_AGO, give_role, make_person, make_unit, version_of
from tests.staging import opened
from tests.workers import run_job_inline
from units.coverage import Scheme
from units.models import Kind, SubKind, UnitVersion

pytestmark = pytest.mark.usefixtures("stage", "db")

SECRET = "nội dung không được in ra"
FAILED = {
    "4.4.b": AnswerValues(counts=(1,), note="Một vụ trộm cắp tài sản"),
    "4.3.a": AnswerValues(counts=(2,), note=SECRET),
    "4.1.i": AnswerValues(verdict="not_met", note="Nghị quyết ban hành tháng 4"),
}


@pytest.fixture(scope="module")
def stage(held):
    """Ché Lầu has failed, Hiềm has reached the standard; both are appraised in one session."""
    stage = opened()
    cast = stage.cast
    story.appraised(cast.che_lau, cast, FAILED)
    story.appraised(cast.hiem, cast)
    session = story.session_over([cast.che_lau, cast.hiem], cast)
    return replace(stage, more={"session": session})


@pytest.fixture
def session(copied):
    return copied.more["session"]


@pytest.fixture
def recognition(cast, session):
    return story.issued([cast.che_lau, cast.hiem], cast, session=session)


def issued_classification(cast, session, **changes):
    """The classification of both units, after their recognition."""
    if not session.decisions.filter(status="issued").exists():
        story.issued([cast.che_lau, cast.hiem], cast, session=session)
    return story.issued(
        [cast.che_lau, cast.hiem], cast, Scheme.CLASSIFICATION, session, number="06", **changes
    )


def item_of(decision, unit, by):
    return item_to_print(decision.pk, unit.pk, by=by)


def rows_of(unit):
    return list(Evaluation.objects.filter(unit=unit))


def text_of(papers):
    return "\n".join(canonical_json(paper) for paper in papers)


def pdf_job():
    return Job.objects.get(task="evaluations.decision_pdf")


# What papers say ------------------------------------------------------------------------------


def test_recognition_names_only_those_that_meet_the_standard(cast, recognition):
    paper = sealed_paper(recognition)

    assert [item.name for item in paper.recognised] == ["Bản Hiềm"]
    assert {item.name: item.met for item in paper.items} == {"Bản Ché Lầu": False, "Bản Hiềm": True}
    assert paper.letterhead.issuer == ("Ủy ban nhân dân", "xã Na Mèo")
    assert (paper.letterhead.number, paper.letterhead.place) == ("05", "Na Mèo")
    assert (paper.noun, paper.area) == ("khu dân cư", "xã Na Mèo, tỉnh Thanh Hóa")
    assert paper.signatures[0].capacity == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert paper.recipients == ("Như Điều 4", "Công an tỉnh Thanh Hóa (để báo cáo)", "Lưu: VT, CAX")
    assert not paper.draft
    assert not paper.provisional


def test_proposal_of_the_session_is_the_last_basis_after_those_typed(cast, session):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=session)
    draft.basis = "Căn cứ Kế hoạch số 12/KH-UBND\n\n"

    bases = decision_paper(draft).bases

    assert bases[-2] == "Căn cứ Kế hoạch số 12/KH-UBND"
    assert bases[-1].startswith("Theo đề nghị của Thường trực Ban Chỉ đạo")
    assert "tại Tờ trình số 01/TTr-BCĐ ngày" in bases[-1]


def test_classification_names_every_unit_with_class_and_says_provisional(cast, session):
    paper = sealed_paper(issued_classification(cast, session, signing_capacity="kt"))

    assert [(item.name, item.band) for item in paper.items] == [
        ("Bản Ché Lầu", "Yếu"),
        ("Bản Hiềm", "Xuất sắc"),
    ]
    assert paper.bands == ("Xuất sắc", "Khá", "Trung bình", "Yếu")
    assert paper.provisional
    assert paper.signatures[0].capacity == (
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH",
    )  # fmt: skip


def test_class_decided_against_the_points_is_marked_without_its_reason(cast, session):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, Scheme.CLASSIFICATION, session)
    item = draft.items.get(evaluation__unit=cast.hiem)
    set_item_outcome(item, outcome="kha", reason=SECRET, by=cast.minh)

    snapshot = decision_snapshot(draft)

    shown = {item["name"]: item for item in snapshot["document"]["content"]["items"]}
    assert shown["Bản Hiềm"]["band"] == "Khá"
    assert "khác mức tính theo điểm" in shown["Bản Hiềm"]["note"]
    assert SECRET not in json.dumps(snapshot["document"], ensure_ascii=False)
    assert [row["reason"] for row in snapshot["facts"]["items"]] == ["", SECRET]


def test_certificate_rests_on_the_sealed_decision(cast, recognition):
    UnitVersion.objects.filter(unit=cast.hiem).update(name="Bản Khác")

    paper = certificate(item_of(recognition, cast.hiem, cast.van))

    assert (paper.subject.name, paper.subject.area) == ("Bản Hiềm", "xã Na Mèo, tỉnh Thanh Hóa")
    assert (paper.decision_number, paper.decision_symbol) == ("05", "QĐ-UBND")
    assert paper.signatures[0].name == "Vi Thị Hoa"
    check = f"/xac-minh/{recognition.verification_code}/?don_vi={cast.hiem.pk}"
    assert paper.verification.url.endswith(check)


def test_certificate_and_notice_go_to_the_right_units_only(cast, recognition):
    with pytest.raises(TransitionRefused, match="không có Giấy công nhận"):
        certificate(item_of(recognition, cast.che_lau, cast.van))
    with pytest.raises(TransitionRefused, match="đã được công nhận"):
        notice(item_of(recognition, cast.hiem, cast.van))


def test_notice_gives_the_reason_of_each_row_and_only_counts_of_sensitive_ones(cast, recognition):
    paper = notice(item_of(recognition, cast.che_lau, cast.van))

    reasons = {row.ref: row.reason for row in paper.unmet}
    assert list(reasons) == ["4.1.i", "4.3.a", "4.4.b"]
    assert reasons["4.1.i"] == "Chưa đạt. Nghị quyết ban hành tháng 4."
    assert reasons["4.3.a"] == "Số vụ việc: 2"
    assert "Một vụ trộm cắp tài sản" in reasons["4.4.b"]
    assert SECRET not in text_of([paper])
    assert (paper.letterhead.number, paper.letterhead.issued_on) == ("", None)
    assert paper.letterhead.symbol == "TB-UBND"


def test_dossier_holds_the_five_papers_of_the_unit(cast, session):
    papers = dossier_papers(rows_of(cast.hiem), with_sensitive_counts=True)

    assert [paper.slug for paper in papers] == [
        "registration_form", "self_assessment_report", "score_sheet", "assessment_minutes",
        "unit_proposal",
    ]  # fmt: skip
    form, report, sheet, minutes, proposal = papers
    assert form.facts[1].value == "80 hộ, đạt 100,0\u00a0%"
    assert form.letterhead.superior == ("Xã Na Mèo",)
    assert report.conclusion == f"Đạt tiêu chuẩn “An toàn về an ninh, trật tự” năm {story.year()}"
    assert {row.appraised for group in report.groups for row in group.rows} == {"Đạt"}
    assert (sheet.self_band, sheet.appraised_band, sheet.provisional) == (
        "Xuất sắc", "Xuất sắc", True,
    )  # fmt: skip
    assert sheet.self_total == sum(group.self_points or 0 for group in sheet.groups)
    assert minutes.met is True
    assert minutes.chair.name == "Lò Văn Păn"
    assert "công nhận Bản Hiềm đạt tiêu chuẩn" in proposal.requests[0]


def test_dossier_never_prints_notes_of_sensitive_rows(cast, session):
    with_counts = dossier_papers(rows_of(cast.che_lau), with_sensitive_counts=True)
    without = dossier_papers(rows_of(cast.che_lau), with_sensitive_counts=False)

    assert SECRET not in text_of(with_counts) + text_of(without)
    assert "Số vụ việc: 2" in text_of(with_counts)
    assert "Số vụ việc: 2" not in text_of(without)
    assert "Nghị quyết ban hành tháng 4" in text_of(without)


def test_unit_that_finds_itself_not_up_to_it_does_not_ask_to_be_recognised(cast, session):
    proposal = dossier_papers(rows_of(cast.che_lau), with_sensitive_counts=False)[-1]

    assert proposal.requests[0].endswith("kết luận theo quy định")


def test_session_papers_put_both_results_side_by_side(cast, session):
    minutes, submission, listed = session_papers(session)

    items = {item.name: item for item in minutes.items}
    assert (items["Bản Hiềm"].met, items["Bản Hiềm"].band) == (True, "Xuất sắc")
    assert items["Bản Ché Lầu"].note == "Chưa đạt: 4.1.i, 4.3.a, 4.4.b"
    assert (minutes.letterhead.number, minutes.letterhead.symbol) == ("01", "BB-BCĐ")
    assert (submission.letterhead.number, submission.letterhead.symbol) == ("01", "TTr-BCĐ")
    assert submission.addressee == "Ủy ban nhân dân xã Na Mèo"
    assert [fact.value for fact in submission.facts] == [
        "02 khu dân cư", "2/2 (100,0\u00a0%)", "02",
    ]  # fmt: skip
    assert {item.met for item in listed.items} == {None}


@pytest.mark.parametrize(
    ("organ", "capacity", "lines"),
    [
        (Organ.PEOPLES_COMMITTEE, "tm", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (Organ.CHAIRMAN, "head", ("CHỦ TỊCH",)),
        (Organ.CHAIRMAN, "kt", ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (Organ.STEERING_COMMITTEE, "tm", ("TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN")),
    ],
)
def test_signature_follows_organ_and_capacity(organ, capacity, lines):
    assert authority_signature(organ, capacity, name="x").capacity == lines


def test_units_of_other_kinds_have_their_own_heads_nouns_and_places(cast):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Quan Sơn 2", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level="province",
    )  # fmt: skip
    agency = make_unit(
        Kind.AGENCY, "Trạm Y tế xã", parent=cast.na_meo, sub_kind=SubKind.PUBLIC_SERVICE
    )
    versions = [version_of(unit) for unit in (school, agency)]
    above = version_of(cast.na_meo)

    head = unit_head(versions[0], above=above, year=2026, symbol="BC")
    own = unit_head(above, above=version_of(cast.province), year=2026, symbol="BC")

    assert noun_of(versions) == "cơ quan, cơ sở giáo dục"
    assert noun_of([above]) == "xã"
    assert (head.issuer, head.superior, head.place) == (("Trường THPT Quan Sơn 2",), (), "Na Mèo")
    assert head.symbol == "BC-………"
    assert (own.issuer, own.symbol) == (("Ủy ban nhân dân", "xã Na Mèo"), "BC-UBND")
    assert names_above(versions, day=localdate())[school.pk] == ("xã Na Mèo", "tỉnh Thanh Hóa")
    province = office_of(cast.province.pk, day=localdate())
    assert province.implementers(localdate()).endswith("Giám đốc Công an tỉnh Thanh Hóa")
    assert (province.area, province.upper, province.police_mark) == ("tỉnh Thanh Hóa", "", "CAT")


def test_office_is_named_as_it_was_on_the_day(cast):
    first = version_of(cast.na_meo)
    UnitVersion.objects.create(
        unit=cast.na_meo, valid_from=LONG_AGO, name="Phường Na Mèo", sub_kind=SubKind.PHUONG,
        parent=cast.province, path=first.path, managing_level=first.managing_level,
        sort_key="x", search_key="x",
    )  # fmt: skip

    before = office_of(cast.na_meo.pk, day=LONG_AGO.replace(year=2019))
    after = office_of(cast.na_meo.pk, day=LONG_AGO)

    assert (before.committee, before.police_mark) == ("Ủy ban nhân dân xã Na Mèo", "CAX")
    assert (after.committee, after.police_mark) == ("Ủy ban nhân dân phường Na Mèo", "CAP")


# What is sealed -------------------------------------------------------------------------------


def test_snapshot_says_what_every_result_rests_on(cast, recognition):
    facts = recognition.snapshot["facts"]

    item = facts["items"][1]
    evaluation = Evaluation.objects.get(pk=item["evaluation"])
    scores = dict(Score.objects.filter(evaluation=evaluation).values_list("stage", "pk"))
    assert (item["name"], item["unit_version"]) == ("Bản Hiềm", evaluation.unit_version_id)
    assert item["answers_sha256"] == answers_digests([evaluation.pk])[evaluation.pk]
    assert (item["self_score"], item["appraised_score"]) == (scores["self"], scores["appraised"])
    assert (item["computed"], item["outcome"]) == ("met", "met")
    criteria_set = evaluation.season.criteria_set
    assert facts["criteria_sets"] == [
        {
            "id": criteria_set.pk,
            "code": criteria_set.code,
            "effective_from": criteria_set.effective_from.isoformat(),
            "provenance": criteria_set.provenance,
            "sha256": criteria_set.source_sha256,
        }
    ]


def test_digest_is_the_same_after_it_was_stored_and_stands_in_the_audit_chain(cast, recognition):
    stored = Decision.objects.get(pk=recognition.pk)

    assert snapshot_digest(stored.snapshot) == stored.snapshot_sha256
    event = AuditEvent.objects.get(act="decision.issue")
    assert event.details["snapshot_sha256"] == stored.snapshot_sha256
    assert list(broken_links()) == []


def test_snapshot_takes_as_many_queries_for_forty_units_as_for_two(cast, session):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=session)
    with CaptureQueriesContext(connection) as two:
        decision_snapshot(draft)
    areas = [
        make_unit(Kind.RESIDENTIAL_AREA, f"Số {n}", parent=cast.na_meo, sub_kind=SubKind.BAN)
        for n in range(3)
    ]
    prepare_roster(cast.na_meo, year=story.year())
    more = story.drafted(areas, cast)
    with CaptureQueriesContext(connection) as three:
        decision_snapshot(more)

    assert len(two) == len(three) == 8


def test_pdf_follows_from_the_seal_and_never_from_live_data(cast, recognition):
    UnitVersion.objects.filter(unit__in=[cast.hiem, cast.na_meo]).update(name="Bản Khác")
    recognition.items.update(outcome="not_met", reason="đổi lén")

    job = run_job_inline(pdf_job())

    recognition.refresh_from_db()
    assert job.state == "done"
    assert job.result_url == recognition.get_absolute_url()
    expected = render_pdf(sealed_paper(recognition))
    with recognition.pdf.open() as stored:
        assert stored.read() == expected
    assert recognition.pdf_sha256 == hashlib.sha256(expected).hexdigest()
    assert recognition.pdf_fingerprint == renderer_fingerprint()
    assert sealed_paper(recognition).recognised[0].name == "Bản Hiềm"


def test_pdf_is_written_into_the_audit_chain(cast, recognition):
    run_job_inline(pdf_job())

    recognition.refresh_from_db()
    event = AuditEvent.objects.get(act="decision.pdf")
    assert event.details["pdf_sha256"] == recognition.pdf_sha256
    assert event.details["snapshot_sha256"] == recognition.snapshot_sha256
    assert list(broken_links()) == []


def test_sealed_content_renders_to_the_same_bytes_again(recognition):
    paper = sealed_paper(recognition)

    assert render_pdf(paper) == render_pdf(sealed_paper(recognition))
    assert to_snapshot(paper) == recognition.snapshot["document"]


def test_pdf_is_stored_once(cast, recognition, media):
    first = store_decision_pdf(recognition, b"%PDF-1", fingerprint="a", by=cast.van)
    again = store_decision_pdf(recognition, b"%PDF-2", fingerprint="b", by=cast.van)

    recognition.refresh_from_db()
    assert (first, again) == (True, False)
    assert recognition.pdf_fingerprint == "a"
    assert AuditEvent.objects.filter(act="decision.pdf").count() == 1
    with recognition.pdf.open() as stored:
        assert stored.read() == b"%PDF-1"


def test_file_cut_short_by_a_dying_worker_is_replaced(cast, recognition):
    content = b"%PDF-whole"
    name = f"decisions/{recognition.year}/{hashlib.sha256(content).hexdigest()}.pdf"
    default_storage.save(name, ContentFile(content[:4]))

    store_decision_pdf(recognition, content, fingerprint="a", by=cast.van)

    recognition.refresh_from_db()
    assert recognition.pdf.name == name
    with recognition.pdf.open() as stored:
        assert stored.read() == content


def test_lost_file_comes_back_only_as_the_same_bytes(cast, recognition):
    run_job_inline(pdf_job())
    recognition.refresh_from_db()
    default_storage.delete(recognition.pdf.name)

    with pytest.raises(TransitionRefused, match="không dựng lại đúng từng byte"):
        store_decision_pdf(recognition, b"%PDF-other", fingerprint="x", by=cast.van)
    job = run_job_inline(ask_for_lost_pdf(recognition.pk, by=cast.van))

    assert job.state == "done"
    with recognition.pdf.open() as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == recognition.pdf_sha256


def test_decision_stands_when_its_content_cannot_be_rendered(cast, recognition):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evaluations_decision SET snapshot = snapshot - 'document' WHERE id = %s",
            [recognition.pk],
        )

    job = run_job_inline(pdf_job())

    recognition.refresh_from_db()
    assert job.state == "failed"
    assert "vẫn có hiệu lực" in job.error
    assert (recognition.status, recognition.pdf.name) == ("issued", "")
    evaluation = Evaluation.objects.get(unit=cast.hiem, season__scheme=Scheme.RECOGNITION)
    assert evaluation.decided_outcome == "met"


def test_pdf_is_asked_for_again_only_while_there_is_none(cast, recognition):
    assert ask_for_lost_pdf(recognition.pk, by=cast.van) == pdf_job()
    run_job_inline(pdf_job())

    with pytest.raises(TransitionRefused, match="đã có bản PDF"):
        ask_for_lost_pdf(recognition.pk, by=cast.van)
    with pytest.raises(Decision.DoesNotExist):
        ask_for_lost_pdf(recognition.pk, by=cast.nga)


# Who prints what ------------------------------------------------------------------------------


def test_every_paper_is_printed_by_its_job(cast, recognition):
    session = recognition.session
    jobs = [
        ask_for_dossier(cast.hiem.pk, year=story.year(), by=cast.lan),
        ask_for_session_papers(session.pk, by=cast.minh),
        ask_for_certificate(recognition.pk, cast.hiem.pk, by=cast.van),
        ask_for_notice(recognition.pk, cast.che_lau.pk, by=cast.van),
    ]

    for job in jobs:
        ended = run_job_inline(job)
        assert (ended.state, ended.error) == ("done", "")
        with ended.result_file.open() as content:
            assert content.read(5) == b"%PDF-"
        assert ended.result_name.endswith(".pdf")


def test_printing_twice_at_once_is_one_job(cast, session):
    first = ask_for_dossier(cast.hiem.pk, year=story.year(), by=cast.lan)

    assert ask_for_dossier(cast.hiem.pk, year=story.year(), by=cast.lan) == first


def test_outsider_prints_nothing_of_another_commune(cast, recognition):
    with pytest.raises(Evaluation.DoesNotExist):
        ask_for_dossier(cast.hiem.pk, year=story.year(), by=cast.nga)
    with pytest.raises(Evaluation.DoesNotExist):
        ask_for_supplement_request(cast.hiem.pk, year=story.year(), by=cast.nga)
    with pytest.raises(type(recognition.session).DoesNotExist):
        session_to_print(recognition.session_id, by=cast.nga)
    for ask, unit in ((ask_for_certificate, cast.hiem), (ask_for_notice, cast.che_lau)):
        with pytest.raises(recognition.items.model.DoesNotExist):
            ask(recognition.pk, unit.pk, by=cast.nga)


def test_who_sees_from_above_prints_the_certificate_but_not_the_papers_of_the_office(
    cast, recognition
):
    assert ask_for_certificate(recognition.pk, cast.hiem.pk, by=cast.tuan).pk

    with pytest.raises(PermissionDenied, match="đúng cấp"):
        ask_for_session_papers(recognition.session_id, by=cast.tuan)
    with pytest.raises(PermissionDenied):
        ask_for_supplement_request(cast.hiem.pk, year=story.year(), by=cast.tuan)


def test_task_prints_no_further_than_the_person_sees_by_then(cast, session):
    viewer = make_person("khach")
    assignment = give_role(viewer, "viewer", cast.na_meo)
    job = ask_for_dossier(cast.che_lau.pk, year=story.year(), by=viewer)
    assignment.delete()

    ended = run_job_inline(job)

    assert ended.state == "failed"
    assert "không còn được xem" in ended.error


def test_certificate_of_a_draft_or_a_classification_is_not_to_be_had(cast, session):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=session)
    with pytest.raises(draft.items.model.DoesNotExist):
        ask_for_certificate(draft.pk, cast.hiem.pk, by=cast.van)

    discard_draft(draft, by=cast.minh)
    classification = issued_classification(cast, session)
    with pytest.raises(TransitionRefused, match="phân loại không có Giấy công nhận"):
        ask_for_certificate(classification.pk, cast.hiem.pk, by=cast.van)


# Pages ----------------------------------------------------------------------------------------


def test_page_leads_to_the_job_and_is_403_for_who_only_sees(client, cast, recognition):
    client.force_login(cast.lan)

    answer = client.post(f"/ho-so/{story.year()}/{cast.hiem.pk}/in/")

    job = Job.objects.get(task="evaluations.dossier")
    client.force_login(cast.tuan)
    refused = client.post(f"/tham-dinh/phien/{recognition.session_id}/in/")
    assert refused.status_code == 403
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    assert client.get(f"/ho-so/{story.year()}/{cast.hiem.pk}/in/").status_code == 405


def test_pages_ask_for_sign_in_and_are_404_for_the_outsider(client, cast, recognition):
    file, decision = f"{story.year()}/{cast.hiem.pk}", f"/quyet-dinh/{recognition.pk}"
    addresses = [
        f"/ho-so/{file}/in/",
        f"/tham-dinh/{file}/phieu-bo-sung/",
        f"/tham-dinh/phien/{recognition.session_id}/in/",
        f"{decision}/giay-cong-nhan/{cast.hiem.pk}/",
        f"{decision}/thong-bao/{cast.hiem.pk}/",
        f"{decision}/lap-lai-pdf/",
    ]

    strange = {client.post(address)["Location"].split("?")[0] for address in addresses}
    client.force_login(cast.nga)
    seen = {client.post(address).status_code for address in addresses}

    assert strange == {"/dang-nhap/"}
    assert seen == {404}
    assert Job.objects.exclude(task="evaluations.decision_pdf").count() == 0


def test_refusal_leads_back_with_the_reason(client, cast, session):
    classification = issued_classification(cast, session)
    client.force_login(cast.van)

    answer = client.post(f"/quyet-dinh/{classification.pk}/giay-cong-nhan/{cast.hiem.pk}/")

    assert answer["Location"] == classification.get_absolute_url()


def test_preview_shows_the_draft_as_a_marked_pdf(client, cast, session):
    draft = story.drafted([cast.che_lau, cast.hiem], cast, session=session)
    client.force_login(cast.hoa)

    answer = client.get(f"/quyet-dinh/{draft.pk}/xem-truoc/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer.content == render_pdf(decision_paper(draft))
    assert decision_paper(draft).draft
    client.force_login(cast.tuan)
    assert client.get(f"/quyet-dinh/{draft.pk}/xem-truoc/").status_code == 403
    client.force_login(cast.nga)
    assert client.get(f"/quyet-dinh/{draft.pk}/xem-truoc/").status_code == 404


def test_preview_of_an_issued_decision_leads_to_its_page(client, cast, recognition):
    client.force_login(cast.hoa)

    answer = client.get(f"/quyet-dinh/{recognition.pk}/xem-truoc/")

    assert answer["Location"] == recognition.get_absolute_url()
