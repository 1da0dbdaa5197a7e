"""Every page of the portal, about Na Mèo wherever a page is about a place."""

from accounts.models import User
from accounts.roles import Act
from reports.definitions import REPORTS
from units.coverage import Scheme
from units.models import Assignment, Kind

from . import deadlines, delegations, levels, registers, results, workbooks
from .checks import Check
from .people import (
    AREA,
    COMMUNE,
    OFFICE,
    PROVINCE,
    PROVINCE_MANAGED,
    SCHOOL,
    Answer,
    adds_units,
    asks_reports_of,
    assigned,
    does,
    does_either,
    does_in_area,
    does_in_province,
    everyone,
    here_of_somewhere,
    in_area,
    owner,
    reads,
    seen,
    somewhere,
)

OUTSIDE = {
    "evaluations:late_event_settle": "only for what happened late; tests/evaluations/test_late_events.py",
    "account_login": "open; leads on whoever is signed in",
    "healthz": "open",
    "evaluations:verify": "open",
    "evaluations:roster_settle": "only for a unit nobody has settled; tests/evaluations/test_views_rosters.py",
    "account_activate": "open to whoever holds a link; tests/accounts/test_activation.py",
}
"""Addresses that are for people who have not signed in, and why."""

OFFICER = "canbo.nameo"
MINUTES, INCIDENTS = "bien-ban", "tt124:vu-viec"


def of_commune(stage):
    return {"xa": stage.commune.pk}


def of_file(step):
    return lambda stage: (stage.year, stage.files[step].pk)


def of_decision(status):
    return lambda stage: (stage.decisions[status].pk,)


def of_decided_item(stage):
    """One area of Na Mèo on the issued decision."""
    decision = stage.decisions["issued"]
    return (decision.pk, decision.items.get(evaluation__unit=stage.certified).pk)


def of_season(name):
    return lambda stage: (stage.seasons[name].pk,)


def of_job(name):
    return lambda stage: (stage.jobs[name].pk,)


def of_unit(step):
    return lambda stage: (stage.files[step].pk,)


def of_commune_unit(stage):
    return (stage.commune.pk,)


def of_managed_by_province(stage):
    return (stage.managed_by_province.pk,)


def of_year(stage):
    return (stage.year,)


def of_session(stage):
    return (stage.session.pk,)


def of_assignment(stage):
    return (Assignment.objects.get(user__username="vanthu.nameo").pk,)


def of_account(stage):
    return (stage.people["vanthu.nameo"].pk,)


def of_locked_account(stage):
    found, _ = User.objects.get_or_create(
        username="khoa.nameo", province_id=stage.province.pk, is_active=False
    )
    return (found.pk,)


def in_province(stage):
    return {"tinh": stage.province.pk}


def to_open(stage):
    return {
        "tinh": stage.province.pk, "nam": stage.year + 1, "loai": Kind.AGENCY, "che_do": Scheme.CLASSIFICATION
    }  # fmt: skip


def bulk(act, step):
    return lambda stage: {**of_commune(stage), "viec": act, "don_vi": stage.files[step].pk}


SIGNED_IN = [
    Check("evaluations:home", everyone()),
    Check("evaluations:sheet_now", everyone(Answer.LED_ON)),
    Check("units:list", everyone()),
    Check("units:list", everyone(), query=lambda s: {"thuoc": s.commune.pk}, about="of Na Mèo"),
    Check("units:detail", everyone(), args=of_commune_unit, about="of Na Mèo"),
    Check("evaluations:sessions", everyone()),
    Check("evaluations:decisions", everyone()),
    Check("jobs:list", everyone()),
    Check("me", everyone()),
    Check("unit-list", everyone()),
    Check("unit-detail", everyone(), args=of_commune_unit, about="of Na Mèo"),
    Check("account_logout", everyone()),
    Check("account_change_password", everyone()),
]

