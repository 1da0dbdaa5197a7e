from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from criteria.responses import Sent, serve_evidence

from ..selectors.evidence import visible_evidence


@require_safe
@never_cache
def evidence(request: HttpRequest, pk: int) -> Sent:
    found = get_object_or_404(visible_evidence(request.user), pk=pk)  # type: ignore[arg-type]
    try:
        return serve_evidence(found, asked_range=request.headers.get("Range", ""))
    except FileNotFoundError:
        raise Http404("Tệp không còn trong kho; đề nghị quản trị kiểm tra.") from None
