"""The public check behind the code of a decision or a Giấy công nhận."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from antq_portal.lib.asked import whole

from ..selectors.verification import verified


@login_not_required
@require_safe
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    asked = request.GET.get("don_vi", "")
    unit_id = whole(asked)
    found = None
    if unit_id is not None or not asked:
        found = verified(code.lower(), unit_id=unit_id)
    status = 200 if found else 404
    return render(request, "evaluations/verify.html", {"found": found}, status=status)
