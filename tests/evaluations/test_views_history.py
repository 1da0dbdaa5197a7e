"""The timeline of a file: old and new values, who may read them, filters, and what is new to whom."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Attachment, Evaluation, FileVisit, Purpose
from evaluations.selectors.visits import reviewed_since
from evaluations.services.answers import Typed, mend_answer, save_answers
from evaluations.services.attachments import PaperReference, attach, detach
from evaluations.services.evaluations import open_file, return_file
from evaluations.services.late_events import LateEventDetails, report_late_event
from evaluations.services.visits import forget_old_visits, note_visit
from tests import story
from tests.cast import give_role, make_person
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

NEW = "từ lần bạn xem trước"
SECRET = "Lời giải trình riêng của dòng nhạy cảm"


def history_url(unit, **query):
    return address("file", story.year(), unit.pk, tab="lich-su", **query)


def sheet_url(unit):
    return address("file", story.year(), unit.pk, tab="tt124", xem="tat-ca")


def save(evaluation, by, **values):
    versions = dict(evaluation.answers.values_list("criterion__code", "version"))
    typed = {code: Typed(one, versions.get(code, 0)) for code, one in values.items()}
    save_answers(evaluation, typed, by=by)


def events_of(client, url):
    return client.get(url).context["events"].object_list


def lines(event):
    return [(one.code, one.before, one.after) for one in event.changes]


def event_named(client, url, what):
    return next(event for event in events_of(client, url) if event.what == what)


@pytest.fixture
def sensitive(open_year):
    rows = definition_of(open_year[Scheme.RECOGNITION].criteria_set).rows
    return next(
        row for row in rows if row.is_sensitive and len(row.counters) == 1 and not row.exceptions
    )


@pytest.fixture
def opened(cast, open_year):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)


def test_old_and_new_values_are_told_in_the_words_people_use(cast, as_, opened, sensitive):
    recognition = opened[Scheme.RECOGNITION]
    save(
        recognition,
        cast.lan,
        **{"4.1.i": AnswerValues(verdict="met"), sensitive.code: AnswerValues(counts=(0,))},
    )
    save(recognition, cast.lan, **{"4.1.iii": AnswerValues(numerator=70, denominator=80)})
    save(
        recognition, cast.lan,
        **{"4.1.i": AnswerValues(verdict="not_met", note="Ban hành tháng 4.")},
        **{sensitive.code: AnswerValues(counts=(1,))},
    )  # fmt: skip

    event = event_named(as_(cast.lan), history_url(cast.che_lau), "Nhập trả lời")

    assert ("4.1.i", "chưa trả lời", "Chưa đạt") in lines(event)
    assert (sensitive.code, "chưa trả lời", "1 vụ") in lines(event)
    assert ("4.1.iii", "chưa trả lời", "70/80 (87,5\u00a0%)") in lines(event)
    assert event.changes[0].notes == ("giải trình: “Ban hành tháng 4.”",)


def test_a_mended_row_tells_both_values_and_why_and_hides_what_is_sensitive(
    cast, as_, sensitive, open_year
):
    recognition = story.in_review(cast.che_lau, cast)[Scheme.RECOGNITION]
    version = recognition.answers.get(criterion=sensitive.id).version
    mend_answer(
        recognition, sensitive.code, AnswerValues(counts=(2,), note=SECRET), base_version=version,
        reason="Ghi nhầm số.", by=cast.minh,
    )  # fmt: skip
    viewer = make_person("xem", "Người Theo Dõi")
    give_role(viewer, Role.VIEWER, cast.na_meo)

    event = event_named(as_(cast.minh), history_url(cast.che_lau), "Sửa lỗi nhập")
    told = lines(event)
    assert told == [(sensitive.code, "Không xảy ra", "2 vụ")]
    assert (event.note, event.who) == ("Ghi nhầm số.", str(cast.minh))
    answer = as_(viewer).get(history_url(cast.che_lau))
    page = words(answer)
    hidden = next(e for e in answer.context["events"] if e.what == "Sửa lỗi nhập")
    assert [(one.code, one.is_hidden, one.after) for one in hidden.changes] == [
        (sensitive.code, True, "")
    ]
    assert SECRET not in page
    assert "2 vụ" not in page
    assert "Ghi nhầm số." not in page


def test_rows_returned_are_told_with_their_reasons(cast, as_, open_year, sensitive):
    files = story.in_review(cast.che_lau, cast)
    row = files[Scheme.RECOGNITION].season.criteria_set.criteria.get(code="4.1.i")
    return_file(
        cast.che_lau, year=story.year(), note="Bổ sung.", by=cast.minh,
        rows={row.pk: "Thiếu số nghị quyết.", sensitive.id: SECRET},
        due_on=timezone.localdate() + dt.timedelta(days=2),
    )  # fmt: skip
    client = as_(cast.lan)
    returned = event_named(client, history_url(cast.che_lau), "Trả lại bổ sung")

    assert [(one.code, one.after) for one in returned.changes] == [
        ("4.1.i", "Thiếu số nghị quyết."), (sensitive.code, SECRET)
    ]  # fmt: skip
    assert (returned.note, returned.more[:11]) == ("Bổ sung.", "Hạn bổ sung")
    assert SECRET not in words(as_(cast.tuan).get(history_url(cast.che_lau)))


def test_papers_added_and_removed_are_told(cast, as_, opened):
    year = story.year()
    for place in ("Kho cũ", "Kho mới"):
        attach(
            [cast.che_lau], year=year, purpose=Purpose.OTHER, by=cast.lan,
            reference=PaperReference(number="9", kept_at=place),
        )  # fmt: skip
    detach(Attachment.objects.get(kept_at="Kho cũ"), by=cast.lan)

    papers = events_of(as_(cast.tuan), history_url(cast.che_lau, loc="tai-lieu"))

    assert [(event.what, event.note) for event in papers] == [
        ("Bỏ tài liệu: Tài liệu khác", "Lưu tại Kho cũ"),
        ("Kèm tài liệu: Tài liệu khác", "Lưu tại Kho mới"),
        ("Kèm tài liệu: Tài liệu khác", "Lưu tại Kho cũ"),
    ]
    assert {event.kind for event in papers} == {"tai-lieu"}


def test_answers_from_excel_and_what_happened_after_sending_are_told(
    cast, as_, open_year, sensitive
):
    files = story.submitted(cast.che_lau, cast)
    recognition = files[Scheme.RECOGNITION]
    long_ago = timezone.now() - dt.timedelta(days=20)
    Evaluation.objects.filter(unit=cast.che_lau).update(submitted_at=long_ago)
    happened = timezone.localdate() - dt.timedelta(days=10)
    details = LateEventDetails(
        criterion_id=sensitive.id, happened_on=happened, count=2, reason=SECRET
    )
    report_late_event(recognition, details, by=cast.lan)
    open_file(cast.hiem, year=story.year(), by=cast.lan)
    save_answers(
        story.files(cast.hiem)[Scheme.RECOGNITION], {"4.1.i": Typed(AnswerValues(verdict="met"))},
        by=cast.lan, reason="Nhập từ Excel",
    )  # fmt: skip

    late = event_named(as_(cast.lan), history_url(cast.che_lau), "Ghi phát sinh sau khi gửi")
    excel = event_named(as_(cast.lan), history_url(cast.hiem), "Nhập từ Excel")

    assert (late.changes[0].code, late.changes[0].notes) == (sensitive.code, (SECRET,))
    assert lines(excel) == [("4.1.i", "chưa trả lời", "Đạt")]
    assert SECRET not in words(as_(cast.tuan).get(history_url(cast.che_lau)))


def test_timeline_is_filtered_by_sort_and_person(cast, as_, open_year):
    story.appraised(cast.che_lau, cast)
    client = as_(cast.tuan)

    steps = events_of(client, history_url(cast.che_lau, loc="buoc", nguoi=cast.minh.pk))
    page = client.get(history_url(cast.che_lau))

    assert [event.what for event in steps] == [
        "Xác nhận thẩm định",
        "Nhận thẩm định",
        "Tiếp nhận đăng ký",
    ]
    counts = {chip["label"]: chip["count"] for chip in page.context["chips"]}
    assert counts["Tất cả"] == counts["Các bước"] + counts["Trả lời"] + counts["Tài liệu"]
    assert [name for _, name in page.context["people"]] == sorted([str(cast.lan), str(cast.minh)])
    assert client.get(history_url(cast.che_lau, loc="x", nguoi="9'", page="z")).status_code == 200


def test_a_long_timeline_comes_in_pages_and_asks_no_more(cast, as_, opened):
    client = as_(cast.lan)
    recognition = opened[Scheme.RECOGNITION]
    save(recognition, cast.lan, **{"4.1.i": AnswerValues(verdict="met")})
    client.get(history_url(cast.che_lau))
    few = queries_of(client, history_url(cast.che_lau))
    people = [make_person(f"nguoi{number}", f"Người {number}") for number in range(32)]
    for number, person in enumerate(people):
        give_role(person, Role.OFFICER, cast.na_meo)
        save(
            recognition,
            person,
            **{"4.1.i": AnswerValues(verdict="not_met" if number % 2 else "met", note=str(number))},
        )

    many = queries_of(client, history_url(cast.che_lau))

    assert many <= few
    assert len(events_of(client, history_url(cast.che_lau))) == 30
    assert len(events_of(client, history_url(cast.che_lau, page=3))) < 30


def test_what_others_changed_since_the_last_visit_is_marked_for_oneself_only(cast, as_, opened):
    recognition = opened[Scheme.RECOGNITION]
    save(recognition, cast.lan, **{"4.1.i": AnswerValues(verdict="met")})
    row = recognition.season.criteria_set.criteria.get(code="4.1.i")
    for person in (cast.lan, cast.minh):
        seen = as_(person).get(sheet_url(cast.che_lau))
        assert seen.context["changed_ids"] == frozenset()
    FileVisit.objects.update(seen_at=timezone.now() - dt.timedelta(hours=2))
    save(recognition, cast.lan, **{"4.1.i": AnswerValues(verdict="not_met")})

    def is_marked(person):
        return NEW in words(as_(person).get(address("sheet", story.year())))

    lists = [is_marked(person) for person in (cast.minh, cast.lan, cast.hoa)]
    first = as_(cast.minh).get(sheet_url(cast.che_lau))
    again = as_(cast.minh).get(history_url(cast.che_lau))
    own = as_(cast.lan).get(sheet_url(cast.che_lau))

    assert lists == [True, False, False]
    assert first.context["changed_ids"] == {row.pk}
    assert "đổi từ lần xem trước" in words(first)
    new = {event.what for event in again.context["events"] if event.is_new}
    assert new == {"Nhập trả lời", "Cổng đề xuất theo nguồn"}
    assert again.context["new_count"] == 2
    assert own.context["changed_ids"] == frozenset()
    assert not is_marked(cast.minh)


def test_who_saw_the_file_only_before_it_was_sent_finds_no_marks(cast, as_, seasons):
    note_visit(cast.minh, cast.che_lau.pk, story.year())
    long_ago = timezone.now() - dt.timedelta(hours=2)
    FileVisit.objects.update(seen_at=long_ago)
    evaluations = list(story.in_review(cast.che_lau, cast).values())

    page = as_(cast.minh).get(address("appraisal", story.year(), cast.che_lau.pk))

    assert page.context["changed_ids"] == frozenset()
    assert "đổi từ lần xem trước" not in words(page)
    now = timezone.now()
    assert reviewed_since(evaluations, long_ago) is None
    assert reviewed_since(evaluations, now) == now


def test_pages_opened_one_after_the_other_are_one_visit(cast, open_year):
    unit, year = cast.che_lau.pk, story.year()

    assert note_visit(cast.minh, unit, year) is None
    long_ago = timezone.now() - dt.timedelta(days=3)
    FileVisit.objects.update(seen_at=long_ago)
    assert note_visit(cast.minh, unit, year) == long_ago
    assert note_visit(cast.minh, unit, year) == long_ago
    assert note_visit(cast.lan, unit, year) is None
    visit = FileVisit.objects.visible_to(cast.minh).get()
    assert visit.before_at == long_ago < visit.seen_at


def test_visits_are_forgotten_in_time_and_stand_once(cast, open_year):
    note_visit(cast.minh, cast.che_lau.pk, story.year())
    note_visit(cast.minh, cast.hiem.pk, story.year())
    old = timezone.now() - dt.timedelta(days=401)
    FileVisit.objects.filter(unit=cast.hiem).update(seen_at=old)

    assert forget_old_visits() == 1
    visit = FileVisit.objects.get()
    for name, wrong in (
        ("file_visit_once_per_person_and_file", {}),
        (
            "file_visit_before_is_earlier",
            {"unit": cast.hiem, "before_at": timezone.now() + dt.timedelta(days=1)},
        ),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            FileVisit.objects.create(
                **{
                    "user": cast.minh,
                    "unit": visit.unit,
                    "year": visit.year,
                    "seen_at": timezone.now(),
                    **wrong,
                }
            )


def test_a_year_that_no_calendar_has_is_answered_calmly(cast, as_):
    for year in (32_768, 10**20):
        url = f"/ho-so/{year}/{cast.che_lau.pk}/"
        assert as_(cast.lan).get(url).status_code in (200, 404)
