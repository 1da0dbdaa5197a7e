"""Every address that takes a post, each with its act of the table, on a file where it can be done."""

from typing import Any
from urllib.parse import urlencode

from django.utils.timezone import localdate, now

from accounts.roles import SENSITIVE_READERS, Act, Role
from antq_portal.lib.dates import date_text
from evaluations.models import SourceValue
from units.coverage import Scheme

from . import deadlines, delegations, levels, registers, results, workbooks
from .checks import Check
from .pages import (
    INCIDENTS,
    MINUTES,
    OFFICER,
    of_account,
    of_assignment,
    of_commune,
    of_commune_unit,
    of_decided_item,
    of_decision,
    of_file,
    of_job,
    of_locked_account,
    of_managed_by_province,
    of_season,
    of_session,
    of_unit,
    of_year,
    to_open,
)
from .people import (
    AREA,
    COMMUNE,
    OFFICE,
    PROVINCE,
    PROVINCE_MANAGED,
    QUAN_SON,
    SCHOOL,
    Answer,
    adds_unit,
    does,
    does_in_area,
    does_in_province,
    here_of_somewhere,
    owner,
    reads,
    seen,
    somewhere_done,
)
from .stage import Stage, season_dates

DONE = Answer.DONE
REASON = "Theo văn bản của Ban Chỉ đạo xã."
ROW_BY_ROW = {"HX-Request": "true"}


def today() -> str:
    return date_text(localdate())


def words(**given: Any):
    """What is posted, the same whatever the stage."""
    return lambda stage: given


def facts(name: str, **changes: Any):
    """A unit as its form takes it."""
    return words(
        **{
            "sub_kind": "ban",
            "name": name,
            "managing_level": "commune",
            "legal_act": REASON,
            **changes,
        }
    )


def school_facts(stage: Stage) -> dict[str, str]:
    return {
        "sub_kind": "upper_secondary", "name": "Trường THPT Na Mèo 2", "managing_level": "province",
        "legal_act": REASON,
    }  # fmt: skip


def corrected_school(stage: Stage) -> dict[str, str]:
    version = stage.version(stage.managed_by_province)
    return {
        "sub_kind": version.sub_kind, "name": f"{version.name} B", "managing_level": version.managing_level
    }  # fmt: skip


def dated(scheme: str, **more: Any):
    """The dates of a season as its form takes them."""
    return lambda stage: {
        **{name: date_text(day) for name, day in season_dates(scheme).items() if day}, **more
    }  # fmt: skip


def registration(unit_of, **more: Any):
    """One row of the grid of registrations, with another resolution than is stored."""

    def data(stage: Stage) -> dict[str, Any]:
        unit = unit_of(stage)
        stored = unit.registrations.get(season__year=stage.year)
        row = {
            "version": stored.version, "resolution_number": "77-NQ/CB", "resolution_on": today(),
            "registered_on": today(), "households_registered": 80, "households_total": 80,
            "counted_on": today(),
        }  # fmt: skip
        return {**{f"u{unit.pk}-{name}": value for name, value in row.items()}, **more}

    return data


def section(unit_of, act: str = "luu"):
    """One open incident row of a file's section: nothing happened."""

    def data(stage: Stage) -> dict[str, Any]:
        row = stage.open_row(unit_of(stage))
        said = {} if act == "khong-xay-ra" else {f"c{row.id}-happened": "no"}
        return {"viec": act, "nhom": row.group_code, f"c{row.id}-version": 0, **said}

    return data


def bundle(unit_of):
    """The same row as the only one of a bundle, which answers as its row does."""

    def data(stage: Stage) -> dict[str, Any]:
        row, unit = stage.open_row(unit_of(stage)), unit_of(stage)
        form = urlencode({f"c{row.id}-happened": "no", f"c{row.id}-version": 0})
        return {"dong": f"{unit.pk}/{row.id}?{form}"}

    return data


