"""What each part of a unit's yearly file shows, and the one next act."""

from collections import Counter
from types import MappingProxyType
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.roles import Act
from criteria.scoring import AnswerValues, suggested_verdict, verdict_label
from units.coverage import Scheme
from units.models import Kind

from ..forms.answers import AnswerInput
from ..forms.papers import MinutesForm, OtherPaperForm
from ..forms.registrations import LEGAL_REFS, RegistrationRow, shown_row
from ..selectors.areas import area_of, seasons_of
from ..selectors.extensions import file_deadline
from ..selectors.file_sheets import FileRow, FileSheet
from ..selectors.last_year import last_year_of
from ..selectors.next_files import next_to_enter
from ..selectors.sheet import SheetRow
from ..selectors.supplements import asked_of_unit
from ..selectors.visits import changed_criteria
from ..services.statements import Statement
from ..workflow import EDITABLE, Status
from .after_decision import after_decision, shares_context
from .file_history import history_tab
from .file_page import ALL_ROWS, OPEN_ONLY, SCHEME_OF_TAB, TABS, FilePage, Overlay
from .late_panel import late_panel
from .registers import hidden_codes, registers_context


def show(page: FilePage, overlay: Overlay | None = None) -> HttpResponse:
    """Render the file with one part open."""
    overlay = overlay or Overlay()
    context = {
        **head_context(page),
        "tab": page.tab,
        "template": f"evaluations/_file_{page.tab.replace('-', '_')}.html",
        "next_act": next_act(page),
        **_after_sending(page),
        **TAB_CONTEXTS[page.tab](page, overlay),
    }
    return render(page.request, "evaluations/file.html", context, status=overlay.status)


def _after_sending(page: FilePage) -> dict[str, object]:
    """Where to go on once the file was sent, for who sends the files of a list; else nothing."""
    file = page.file
    asks = page.request.GET.get("sau") == "gui" and file.may(Act.ANSWER)
    if not asks or file.list_id is None:
        return {}
    area = area_of(file.powers, asked=file.list_id)
    if area is None:
        return {}
    following = next_to_enter(
        page.user, area, year=page.year, seasons=seasons_of(area), after=page.unit.pk
    )
    url = following and reverse("evaluations:file", args=[page.year, following.unit_id])
    return {"is_sent": True, "following": following, "following_url": url}


def head_context(page: FilePage) -> dict[str, object]:
    """What stands above every part: name, states, notices, tabs."""
    file = page.file
    first = file.evaluations[0] if file.evaluations else None
    return {
        "page": page,
        "file": file,
        "first": first,
        "last_year": last_year_of([page.unit.pk], year=page.year).get(page.unit.pk),
        **_with_authority(page),
        **after_decision(page),
        "may_answer": file.may(Act.ANSWER),
        "may_set_deadlines": file.may(Act.SET_DEADLINES),
        "deadline": file_deadline(file),
        "sent_by": sent_by(page),
        "is_secret_band": bool(file.editable) or file.may_edit_registration,
        "tabs": [
            {
                "label": label,
                "url": page.url(tab=code),
                "current": code == page.tab,
                "count": _tab_count(page, code),
            }
            for code, label in TABS
        ],
        "trail": [
            {"label": "Việc của tôi", "url": reverse("evaluations:home")},
            {"label": f"Bảng hồ sơ năm {page.year}", "url": _sheet_url(page)},
        ],
        "outcomes": [
            {
                "sheet": sheet,
                "evaluation": sheet.evaluation,
                "decision": file.issued.get(sheet.evaluation.pk),
            }
            for sheet in page.sheets.values()
        ],
    }


def sent_by(page: FilePage) -> str:
    """Who sends a file that this person may only enter; empty for who sends it, or once it is sent.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1 điểm b.
    """
    file = page.file
    if not file.is_sent_by_others or not (file.sendable or not file.evaluations):
        return ""
    return (
        f"Hồ sơ của {file.version.spoken_name} do Thường trực Ban Chỉ đạo của "
        f"{file.version.spoken_name} rà soát và gửi thẩm định; cán bộ phụ trách nhập số liệu, "
        "biên bản họp."
    )


def next_act(page: FilePage) -> dict[str, object] | None:
    """The one next act of this person on this file, as a link to where it is confirmed."""
    file = page.file
    if file.may(Act.ANSWER) and not file.evaluations:
        can = file.is_considered and bool(file.seasons) and not file.is_locked
        return {"label": "Bắt đầu tự đánh giá", "post": "mo"} if can else None
    if file.may(file.sending_act) and file.sendable:
        return {"label": "Kiểm tra, gửi thẩm định", "url": page.url(buoc="kiem-tra")}
    if file.may(file.sending_act) and file.withdrawable:
        return {"label": "Rút lại để sửa", "url": page.url(buoc="rut"), "is_quiet": True}
    appraises = any(
        one.status in (Status.SUBMITTED, Status.IN_REVIEW)
        and one.appraising_unit_id in file.powers.authorities_for(Act.APPRAISE)
        for one in file.evaluations
    )
    if appraises:
        address = reverse("evaluations:appraisal", args=[page.year, file.version.unit_id])
        return {"label": "Mở trang thẩm định", "url": address}
    return None


