"""Papers of files on their way: what they leave open, and what cannot be printed yet."""

import pytest

from antq_portal.lib.documents import canonical_json
from antq_portal.lib.documents.pdf import render_pdf
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.selectors.papers.decisions import decision_paper
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.papers.replies import supplement_request
from evaluations.selectors.papers.session import session_papers
from evaluations.services.answers import Typed, save_appraisal
from evaluations.services.evaluations import return_file
from tests import story
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

SECRET = "nội dung không được in ra"
FAILED = {
    "4.4.b": AnswerValues(counts=(1,), note="Một vụ trộm cắp tài sản"),
    "4.3.a": AnswerValues(counts=(2,), note=SECRET),
    "4.1.i": AnswerValues(verdict="not_met", note="Nghị quyết ban hành tháng 4"),
}


def test_recognition_that_recognises_nobody_is_refused_in_words(cast, seasons):
    story.appraised(cast.che_lau, cast, FAILED)
    session = story.session_over([cast.che_lau], cast)
    draft = story.drafted([cast.che_lau], cast, session=session)
    draft.is_notice = False

    with pytest.raises(TransitionRefused, match="nhận thông báo kết quả") as refused:
        decision_paper(draft)

    assert refused.value.code == "nobody_recognised"


def test_dossier_of_an_unfinished_file_leaves_room_for_the_pen(cast, seasons):
    story.registered(cast.hiem, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.hiem, officer=cast.lan)
    recognition = story.files(cast.hiem)[Scheme.RECOGNITION]
    recognition.answers.filter(criterion__code="4.2").update(verdict="")

    papers = dossier_papers(list(story.files(cast.hiem).values()), with_sensitive_counts=True)

    minutes = next(paper for paper in papers if paper.slug == "assessment_minutes")
    assert minutes.met is None
    assert [fact.value for fact in minutes.findings[:2]] == ["", ""]
    assert render_pdf(papers).startswith(b"%PDF-")


def test_session_without_units_has_nothing_to_print(cast, seasons):
    empty = story.session_over([], cast)

    with pytest.raises(TransitionRefused, match="chưa có đơn vị"):
        session_papers(empty)


def test_supplement_request_says_what_to_complete_but_not_of_sensitive_rows(cast, seasons):
    recognition = story.in_review(cast.hiem, cast)[Scheme.RECOGNITION]
    versions = dict(recognition.answers.values_list("criterion__code", "version"))
    remarks = {
        "4.1.iii": AnswerValues(appraised_verdict="not_met", appraisal_note="Đối chiếu số hộ."),
        "4.3.a": AnswerValues(appraised_verdict="met", appraisal_note=SECRET),
    }
    typed = {code: Typed(one, versions[code]) for code, one in remarks.items()}
    save_appraisal(recognition, typed, by=cast.minh)
    return_file(cast.hiem, year=story.year(), note="Thiếu chữ ký.", by=cast.minh)

    paper = supplement_request(list(story.files(cast.hiem).values()))

    assert [(item.ref, item.action) for item in paper.items[:2]] == [
        ("Hồ sơ", ""), ("4.1.iii", "Đối chiếu số hộ."),
    ]  # fmt: skip
    assert paper.items[0].content == "Thiếu chữ ký."
    assert paper.items[2].ref == "4.3.a"
    assert SECRET not in canonical_json(paper)


def test_supplement_request_without_anything_asked_is_refused(cast, seasons):
    story.submitted(cast.hiem, cast)

    with pytest.raises(TransitionRefused, match="chưa bị trả lại"):
        supplement_request(list(story.files(cast.hiem).values()))