def moved_source(step: str, button: str):
    """A row whose source says no since it was answered with yes, and what is chosen for it."""

    def data(stage: Stage) -> dict[str, Any]:
        answer = stage.answered(step)
        SourceValue.objects.update_or_create(
            evaluation_id=answer.evaluation_id, criterion_id=answer.criterion_id,
            defaults={
                "said": {"verdict": "not_met"}, "source": "Sổ vụ việc", "changed_at": now(),
                "changed_by_id": answer.answered_by_id,
            },
        )  # fmt: skip
        return {"viec": "nguon", button: f"{answer.criterion_id}-{answer.version}"}

    return data


def school_row(stage: Stage) -> dict[str, Any]:
    """Another answer to a row that the school has answered."""
    answers = stage.file_of(stage.school).answers.filter(criterion__answer_type="yes_no")
    answer = answers.select_related("criterion").order_by("pk")[0]
    prefix = f"c{answer.criterion_id}"
    return {
        "viec": "luu", f"{prefix}-version": answer.version, f"{prefix}-verdict": "not_met",
        f"{prefix}-note": REASON,
    }  # fmt: skip


def grid_row(stage: Stage) -> dict[str, Any]:
    unit, row = draft(stage), stage.open_row(draft(stage))
    return {f"u{unit.pk}-v": 0, f"u{unit.pk}c{row.id}-counts-0": "0"}


def grid_query(stage: Stage) -> dict[str, Any]:
    return {**of_commune(stage), "dong": f"tt124:{stage.open_row(draft(stage)).code}"}


def minutes_row(stage: Stage) -> dict[str, Any]:
    row = {
        "representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản", "meeting_on": today(),
        "number": "", "kept_at": "",
    }  # fmt: skip
    return {f"u{draft(stage).pk}-{name}": value for name, value in row.items()}


def concluded_row(stage: Stage) -> dict[str, Any]:
    answer = stage.answered("in_review")
    prefix = f"d{answer.criterion_id}"
    return {f"{prefix}-version": answer.version, f"{prefix}-note": REASON}


def draft(stage: Stage):
    return stage.files["draft"]


def unsent(stage: Stage):
    return stage.files["unsent"]


def school(stage: Stage):
    return stage.school


def of_school(stage: Stage) -> tuple[int, int]:
    return stage.year, stage.school.pk


def tab(code: str):
    return lambda stage: {"tab": code}


def ticked(act: str, step: str):
    return lambda stage: {"viec": act, "don_vi": stage.files[step].pk, "ly_do": REASON}


def session_facts(**more: Any):
    return lambda stage: {
        "form": "meeting", "held_on": today(), "chair": "Hà Thị Nguyệt", "authority": stage.commune.pk,
        "year": stage.year, **more,
    }  # fmt: skip


STATED = {"representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản"}
KEPT = {"khac-purpose": "other", "khac-kept_at": "Công an xã"}