def row_context(
    page: FilePage, row: FileRow, shown: AnswerInput | None = None
) -> dict[str, object]:
    """What the template of one criterion reads."""
    values = AnswerValues.of(row.answer) if row.answer else AnswerValues()
    is_comparison = row.row.answer_type == "comparison"
    suggested = suggested_verdict(row.row, values) if is_comparison else ""
    return {
        "row": row,
        "input": shown or page.input_of(row),
        "hint": page.hint_of(row.row),
        "suggested": verdict_label(row.row, suggested),
        "last": page.last_answers.get(row.row.code, ()),
        "asked": (page.reopened or {}).get(row.row.code, ""),
        "is_frozen": page.reopened is not None and row.row.code not in page.reopened,
    }


def running_context(page: FilePage, sheet: FileSheet) -> dict[str, object]:
    """What the panel of the running result reads."""
    return {
        "sheet": sheet,
        "missing": [(row, page.row_url(sheet, row.row)) for row in sheet.open_rows],
        "why": [
            *({"text": hit.explanation, "ok": None} for hit in sheet.result.rule_hits),
            *(
                {"text": f"{row.row.code}: {row.line.explanation or 'Chưa đạt.'}", "ok": False}
                for row in sheet.failed
                if not row.is_hidden
            ),
        ],
    }


def _sections(page: FilePage, sheet: FileSheet, overlay: Overlay) -> list[dict[str, object]]:
    """The groups with the rows that are shown: those that are left, or all, and what was refused."""
    is_open_only = page.view == OPEN_ONLY
    shown = {row.row.code for row in (page.left_rows if is_open_only else sheet.rows)}
    if page.section:
        shown &= {row.row.code for row in sheet.rows if row.row.group_code == page.section}
    shown |= set(overlay.inputs)
    is_mending = _is_mending(page, sheet)
    return [
        {
            "group": group,
            "rows": [
                {
                    **row_context(page, row, overlay.inputs.get(row.row.code)),
                    "conflict": overlay.conflicts.get(row.row.code),
                }
                for row in kept
            ],
            "empty_incidents": _empty_incidents(kept),
            "has_sensitive": any(row.row.is_sensitive for row in kept),
            "has_inputs": page.reopened is None or any(r.row.code in page.reopened for r in kept),
            "is_folded": is_mending and not any(row.is_open or row.mark for row in kept),
        }
        for group, rows in sheet.groups
        for kept in ([row for row in rows if row.row.code in shown],)
        if kept
    ]


def _is_mending(page: FilePage, sheet: FileSheet) -> bool:
    """Whether a file that came back as a whole is looked through: groups in order stay folded."""
    is_back = sheet.evaluation.status == Status.RETURNED and page.reopened is None
    return is_back and page.may_edit(sheet) and "xem" not in page.request.GET


def _sheet_tab(page: FilePage, overlay: Overlay) -> dict[str, object]:
    sheet = page.sheet
    if sheet is None:
        return {"sheet": None}
    wrong = [shown for shown in overlay.inputs.values() if shown.errors]
    return {
        **running_context(page, sheet),
        **registers_context(sheet, page.file.powers, hidden=hidden_codes(sheet)),
        "sections": _sections(page, sheet, overlay),
        "wrong": wrong,
        "disputed": list(overlay.conflicts.values()),
        "is_editable": page.may_edit(sheet),
        "changed_ids": changed_criteria([sheet.evaluation], since=page.since, user=page.user),
        "has_appraisal": any(row.appraised for row in sheet.rows),
        "view": page.view,
        "form_url": page.sheet_url(),
        "chips": _view_chips(page, sheet),
        **_section_links(page, sheet),
        "usual_places": page.usual_places,
        "rows_url": f"{page.url()}dong/",
        "row_page": page.url(tab=page.tab, xem=ALL_ROWS),
        **shares_context(page),
    }


def _papers_tab(page: FilePage, overlay: Overlay) -> dict[str, object]:
    file = page.file
    first = file.evaluations[0] if file.evaluations else None
    initial = {
        name: getattr(first, name, None) or getattr(file.version, name, None)
        for name in ("representative_name", "representative_title", "meeting_on")
    }
    papers = [
        {"paper": paper, "url": page.url(buoc="bo-tai-lieu", tl=paper.pk)}
        for papers in file.papers.values()
        for paper in papers
        if file.may_read(paper)
    ]
    return {
        "papers": papers,
        "may_state": bool(file.editable),
        "statement_seen": Statement.of(file.editable[0]).seen if file.editable else "",
        "may_attach": bool(file.editable) or file.may_edit_registration,
        "minutes": overlay.minutes or MinutesForm(initial=initial),
        "paper": overlay.paper or OtherPaperForm(prefix="khac"),
        "usual_places": page.usual_places,
        "form_url": page.url(tab="tai-lieu"),
    }