UNITS = [
    Check("units:detail", seen(AREA), args=of_unit("draft")),
    Check("units:detail", seen(PROVINCE_MANAGED), args=of_managed_by_province, about="of the THPT"),
    Check("unit-detail", seen(AREA), args=of_unit("draft")),
    Check("units:create", adds_units(), query=lambda s: {"thuoc": s.commune.pk}),
    Check("units:import_sheet", adds_units(), query=lambda s: {"thuoc": s.commune.pk}),
    Check("units:settle_levels", adds_units(), query=lambda s: {"thuoc": s.commune.pk}),
    Check("units:import_file", adds_units(), query=lambda s: {"thuoc": s.commune.pk}),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, AREA), args=of_unit("draft")),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, COMMUNE), args=of_commune_unit, about="of Na Mèo"),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, SCHOOL), args=lambda s: (s.school.pk,),
          about="of the school"),
    Check("units:correct", does(Act.KEEP_UNITS, AREA), args=of_unit("unlisted")),
    Check("units:correct", does(Act.KEEP_UNITS, PROVINCE_MANAGED), args=of_managed_by_province,
          about="of the THPT"),
    Check("units:correct", everyone(Answer.HIDDEN), args=of_commune_unit, about="of Na Mèo"),
    Check("units:revise", does(Act.KEEP_UNITS, AREA), args=of_unit("unlisted")),
    Check("units:close", does(Act.KEEP_UNITS, AREA), args=of_unit("unlisted")),
    Check("units:people", somewhere(Act.ADMINISTER)),
    Check("units:assign", somewhere(Act.ADMINISTER)),
    Check("units:end_assignment", here_of_somewhere(Act.ADMINISTER, COMMUNE, Answer.SHOWN, Answer.HIDDEN),
          args=of_assignment),
    Check("units:accounts", somewhere(Act.ADMINISTER)),
    Check("units:account_open", somewhere(Act.ADMINISTER)),
    *(Check(f"units:{name}", here_of_somewhere(Act.ADMINISTER, COMMUNE, Answer.SHOWN, Answer.HIDDEN), args=of_account)
      for name in ("account", "account_correct", "account_link", "account_lock", "account_unlock")),
]  # fmt: skip

YEAR = [
    Check("evaluations:sheet", assigned(), args=of_year, about="own"),
    Check("evaluations:sheet", in_area(), args=of_year, query=of_commune),
    Check("evaluations:roster", in_area(), args=of_year, query=of_commune),
    Check("evaluations:roster_freeze", does_in_area(Act.FREEZE_ROSTER), args=of_year, query=of_commune),
    Check("evaluations:roster_add", does_in_area(Act.FREEZE_ROSTER), args=of_year, query=of_commune),
    Check("evaluations:roster_entry", does_in_area(Act.FREEZE_ROSTER), query=of_commune,
          args=lambda s: (s.year, s.entry.pk)),
    Check("evaluations:registration_grid", in_area(), args=of_year, query=of_commune),
    Check("evaluations:criterion_grid", in_area(), args=of_year, query=of_commune),
    Check("evaluations:criterion_grid", in_area(), args=of_year, about="of minutes",
          query=lambda s: {**of_commune(s), "dong": MINUTES}),
    Check("evaluations:shared_papers", in_area(), args=of_year, query=of_commune),
    Check("evaluations:upload", owner(OFFICER), args=lambda s: (s.upload.pk,)),
    Check("evaluations:no_incidents", does_in_area(Act.ANSWER), args=of_year,
          query=lambda s: {**of_commune(s), "dong": INCIDENTS}),
    Check("evaluations:grid_proposals", does_in_area(Act.ANSWER), args=of_year,
          query=lambda s: {**of_commune(s), "dong": INCIDENTS}),
    Check("evaluations:bulk", does_in_area(Act.REGISTER), args=of_year, about="of registering",
          query=bulk("gui-dang-ky", "unsent")),
    Check("evaluations:bulk", does_in_area(Act.ACCEPT_REGISTRATION), args=of_year, about="of accepting",
          query=bulk("tiep-nhan", "sent")),
    Check("evaluations:bulk", does_in_area(Act.SUBMIT), args=of_year, about="of submitting",
          query=bulk("gui-tham-dinh", "returned")),
    Check("evaluations:bulk_done", seen(AREA), args=lambda s: (s.bulk_act.pk,)),
    Check("evaluations:bulk_undo", does(Act.REGISTER, AREA), args=lambda s: (s.bulk_act.pk,)),
]  # fmt: skip