UNITS = [
    Check("units:create", adds_unit(AREA), query=lambda s: {"thuoc": s.commune.pk},
          data=facts("Bản Thử Quyền")),
    Check("units:create", adds_unit(PROVINCE_MANAGED), query=lambda s: {"thuoc": s.commune.pk},
          data=school_facts, about="managed by the province"),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, AREA, DONE), args=of_unit("draft"),
          data=lambda s: {"households": 101, "counted_on": today()}),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, COMMUNE, DONE), args=of_commune_unit,
          data=lambda s: {"households": 901, "counted_on": today()}, about="of Na Mèo"),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, SCHOOL, DONE), args=lambda s: (s.school.pk,),
          data=lambda s: {"members": 321, "counted_on": today()}, about="of the school"),
    Check("units:correct", does(Act.KEEP_UNITS, AREA, DONE), args=of_unit("unlisted"),
          data=facts("Bản Đã Sửa")),
    Check("units:correct", does(Act.KEEP_UNITS, PROVINCE_MANAGED, DONE), args=of_managed_by_province,
          data=corrected_school, about="of the THPT"),
    Check("units:revise", does(Act.KEEP_UNITS, AREA, DONE), args=of_unit("unlisted"),
          data=lambda s: {**facts("Bản Đổi Tên")(s), "valid_from": today()}),
    Check("units:close", does(Act.KEEP_UNITS, AREA, DONE), args=of_unit("unlisted"),
          data=lambda s: {"ended_on": today(), "legal_act": REASON}),
    Check("units:assign", here_of_somewhere(Act.ADMINISTER, COMMUNE),
          data=lambda s: {"username": "canbo.sonthuy", "role": Role.ANALYST, "unit": s.commune.pk,
                          "starts_on": today()}),
    Check("units:end_assignment", here_of_somewhere(Act.ADMINISTER, COMMUNE, elsewhere=Answer.HIDDEN),
          args=of_assignment, data=lambda s: {"ends_on": today()}),
    Check("units:account_open", somewhere_done(Act.ADMINISTER),
          data=lambda s: {"username": "canbo.thu.moi", "full_name": "Lò Văn Mới", "province": s.province.pk}),
    *(Check(f"units:account_{name}", here_of_somewhere(Act.ADMINISTER, COMMUNE, elsewhere=Answer.HIDDEN),
            args=of_account, data=words(full_name="Vi Thị Lan Anh", reason=REASON))
      for name in ("correct", "link", "lock")),
    Check("units:account_unlock", here_of_somewhere(Act.ADMINISTER, COMMUNE, elsewhere=Answer.HIDDEN),
          args=of_locked_account, data=words(viec="mo-khoa")),
]  # fmt: skip

YEAR = [
    Check("evaluations:roster_freeze", does_in_area(Act.FREEZE_ROSTER, DONE), query=of_commune,
          args=lambda s: (s.year + 1,), data=words(viec="chot")),
    Check("evaluations:roster_add", does_in_area(Act.FREEZE_ROSTER, DONE), args=of_year, query=of_commune,
          data=lambda s: {"unit": s.files["unlisted"].pk, "reason": REASON}),
    Check("evaluations:roster_entry", does_in_area(Act.FREEZE_ROSTER, DONE), query=of_commune,
          args=lambda s: (s.year, s.entry.pk), data=words(reason="other", note=REASON), about="left out"),
    Check("evaluations:roster_entry", does_in_area(Act.FREEZE_ROSTER, DONE),
          args=lambda s: (s.year, s.left_out.pk), query=lambda s: {**of_commune(s), "viec": "xet-lai"},
          data=words(reason=REASON), about="taken back"),
    Check("evaluations:roster_entry", does_in_area(Act.FREEZE_ROSTER, DONE),
          args=lambda s: (s.year, s.entry.pk), query=lambda s: {**of_commune(s), "viec": "dua-ra"},
          data=words(reason=REASON), about="taken off"),
    Check("evaluations:registration_grid", does_in_area(Act.REGISTER, DONE), args=of_year,
          query=of_commune, data=registration(unsent)),
    Check("evaluations:registration_grid", does_in_area(Act.REGISTER, DONE), args=of_year, query=of_commune,
          data=lambda s: {"viec": "kem", "kept_at": "Công an xã", "don_vi": unsent(s).pk}, about="with a paper"),
    Check("evaluations:criterion_grid", does_in_area(Act.ANSWER, DONE), args=of_year, query=grid_query,
          data=grid_row),
    Check("evaluations:criterion_grid", does_in_area(Act.ANSWER, DONE), args=of_year, data=minutes_row,
          query=lambda s: {**of_commune(s), "dong": MINUTES}, about="of minutes"),
    Check("evaluations:shared_papers", does_in_area(Act.ANSWER, DONE), args=of_year, query=of_commune,
          data=lambda s: {"don_vi": draft(s).pk, "cho": "other", "kept_at": "UBND xã"}),
    Check("evaluations:upload_begin", somewhere_done(Act.ANSWER), data=words(name="a.pdf", size="9")),
    Check("evaluations:upload_cancel", here_of_somewhere(Act.ANSWER, AREA), args=lambda s: (s.upload.pk,),
          data=words()),
    Check("evaluations:no_incidents", does_in_area(Act.ANSWER, DONE), args=of_year, data=words(co="1"),
          query=lambda s: {**of_commune(s), "dong": INCIDENTS}),
    *(Check("evaluations:bulk", does_in_area(act, DONE), args=of_year, query=of_commune,
            data=ticked(code, step), about=code)
      for code, act, step in (
          ("gui-dang-ky", Act.REGISTER, "unsent"),
          ("rut-dang-ky", Act.REGISTER, "sent"),
          ("tiep-nhan", Act.ACCEPT_REGISTRATION, "sent"),
          ("tra-lai-dang-ky", Act.ACCEPT_REGISTRATION, "sent"),
          ("gui-tham-dinh", Act.SUBMIT, "returned"),
          ("nhan-tham-dinh", Act.APPRAISE, "submitted"),
          ("xac-nhan-tham-dinh", Act.APPRAISE, "in_review"),
      )),
    Check("evaluations:bulk_undo", does(Act.REGISTER, AREA, DONE), args=lambda s: (s.bulk_act.pk,),
          data=words(co="1")),
    Check("evaluations:bulk", does_in_area(Act.REGISTER, DONE, SCHOOL, QUAN_SON), args=of_year,
          query=lambda s: {"xa": s.quan_son.pk}, about="gui-dang-ky of the school",
          data=lambda s: {"viec": "gui-dang-ky", "don_vi": s.school.pk}),
    Check("evaluations:bulk", does_in_area(Act.SUBMIT, DONE, SCHOOL, QUAN_SON), args=of_year,
          query=lambda s: {"xa": s.quan_son.pk}, about="gui-tham-dinh of the school",
          data=lambda s: {"viec": "gui-tham-dinh", "don_vi": s.school.pk}),
]  # fmt: skip

