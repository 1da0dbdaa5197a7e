"""Taking the outcome of one unit back: the page that asks for the reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.roles import Act

from ..forms.annulments import AnnulForm
from ..models import DecisionItem
from ..selectors.authorities import refresh_authorities
from ..services.acts import require
from ..services.annulments import annul_outcome
from ..workflow import Action, Status
from .decisions import decision_of
from .refusals import attempt, confirmation


@require_http_methods(["GET", "HEAD", "POST"])
def annul(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Ask for the reason, say what will happen, then take the outcome back."""
    decision = decision_of(request, pk)
    items = DecisionItem.objects.visible_to(request.user).filter(decision=decision)
    related = ("evaluation__season__criteria_set", "evaluation__unit_version__unit")
    item = get_object_or_404(items.select_related(*related), pk=item_id)
    refresh_authorities([item.evaluation])
    require(Act.ANNUL, item.evaluation, by=request.user)
    if item.evaluation.status != Status.DECIDED:
        state = item.evaluation.get_status_display()
        messages.info(request, f"{item.evaluation.unit_version}: kết quả ở trạng thái “{state}”.")
        return redirect(decision)
    form = AnnulForm(request.POST if request.method == "POST" else None)
    notices: list[str] = []

    def act() -> None:
        notices.append(annul_outcome(item, **form.cleaned_data, by=request.user).notice)

    if form.is_bound and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, f"Đã hủy bỏ kết quả của {item.evaluation.unit_version}.")
        for notice in filter(None, notices):
            messages.warning(request, notice)
        return redirect(decision)
    return confirmation(
        request,
        title=f"{Action.ANNUL.label}: {item.evaluation.unit_version}",
        text=f"Kết quả theo {decision.noun} {decision.full_number} của riêng đơn vị này không còn hiệu lực; văn bản "
        "và các đơn vị khác giữ nguyên. Không làm lại được trên cổng. Thông tư 124 không quy định việc này: "
        "đây là quyền của cấp có thẩm quyền đối với quyết định của mình.",
        submit=str(Action.ANNUL.label),
        back_url=decision.get_absolute_url(),
        form=form,
        danger=True,
    )