FILES = [
    *(Check("evaluations:file", seen(AREA), args=of_file(step), query=lambda s, tab=tab: {"tab": tab},
            about=f"{step} {tab}")
      for step, tab in (("draft", "dang-ky"), ("draft", "tt124"), ("draft", "qd510"), ("draft", "tai-lieu"),
                        ("in_review", "tt124"), ("in_review", "lich-su"))),
    Check("evaluations:file", seen(PROVINCE_MANAGED), args=lambda s: (s.year, s.managed_by_province.pk),
          about="of the THPT"),
    Check("evaluations:file", seen(SCHOOL), args=lambda s: (s.year, s.school.pk), about="of the school"),
    Check("evaluations:file", does(Act.SUBMIT, AREA), args=of_file("returned"), about="before sending",
          query=lambda s: {"buoc": "kiem-tra"}),
    Check("evaluations:file", does(Act.SUBMIT, AREA), args=of_file("submitted"), about="before withdrawing",
          query=lambda s: {"buoc": "rut"}),
    Check("evaluations:file", does(Act.ANSWER, AREA), args=of_file("draft"), about="before removing a paper",
          query=lambda s: {"buoc": "bo-tai-lieu", "tl": s.paper.pk}),
    Check("evaluations:evidence", seen(AREA), args=lambda s: (s.evidence.pk,)),
]  # fmt: skip

APPRAISAL = [
    Check("evaluations:queue", somewhere(Act.APPRAISE)),
    Check("evaluations:queue_take_up", somewhere(Act.APPRAISE),
          query=lambda s: {"nam": s.year, "don_vi": s.files["submitted"].pk}),
    Check("evaluations:queue_appraise", somewhere(Act.APPRAISE),
          query=lambda s: {"nam": s.year, "don_vi": s.files["in_review"].pk}),
    Check("evaluations:strictness", somewhere(Act.APPRAISE), args=of_year),
    Check("evaluations:appraisal", does(Act.APPRAISE, AREA), args=of_file("submitted"), about="to take up"),
    Check("evaluations:appraisal", does(Act.APPRAISE, AREA), args=of_file("in_review")),
    Check("evaluations:appraisal_take_over", does(Act.APPRAISE, AREA), args=of_file("in_review")),
    Check("evaluations:appraisal_return", does(Act.APPRAISE, AREA), args=of_file("in_review")),
    Check("evaluations:appraisal_confirm", does(Act.APPRAISE, AREA), args=of_file("in_review")),
    Check("evaluations:appraisal_reopen", does(Act.APPRAISE, AREA), args=of_file("appraised")),
    Check("evaluations:appraisal_mend", does(Act.APPRAISE, AREA),
          args=lambda s: (s.year, s.files["in_review"].pk, s.answered("in_review").criterion_id)),
    Check("evaluations:late_event", does_either((Act.ANSWER, Act.APPRAISE), AREA), args=of_file("in_review")),
    Check("evaluations:quiet", somewhere(Act.APPRAISE)),
    Check("evaluations:session_new", somewhere(Act.APPRAISE)),
    Check("evaluations:session", seen(COMMUNE), args=of_session),
    Check("evaluations:session_edit", does(Act.APPRAISE, COMMUNE), args=of_session),
]  # fmt: skip