FILES = [
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("registered"),
          data=words(viec="mo"), about="mo"),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), query=tab("tt124"),
          data=section(draft), about="luu"),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), query=tab("tt124"),
          data=section(draft, "khong-xay-ra"), about="khong-xay-ra"),
    Check("evaluations:save_row", does(Act.ANSWER, AREA, DONE), data=section(draft),
          args=lambda s: (s.year, draft(s).pk, s.open_row(draft(s)).id)),
    Check("evaluations:save_rows", does(Act.ANSWER, AREA, DONE), args=of_year, data=bundle(draft)),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), query=tab("tt124"),
          data=lambda s: {"viec": "luu-tai", "luu-tai": s.open_row(draft(s)).id}, headers=ROW_BY_ROW,
          about="luu-tai"),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), about="nguon",
          data=moved_source("draft", "giu")),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), query=tab("tai-lieu"),
          data=lambda s: {"viec": "khai", **STATED, "meeting_on": today()}, about="khai"),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), query=tab("tai-lieu"),
          data=words(viec="kem", **KEPT), about="kem"),
    Check("evaluations:file", does(Act.ANSWER, AREA, DONE), args=of_file("draft"), about="bo-tai-lieu",
          query=lambda s: {"buoc": "bo-tai-lieu", "tl": s.paper.pk}, data=words(co="1")),
    Check("evaluations:file", does(Act.REGISTER, AREA, DONE), args=of_file("unsent"), query=tab("dang-ky"),
          data=registration(unsent, viec="dang-ky"), about="dang-ky"),
    Check("evaluations:file", does(Act.SUBMIT, AREA, DONE), args=of_file("returned"),
          data=words(viec="gui"), about="gui"),
    Check("evaluations:file", does(Act.SUBMIT, AREA, DONE), args=of_file("submitted"),
          query=lambda s: {"buoc": "rut"}, data=words(co="1"), about="rut"),
    Check("evaluations:file", does(Act.ANSWER, SCHOOL, DONE), args=of_school, query=tab("tt124"),
          data=school_row, about="luu of the school"),
    Check("evaluations:file", does(Act.ANSWER, SCHOOL, DONE), args=of_school, query=tab("tai-lieu"),
          data=lambda s: {"viec": "khai", **STATED, "meeting_on": today()}, about="khai of the school"),
    Check("evaluations:file", does(Act.ANSWER, SCHOOL, DONE), args=of_school, query=tab("tai-lieu"),
          data=words(viec="kem", **KEPT), about="kem of the school"),
    Check("evaluations:file", does(Act.REGISTER, SCHOOL, DONE), args=of_school, query=tab("dang-ky"),
          data=registration(school, viec="dang-ky"), about="dang-ky of the school"),
    Check("evaluations:file", does(Act.SUBMIT, SCHOOL, DONE), args=of_school, data=words(viec="gui"),
          about="gui of the school"),
]  # fmt: skip

