"""Sending a file in pieces over a line that breaks; docs/adr has the protocol."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Act
from antq_portal.lib.asked import whole
from antq_portal.lib.clicks import not_remembered
from criteria.models import Upload
from criteria.services import begin_upload, cancel_upload, receive_piece
from criteria.services.uploads import LARGEST_PIECE, PIECE, WrongOffset
from units.selectors import powers_of, refusal

WRONG_INPUT, CONFLICT, WRONG_KIND = 422, 409, 415
NO_FORM = "Từng phần của tệp gửi dạng application/octet-stream."


@never_cache
@require_POST
@not_remembered
def upload_begin(request: HttpRequest) -> JsonResponse:
    """Begin a file, or say how far the same file had come."""
    _require_entering(request)
    given = request.POST
    sha256 = given.get("sha256", "").lower()
    is_hash = len(sha256) == 64 and not sha256.strip("0123456789abcdef")
    try:
        row = begin_upload(
            name=given.get("name", ""), size=whole(given.get("size", "")) or 0,
            sha256=sha256 if is_hash else "", by=request.user,
        )  # fmt: skip
    except ValidationError as wrong:
        return _refused(wrong)
    return _state(row)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@not_remembered
def upload(request: HttpRequest, pk: UUID) -> JsonResponse:
    """How far a file has come; or take the piece that begins at `?tu=`."""
    if request.method == "POST":
        _require_entering(request)
    row = Upload.objects.of(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404("Tệp tải dở đã quá hạn.")
    if request.method != "POST":
        return _state(row)
    return _taken(request, row)


@never_cache
@require_POST
@not_remembered
def upload_cancel(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Forget a file that is on its way."""
    _require_entering(request)
    cancel_upload(pk, by=request.user)
    return JsonResponse({"code": "cancelled"})


def _taken(request: HttpRequest, row: Upload) -> JsonResponse:
    """Take one piece, or say where to go on and what is wrong."""
    if request.content_type == "multipart/form-data":  # a form's bytes were read as a form already
        return JsonResponse({"code": "form", "message": NO_FORM}, status=WRONG_KIND)
    offset, length = whole(request.GET.get("tu", "")), whole(request.META.get("CONTENT_LENGTH", ""))
    if offset is None or not length or length > LARGEST_PIECE:
        return JsonResponse({"code": "offset", "offset": row.received}, status=CONFLICT)
    try:
        row = receive_piece(row.pk, offset=offset, data=request.body, by=request.user)
    except Upload.DoesNotExist:
        raise Http404("Tệp tải dở đã bị bỏ.") from None
    except WrongOffset as wrong_place:
        return JsonResponse({"code": "offset", "offset": wrong_place.received}, status=CONFLICT)
    except ValidationError as wrong:
        cancel_upload(row.pk, by=request.user)
        return _refused(wrong)
    return _state(row)


def _require_entering(request: HttpRequest) -> None:
    """Only who enters files somewhere sends any."""
    powers = powers_of(request.user)
    if not powers.does_somewhere(Act.ANSWER):
        raise PermissionDenied(refusal(Act.ANSWER))


def _state(row: Upload) -> JsonResponse:
    return JsonResponse(
        {"id": str(row.pk), "offset": row.received, "size": row.size, "done": row.is_complete, "piece": PIECE}
    )  # fmt: skip


def _refused(wrong: ValidationError) -> JsonResponse:
    return JsonResponse({"code": wrong.code, "message": wrong.messages[0]}, status=WRONG_INPUT)