def _registration_tab(page: FilePage, overlay: Overlay) -> dict[str, object]:
    file = page.file
    season = file.season(Scheme.RECOGNITION)
    shown = overlay.registration or registration_row(page)
    log = file.registration.log.select_related("by").order_by("-at") if file.registration else []
    return {
        "season": season,
        "shown": shown,
        "log": [row for row in log if row.note][:3],
        "form_url": page.url(tab="dang-ky"),
        "bulk_url": reverse("evaluations:bulk", args=[page.year]),
        "may_accept": file.may(Act.ACCEPT_REGISTRATION),
        "may_register": file.may(Act.REGISTER),
        "legal_ref": LEGAL_REFS[Kind(file.unit.kind)],
    }


TAB_CONTEXTS: Final = MappingProxyType(
    {
        "dang-ky": _registration_tab,
        "tt124": _sheet_tab,
        "qd510": _sheet_tab,
        "tai-lieu": _papers_tab,
        "lich-su": history_tab,
    }
)


def registration_row(page: FilePage) -> RegistrationRow | None:
    """The unit's registration as one row of inputs; None while the unit is on no list."""
    file = page.file
    if file.entry is None:
        return None
    file.entry.unit_version = file.version
    row = SheetRow(entry=file.entry, has_season=True, registration=file.registration)
    return shown_row(row, is_editable=file.may_edit_registration)


def _with_authority(page: FilePage) -> dict[str, object]:
    """Why the file came back and until when, and what happened after it was sent."""
    file = page.file
    return {
        "returned": _returned(page),
        "asked": asked_of_unit(file.evaluations),
        **late_panel(
            file.evaluations,
            acts=file.may(Act.ANSWER),
            appraises=False,
            reads_sensitive=file.reads_sensitive,
        ),
    }


def _returned(page: FilePage) -> object:
    """The newest step that returned the file, while it lies with the unit for that reason."""
    waiting = [one for one in page.file.evaluations if one.status == Status.RETURNED]
    if not waiting:
        return None
    return waiting[0].log.filter(action="return").select_related("by").order_by("-at").first()


def _tab_count(page: FilePage, tab: str) -> int:
    sheet = page.sheets.get(SCHEME_OF_TAB.get(tab, ""))
    if sheet is not None:
        return len(sheet.open_rows) if sheet.evaluation.status in EDITABLE else 0
    papers = [paper for found in page.file.papers.values() for paper in found]
    return sum(map(page.file.may_read, papers)) if tab == "tai-lieu" else 0


def _view_chips(page: FilePage, sheet: FileSheet) -> list[dict[str, object]]:
    if not page.may_edit(sheet):
        return []
    choices = (
        (
            OPEN_ONLY,
            _left_label(page, sheet),
            len(page.left_rows),
        ),
        (ALL_ROWS, "Tất cả", len(sheet.rows)),
    )
    return [
        {
            "label": label,
            "count": count,
            "current": page.view == code,
            "url": page.sheet_url(xem=code),
        }
        for code, label, count in choices
    ]


def _section_links(page: FilePage, sheet: FileSheet) -> dict[str, object]:
    """One link for each section with what is left in it, and those before and after the one shown."""
    if not page.may_edit(sheet) or len(sheet.groups) == 1:
        return {}
    left = Counter(row.row.group_code for row in page.left_rows)
    links = [
        {
            "label": f"Mục {group.code}",
            "title": group.heading,
            "count": left[group.code] or None,
            "current": group.code == page.section,
            "url": page.sheet_url(muc=group.code, xem=ALL_ROWS),
        }
        for group, _ in sheet.groups
    ]
    here = next((place for place, one in enumerate(links) if one["current"]), None)
    whole = {"label": "Cả phiếu", "current": here is None, "url": page.sheet_url(muc="")}
    return {
        "sections_nav": [whole, *links],
        "section_before": links[here - 1] if here else None,
        "section_after": links[here + 1] if here is not None and here + 1 < len(links) else None,
    }


def _left_label(page: FilePage, sheet: FileSheet) -> str:
    if page.reopened is not None:
        return "Cần bổ sung"
    return "Cần chấm" if sheet.definition.is_scored else "Cần trả lời"


def _empty_incidents(rows: list[FileRow]) -> int:
    return len([row for row in rows if row.row.answer_type == "incidents" and row.is_open])


def _sheet_url(page: FilePage) -> str:
    address = reverse("evaluations:sheet", args=[page.year])
    return f"{address}?xa={page.file.list_id}" if _is_elsewhere(page) else address


def _is_elsewhere(page: FilePage) -> bool:
    """Whether the sheet of this unit is not the one the person comes to without asking."""
    grants = page.file.powers.sight.grants
    return all(grant.unit_id != page.file.list_id for grant in grants) and not all(
        grant.role == "reporter" for grant in grants
    )