APPRAISAL = [
    Check("evaluations:queue_take_up", here_of_somewhere(Act.APPRAISE, AREA),
          data=lambda s: {"nam": s.year, "don_vi": s.files["submitted"].pk}),
    Check("evaluations:queue_appraise", here_of_somewhere(Act.APPRAISE, AREA),
          data=lambda s: {"nam": s.year, "don_vi": s.files["in_review"].pk}),
    Check("evaluations:appraisal", does(Act.APPRAISE, AREA, DONE), args=of_file("in_review"),
          data=concluded_row),
    Check("evaluations:appraisal_row", does(Act.APPRAISE, AREA, DONE), data=concluded_row,
          args=lambda s: (s.year, s.files["in_review"].pk, s.answered("in_review").criterion_id)),
    Check("evaluations:appraisal_take_up", does(Act.APPRAISE, AREA, DONE), args=of_file("submitted"),
          data=words(co="1")),
    Check("evaluations:appraisal_return", does(Act.APPRAISE, AREA, DONE), args=of_file("in_review"),
          data=words(note=REASON)),
    Check("evaluations:appraisal_confirm", does(Act.APPRAISE, AREA, DONE), args=of_file("in_review"),
          data=words(note=REASON)),
    Check("evaluations:appraisal_reopen", does(Act.APPRAISE, AREA, DONE), args=of_file("appraised"),
          data=words(note=REASON)),
    Check("evaluations:appraisal_mend", does(Act.APPRAISE, AREA, DONE),
          args=lambda s: (s.year, s.files["in_review"].pk, s.answered("in_review").criterion_id),
          data=lambda s: {"verdict": "met", "note": REASON, "reason": "Gõ nhầm.",
                          "version": s.answered("in_review").version}),
    Check("evaluations:appraisal_follow", does(Act.APPRAISE, AREA, DONE), args=of_file("in_review"),
          data=moved_source("in_review", "lay")),
    Check("evaluations:supplement_request", reads(tuple(SENSITIVE_READERS), AREA), args=of_file("in_review"),
          data=words(co="1")),
    Check("evaluations:session_new", here_of_somewhere(Act.APPRAISE, COMMUNE), data=session_facts()),
    Check("evaluations:session_edit", does(Act.APPRAISE, COMMUNE, DONE), args=of_session,
          data=session_facts(place="Nhà văn hóa xã")),
    Check("evaluations:session_units", does(Act.APPRAISE, COMMUNE, DONE), args=of_session,
          data=lambda s: {"don_vi": s.files["appraised"].pk}),
    Check("evaluations:session_drop", does(Act.APPRAISE, COMMUNE, DONE), args=of_session,
          data=lambda s: {"don_vi": s.files["on_session"].pk}),
    Check("evaluations:session_papers", reads(OFFICE, COMMUNE), args=of_session, data=words(co="1")),
    Check("evaluations:dossier", seen(AREA, DONE), args=of_file("in_review"), data=words(co="1")),
]  # fmt: skip

