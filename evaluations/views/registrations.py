from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from criteria.exceptions import TransitionRefused
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS, Kind

from ..forms.papers import PaperForm, usual_places
from ..forms.registrations import (
    COLUMNS_OF,
    LEGAL_REFS,
    RegistrationRow,
    figure_fields,
    read_figures,
    shown_row,
    typed_row,
)
from ..models import Attachment, Purpose, Season
from ..selectors.bulk_acts import recent_acts
from ..selectors.sheet import SheetRow, filter_rows
from ..services.attachments import attach
from ..services.registrations import save_registration
from ..workflow import Action, RegistrationStatus
from .areas import AreaPage, area_page, choose_area
from .bulk import ACTS
from .kinds import asked_page, chosen_kind, kind_chips, kind_counts, page_chips
from .refusals import WRONG_INPUT, attempt
from .registration_cells import rows_html
from .sheet import listed_rows

ATTACH = "kem"
ROWS_A_PAGE = 200
"""About what a page of 20 kB compressed holds."""


@each_by_itself
@require_http_methods(["GET", "HEAD", "POST"])
def registration_grid(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    if request.method == "POST":
        return _save(page)
    return _grid(page, _shown(page), PaperForm())


def _save(page: AreaPage) -> HttpResponse:
    """Write every changed row by itself, then go on to what was asked for the ticked ones."""
    data = page.request.POST
    wanted = data.get("viec", "")
    page.require(ACTS[wanted].act if wanted in ACTS else Act.REGISTER)
    before = _shown(page)
    refused, count = _save_rows(page, before, data)
    if count:
        messages.success(page.request, f"Đã lưu {count} dòng.")
    paper = PaperForm(data, page.request.FILES) if wanted == ATTACH else PaperForm()
    if refused:
        rows = [refused.get(row.row.unit_id, row) for row in _shown(page)]
        messages.error(page.request, f"Còn {len(refused)} dòng chưa lưu, xem chỗ đánh dấu.")
        return _grid(page, rows, paper, status=WRONG_INPUT)
    ticked = wholes(data.getlist("don_vi"))
    if wanted in ACTS:
        return redirect(page.url("bulk", viec=wanted, don_vi=ticked, loai=_asked_kind(page)))
    if wanted == ATTACH and not _attach(page, paper, before, ticked):
        return _grid(page, _shown(page), paper, status=WRONG_INPUT, ticked=ticked)
    if not count and wanted != ATTACH:
        messages.info(page.request, "Không có dòng nào thay đổi.")
    return redirect(page.url("registration_grid", loai=_asked_kind(page), trang=_trang(page)))


def _save_rows(
    page: AreaPage, rows: list[RegistrationRow], data: Mapping[str, str]
) -> tuple[dict[int, RegistrationRow], int]:
    """Save each changed row in its own transaction: the refused ones by unit id, and how many went."""
    fields, refused, count = figure_fields(page.year), {}, 0
    for shown in rows:
        if not shown.is_editable or f"{shown.prefix}-version" not in data:
            continue
        typed = typed_row(shown, data)
        if typed.typed == shown.typed or typed.is_untouched:
            continue
        wrong = _save_row(page, typed, shown.version, fields)
        if wrong is None:
            count += 1
        else:
            refused[shown.row.unit_id] = wrong
    return refused, count


def _save_row(
    page: AreaPage, typed: RegistrationRow, stored_version: int, fields: Mapping[str, object]
) -> RegistrationRow | None:
    """Save one row; None when it is written, else the row with what was typed and why not."""
    figures, wrong = read_figures(typed, fields)  # type: ignore[arg-type]
    if wrong:
        return typed.refused(wrong)
    season = _season(page, typed.row)
    try:
        save_registration(
            season,
            typed.row.version.unit,
            figures,
            by=page.user,
            base_version=typed.version,  # type: ignore[arg-type]
        )
    except ValidationError as invalid:
        return typed.refused({name: found[0] for name, found in invalid.message_dict.items()})
    except TransitionRefused as late:
        return replace(typed, errors={"": _stale_words(typed, late)}, version=stored_version)
    except (PermissionDenied, ObjectDoesNotExist) as denied:
        return typed.refused({"": str(denied)})
    return None


def _stale_words(typed: RegistrationRow, late: TransitionRefused) -> str:
    """Why the row was not written; of a row saved meanwhile also what stands there now."""
    if late.code != "stale":
        return str(late)
    theirs = shown_row(typed.row, is_editable=True).typed
    other = "; ".join(
        f"{label.lower()}: {theirs[name] or 'trống'}"
        for name, label, _ in typed.columns
        if theirs[name] != typed.typed[name]
    )
    return f"{late} Bản đang lưu: {other or 'giống của bạn'}. Bấm Lưu lần nữa để giữ bản của bạn."


def _attach(
    page: AreaPage, paper: PaperForm, rows: list[RegistrationRow], ticked: list[int]
) -> bool:
    units = [row.row.version.unit for row in rows if row.row.unit_id in ticked]
    if not paper.is_valid():
        return False
    if not units:
        paper.add_error(None, "Đánh dấu ở đầu dòng những đơn vị có tên trong văn bản này.")
        return False

    def put() -> None:
        attach(
            units, year=page.year, purpose=Purpose.REGISTRATION, by=page.user,
            file=paper.cleaned_data["file"], reference=paper.reference(),
        )  # fmt: skip

    if not attempt(page.request, put, form=paper):
        return False
    messages.success(page.request, f"Đã kèm văn bản cho {len(units)} đơn vị.")
    return True


def _shown(page: AreaPage) -> list[RegistrationRow]:
    rows = [row for row in listed_rows(page) if row.is_considered and _season(page, row)]
    papers = _papers(page, [row.unit_id for row in rows])
    return [
        shown_row(
            row,
            is_editable=_is_open(page, row) and _may_register(page, row),
            papers=papers[row.unit_id],
        )
        for row in rows
    ]


def _may_register(page: AreaPage, row: SheetRow) -> bool:
    return page.area.may_for(Act.REGISTER, row.version)


def _is_open(page: AreaPage, row: SheetRow) -> bool:
    season = _season(page, row)
    is_draft = row.registration is None or row.registration.status == RegistrationStatus.DRAFT
    return is_draft and season is not None and not season.is_locked


def _season(page: AreaPage, row: SheetRow) -> Season | None:
    return page.season(Scheme.RECOGNITION, row.version.unit.kind)


def _papers(page: AreaPage, ids: list[int]) -> Counter[int]:
    attached = Attachment.objects.filter(unit__in=ids, year=page.year, purpose=Purpose.REGISTRATION)
    return Counter(attached.values_list("unit", flat=True))


def _grid(
    page: AreaPage, rows: list[RegistrationRow], paper: PaperForm, *, status: int = 200,
    ticked: list[int] | None = None,
) -> HttpResponse:  # fmt: skip
    words = page.request.GET.get("tim", "").strip()
    kinds = kind_counts(row.row for row in rows)
    kind = chosen_kind(page.request.GET.get("loai", ""), kinds, page.of_year)
    rows = [row for row in rows if row.row.version.unit.kind == kind]
    acts = _acts(page, rows)
    context = {
        **page.context("registration_grid"),
        **_shown_rows(page, rows, words, ticked or [], has_acts=bool(acts)),
        "total": len(rows),
        "columns": COLUMNS_OF[Kind(kind)],
        "kinds": kind_chips(page, "registration_grid", kinds, kind, tim=words),
        "kind": kind,
        "legal_ref": LEGAL_REFS[Kind(kind)],
        "has_share": kind not in TERRITORIAL_KINDS,
        "words": words,
        "form_url": page.url(
            "registration_grid", tim=words, loai=_asked_kind(page), trang=_trang(page)
        ),
        "may_register": any(row.is_editable for row in rows),
        "may_attach": page.area.may(Act.REGISTER),
        "acts": acts,
        "offers": recent_acts(page.user, year=page.year, actions=(Action.SEND, Action.ACCEPT)),
        "paper": paper,
        "usual_places": usual_places(page.area.spoken_name),
        "season": page.season(Scheme.RECOGNITION, kind),
        "counts": _counts(rows),
    }
    return render(page.request, "evaluations/registration_grid.html", context, status=status)


def _shown_rows(
    page: AreaPage, rows: list[RegistrationRow], words: str, ticked: list[int], *, has_acts: bool
) -> dict[str, object]:
    """The rows of this page of the grid that match the words, and the chips to the other pages."""
    kept = {row.unit_id for row in filter_rows([row.row for row in rows], words=words)}
    found = [row for row in rows if row.row.unit_id in kept]
    number = asked_page(page)
    shown = found[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    may_tick = has_acts or page.area.may(Act.REGISTER)
    query = {"tim": words, "loai": _asked_kind(page)}
    return {
        "rows": shown,
        "rows_html": rows_html(shown, year=page.year, can_be_ticked=may_tick, ticked=ticked),
        "pages": page_chips(page, "registration_grid", len(found), ROWS_A_PAGE, number, **query),
    }


def _acts(page: AreaPage, rows: list[RegistrationRow]) -> list[object]:
    states = {row.row.registration_code for row in rows}
    wanted = {
        RegistrationStatus.SENT: ("tra-lai-dang-ky", "rut-dang-ky", "tiep-nhan"),
        RegistrationStatus.DRAFT: ("gui-dang-ky",),
        "none": ("gui-dang-ky",),
    }
    codes = dict.fromkeys(code for state in wanted if state in states for code in wanted[state])
    return [ACTS[code] for code in codes if page.area.may(ACTS[code].act)]


def _trang(page: AreaPage) -> str:
    """The page asked for, as the address says it; nothing for the first."""
    return str(number) if (number := asked_page(page)) > 1 else ""


def _asked_kind(page: AreaPage) -> str:
    return page.request.GET.get("loai", "")


def _counts(rows: list[RegistrationRow]) -> dict[str, object]:
    done = [row for row in rows if row.registration and row.registration.is_registered]
    shares = [row.share for row in done if row.share]
    return {
        "units": len(rows),
        "registered": len(done),
        "late": sum(row.registration.is_late for row in done if row.registration),
        "part": sum(share.part or 0 for share in shares),
        "whole": sum(share.whole or 0 for share in shares),
        "noun": shares[0].noun if shares else "",
    }
