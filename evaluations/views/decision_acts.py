"""The acts on one decision: another class, send to sign, send back, approve, number and issue, discard."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.dates import date_text
from criteria.models import Band
from units.coverage import Scheme
from units.selectors import powers_of

from ..forms.appraisal import ReasonForm
from ..forms.decisions import NumberingForm, OutcomeForm
from ..models import Decision, DecisionItem
from ..selectors.decisions import MET
from ..selectors.late_events import names_without_statement
from ..services.decisions import (
    approve_decision,
    discard_draft,
    issue_decision,
    refuse_wrong_numbering,
    send_back_decision,
    send_to_sign,
    set_item_outcome,
)
from ..workflow import ARROWS, Action
from .decisions import ACTS, decision_of, place_of
from .refusals import attempt, confirmation, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    decision = _for(request, pk, "send")
    silent = names_without_statement(decision)
    warning = (
        f" Chưa ai xác nhận “không phát sinh đến hết kỳ” cho {len(silent)} đơn vị dưới đây; "
        "vẫn trình ký được, nhưng nên xác nhận trước."
        if silent
        else ""
    )
    return _asked(
        request,
        decision,
        Action.PROPOSE,
        text=f"Danh sách {_count(decision)} đơn vị được trình người có thẩm quyền duyệt; "
        f"các hồ sơ chuyển sang “Đã trình ký”.{warning}",
        items=silent,
        act=lambda: send_to_sign(decision, by=request.user),
        done="Đã trình ký.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    decision = _for(request, pk, "discard")
    return _asked(
        request,
        decision,
        Action.DISCARD,
        text="Dự thảo bị bỏ; các hồ sơ trở lại “Đã thẩm định”, chưa có quyết định.",
        act=lambda: discard_draft(decision, by=request.user),
        done="Đã bỏ dự thảo.",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    decision = _for(request, pk, "approve")
    return _asked(
        request,
        decision,
        Action.APPROVE,
        text=f"Bạn duyệt danh sách {_count(decision)} đơn vị với các mức như trong danh sách; "
        "văn thư vào số, ban hành sau khi bản giấy hoặc bản điện tử được ký.",
        act=lambda: approve_decision(decision, by=request.user),
        done="Đã duyệt danh sách, chờ văn thư vào số.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    decision = _for(request, pk, "send_back")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _asked(
        request,
        decision,
        Action.SEND_BACK,
        text="Danh sách trở về Thường trực Ban Chỉ đạo kèm lý do; các hồ sơ trở lại “Đã thẩm định”.",
        act=lambda: send_back_decision(decision, note=form.cleaned_data["note"], by=request.user),
        done="Đã chuyển lại danh sách.",
        form=form,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for number, day and signer; say what they will do; then issue."""
    decision = _for(request, pk, "issue")
    if not _is_at(decision, Action.ISSUE):
        return _overtaken(request, decision, Action.ISSUE)
    data = request.POST if request.method == "POST" else None
    form = NumberingForm(data, decision=decision)

    def check() -> object:
        return refuse_wrong_numbering(decision, form.numbering())

    def act() -> object:
        return issue_decision(decision, numbering=form.numbering(), by=request.user)

    if data is not None and form.is_valid() and attempt(request, check, form=form):
        if "xac_nhan" not in data:
            return _ask_to_issue(request, decision, form)
        if attempt(request, act, form=form):
            messages.success(request, "Đã vào số, ban hành.")
            return redirect(decision)
        if not form.errors:
            return redirect(decision)
    context = {"decision": decision, "form": form, "count": _count(decision)}
    return render(request, "evaluations/decision_issue.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    decision = decision_of(request, pk)
    powers_of(request.user).require(Act.PREPARE_DECISION, place_of(decision.authority_id))
    items = DecisionItem.objects.visible_to(request.user).filter(decision=decision)
    item = get_object_or_404(
        items.select_related("evaluation__season", "evaluation__unit_version"), pk=item_id
    )
    bands = Band.objects.filter(criteria_set=item.evaluation.season.criteria_set_id)
    choices = list(bands.order_by("position").values_list("code", "label"))
    data = request.POST if request.method == "POST" else None
    form = OutcomeForm(data, item=item, bands=choices)

    def act() -> object:
        cleaned = form.cleaned_data
        return set_item_outcome(
            item, outcome=cleaned["outcome"], reason=cleaned["reason"], by=request.user
        )

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, f"Đã ghi mức đề nghị cho {item.evaluation.unit_version}.")
        return redirect(decision)
    context = {
        "decision": decision,
        "item": item,
        "form": form,
        "computed": dict(choices)[item.computed_outcome],
    }
    return render(request, "evaluations/decision_outcome.html", context, status=status_of(form))


def _for(request: HttpRequest, pk: int, name: str) -> Decision:
    """The decision for somebody who holds the role of that act there: 404, or 403 with the reason."""
    decision = decision_of(request, pk)
    _, act = ACTS[name]
    powers_of(request.user).require(act, place_of(decision.authority_id))
    return decision


def _asked(
    request: HttpRequest,
    decision: Decision,
    action: Action,
    *,
    text: str,
    act: Callable[[], object],
    done: str,
    form: Form | None = None,
    items: Sequence[str] = (),
    danger: bool = False,
) -> HttpResponse:
    """Say what will happen; when posted do it, and lead back to the decision."""
    if request.method == "POST" and (form is None or form.is_valid()):
        if attempt(request, act, form=form):
            messages.success(request, done)
        return redirect(decision)
    if request.method != "POST" and not _is_at(decision, action):
        return _overtaken(request, decision, action)
    return confirmation(
        request,
        title=f"{action.label}: {decision}",
        text=text,
        submit=str(action.label),
        back_url=decision.get_absolute_url(),
        form=form,
        items=items,
        items_label="Chưa xác nhận không phát sinh đến hết kỳ",
        danger=danger,
    )


def _is_at(decision: Decision, action: Action) -> bool:
    return (decision.procedure, decision.status, action) in ARROWS


def _overtaken(request: HttpRequest, decision: Decision, action: Action) -> HttpResponse:
    """Lead back to a decision on which somebody, or the first click, was faster."""
    state = decision.get_status_display()
    number = f", số {decision.full_number}" if decision.full_number else ""
    text = f"Quyết định ở trạng thái “{state}”{number}; không làm lại việc “{action.label}”."
    messages.info(request, text)
    return redirect(decision)


def _ask_to_issue(request: HttpRequest, decision: Decision, form: NumberingForm) -> HttpResponse:
    typed = form.numbering()
    number = f"{typed.number}/{decision.symbol}"
    day = date_text(typed.issued_on) if typed.issued_on else ""
    hidden: list[tuple[str, Any]] = [(name, request.POST.get(name, "")) for name in form.fields] + [
        ("xac_nhan", "1")
    ]
    return confirmation(
        request,
        title=f"Vào số {number}",
        text=f"Quyết định số {number} ngày {day}, người ký {typed.signer_name}, cho {_count(decision)} "
        "đơn vị. Sau khi ban hành, nội dung được niêm phong, không sửa hay xóa được trên cổng.",
        submit=str(Action.ISSUE.label),
        back_url=request.path,
        hidden=hidden,
    )


def _count(decision: Decision) -> int:
    """How many units the decision names: for a recognition only those that meet the standard."""
    items = decision.items.all()
    if decision.scheme == Scheme.RECOGNITION:
        items = items.filter(outcome=MET)
    return items.count()