DECISIONS = [
    Check("evaluations:decision_new", does(Act.PREPARE_DECISION, COMMUNE, DONE),
          data=lambda s: {"phien": s.session.pk, "che_do": Scheme.CLASSIFICATION,
                          "ho_so": s.file("to_draft", Scheme.CLASSIFICATION).pk}),
    Check("evaluations:decision_send", does(Act.PREPARE_DECISION, COMMUNE, DONE),
          args=of_decision("draft"), data=words(co="1")),
    Check("evaluations:decision_discard", does(Act.PREPARE_DECISION, COMMUNE, DONE),
          args=of_decision("draft"), data=words(co="1")),
    Check("evaluations:decision_outcome", does(Act.PREPARE_DECISION, COMMUNE, DONE),
          args=lambda s: (s.decisions["draft"].pk, s.drafted.pk), data=lambda s: {"outcome": s.drafted.outcome}),
    Check("evaluations:decision_annul", does(Act.ANNUL, AREA, DONE), args=of_decided_item,
          data=words(reason=REASON)),
    Check("evaluations:decision_approve", does(Act.APPROVE, COMMUNE, DONE), args=of_decision("sent"),
          data=words(co="1")),
    Check("evaluations:decision_send_back", does(Act.APPROVE, COMMUNE, DONE), args=of_decision("sent"),
          data=words(note=REASON)),
    Check("evaluations:decision_issue", does(Act.ISSUE, COMMUNE, DONE), args=of_decision("approved"),
          data=lambda s: {"number": "981", "issued_on": today(), "signer_name": "Phạm Văn Hùng",
                          "signing_capacity": "tm", "xac_nhan": "1"}),
    Check("evaluations:decision_pdf_again", seen(COMMUNE, DONE), args=of_decision("issued"),
          data=words(co="1")),
    Check("evaluations:certificate", seen(AREA, DONE), data=words(co="1"),
          args=lambda s: (s.decisions["issued"].pk, s.certified.pk)),
    Check("evaluations:notice", seen(AREA, DONE), data=words(co="1"),
          args=lambda s: (s.decisions["issued"].pk, s.noticed.pk)),
]  # fmt: skip


def whole_year(stage):
    """One season of next year on the page that opens them all."""
    year = stage.year + 1
    days = {"window_from": f"16/11/{year - 1}", "window_to": f"15/11/{year}",
            "register_by": f"31/03/{year}", "decide_before": f"20/11/{year}"}  # fmt: skip
    key = f"agency-{Scheme.RECOGNITION.value}"
    return {"mo": key, **{f"{key}-{name}": day for name, day in days.items()}}


ADMINISTRATION = [
    Check("evaluations:season_open", here_of_somewhere(Act.ADMINISTER, PROVINCE, elsewhere=Answer.HIDDEN),
          query=to_open, data=dated(Scheme.CLASSIFICATION, knows="on")),
    Check("evaluations:season_open_all", here_of_somewhere(Act.ADMINISTER, PROVINCE, elsewhere=Answer.HIDDEN),
          query=lambda s: {"tinh": s.province.pk, "nam": s.year + 1}, data=whole_year),
    Check("units:coverage", here_of_somewhere(Act.ADMINISTER, PROVINCE, elsewhere=Answer.HIDDEN),
          query=lambda s: {"tinh": s.province.pk},
          data=lambda s: {"sub_kind": "cooperative", "coverage": "not_covered", "schemes": Scheme.values,
                          "effective_from": today(), "reason": REASON}),
    Check("evaluations:season_dates", does_in_province(Act.ADMINISTER, DONE), args=of_season("open"),
          data=dated(Scheme.RECOGNITION, submit_by=today())),
    Check("evaluations:season_lock", does_in_province(Act.ADMINISTER, DONE), args=of_season("open"),
          data=words(co="1")),
    Check("evaluations:season_unlock", does_in_province(Act.ADMINISTER, DONE), args=of_season("locked"),
          data=words(note=REASON)),
]  # fmt: skip

JOBS = [
    Check("jobs:cancel", owner(OFFICER, DONE), args=of_job("queued"), data=words(co="1")),
    Check("jobs:retry", owner(OFFICER, DONE), args=of_job("failed"), data=words(co="1")),
]

ACTS = [
    *UNITS,
    *YEAR,
    *FILES,
    *APPRAISAL,
    *DECISIONS,
    *ADMINISTRATION,
    *JOBS,
    *registers.ACTS,
    *results.ACTS,
    *levels.ACTS,
    *delegations.ACTS,
    *workbooks.ACTS,
    *deadlines.ACTS,
]