DECISIONS = [
    *(Check("evaluations:decision", seen(COMMUNE), args=of_decision(status), about=status)
      for status in ("draft", "sent", "approved", "issued")),
    Check("evaluations:decision_new", does(Act.PREPARE_DECISION, COMMUNE),
          query=lambda s: {"phien": s.session.pk, "che_do": Scheme.CLASSIFICATION}),
    Check("evaluations:decision_pdf", seen(COMMUNE), args=of_decision("issued")),
    Check("evaluations:decision_preview", reads(OFFICE, COMMUNE, Answer.SHOWN), args=of_decision("sent")),
    Check("evaluations:decision_send", does(Act.PREPARE_DECISION, COMMUNE), args=of_decision("draft")),
    Check("evaluations:decision_discard", does(Act.PREPARE_DECISION, COMMUNE), args=of_decision("draft")),
    Check("evaluations:decision_outcome", does(Act.PREPARE_DECISION, COMMUNE),
          args=lambda s: (s.decisions["draft"].pk, s.drafted.pk)),
    Check("evaluations:decision_annul", does(Act.ANNUL, AREA), args=of_decided_item),
    Check("evaluations:decision_approve", does(Act.APPROVE, COMMUNE), args=of_decision("sent")),
    Check("evaluations:decision_send_back", does(Act.APPROVE, COMMUNE), args=of_decision("sent")),
    Check("evaluations:decision_issue", does(Act.ISSUE, COMMUNE), args=of_decision("approved")),
]  # fmt: skip

ADMINISTRATION = [
    Check("evaluations:administration", somewhere(Act.ADMINISTER)),
    Check("evaluations:seasons", somewhere(Act.ADMINISTER)),
    Check("evaluations:seasons", here_of_somewhere(Act.ADMINISTER, PROVINCE, Answer.SHOWN, Answer.HIDDEN),
          query=in_province, about="of Thanh Hóa"),
    Check("evaluations:season_open", here_of_somewhere(Act.ADMINISTER, PROVINCE, Answer.SHOWN, Answer.HIDDEN),
          query=to_open),
    Check("evaluations:season_open_all", here_of_somewhere(Act.ADMINISTER, PROVINCE, Answer.SHOWN, Answer.HIDDEN),
          query=in_province),
    Check("units:coverage", here_of_somewhere(Act.ADMINISTER, PROVINCE, Answer.SHOWN, Answer.HIDDEN),
          query=in_province),
    Check("evaluations:season_dates", does_in_province(Act.ADMINISTER), args=of_season("open")),
    Check("evaluations:season_lock", does_in_province(Act.ADMINISTER), args=of_season("open")),
    Check("evaluations:season_unlock", does_in_province(Act.ADMINISTER), args=of_season("locked")),
]  # fmt: skip

OTHERS = [
    Check("reports:index", assigned()),
    *(Check("reports:report", asks_reports_of(spot), args=lambda s, slug=slug: (slug,),
            query=lambda s, unit=unit: {"don_vi": unit(s).pk}, about=f"{slug} of {about}")
      for slug in REPORTS
      for spot, unit, about in (
          (COMMUNE, lambda s: s.commune, "Na Mèo"),
          (AREA, lambda s: s.files["draft"], "a residential area"),
          (SCHOOL, lambda s: s.school, "the school"),
      )
      # Sums are of what lies below a unit.
      if spot is COMMUNE or not REPORTS[slug].is_grouped),
    Check("reports:report", asks_reports_of(COMMUNE), args=lambda s: (next(iter(REPORTS)),),
          query=lambda s: {"don_vi": s.commune.pk, "dinh_dang": "xlsx"}, about="as a file"),
    Check("jobs:detail", owner(OFFICER), args=of_job("queued")),
    Check("jobs:download", owner(OFFICER), args=of_job("done")),
]  # fmt: skip

PAGES = [
    *SIGNED_IN,
    *UNITS,
    *YEAR,
    *FILES,
    *APPRAISAL,
    *DECISIONS,
    *ADMINISTRATION,
    *OTHERS,
    *registers.PAGES,
    *results.PAGES,
    *levels.PAGES,
    *delegations.PAGES,
    *workbooks.PAGES,
    *deadlines.PAGES,
]
