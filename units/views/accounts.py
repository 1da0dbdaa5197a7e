"""Accounts of a province: who has what, open one, hand over a link, lock."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.services import LINK_DAYS, IssuedLink
from antq_portal.lib.clicks import not_remembered

from ..forms import LockForm, NewPersonForm, PersonForm
from ..models import Assignment, UnitVersion
from ..selectors import account_rows, administered_provinces, kept_accounts, labels
from ..services import correct_person, lock_person, open_person, renew_link, unlock_person

ROWS_A_PAGE: Final = 50
STATES: Final = (
    ("", "Tất cả"),
    ("hai-vai-tro", "Giữ từ hai vai trò"),
    ("chua-vai-tro", "Chưa có vai trò"),
    ("chua-dang-nhap", "Chưa đăng nhập lần nào"),
    ("da-khoa", "Đã khóa"),
)
OWN: Final = "Không tự làm với tài khoản của mình; mời nhờ quản trị khác."


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    words, state = request.GET.get("q", "").strip(), request.GET.get("trang_thai", "")
    found = _in_state(_kept(request), state)
    if words:
        found = found.filter(Q(full_name__icontains=words) | Q(username__icontains=words))
    page = Paginator(found.order_by("username"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = account_rows(page.object_list)
    context = {
        "page": page,
        "rows": rows,
        "unit_labels": _labels({held.unit_id for row in rows for held in row.roles}),
        "words": words,
        "state": state,
        "chips": [
            {"label": label, "url": f"?trang_thai={code}", "current": code == state}
            for code, label in STATES
        ],
    }
    return render(request, "units/account_list.html", context)


@not_remembered
@require_http_methods(["GET", "HEAD", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    _kept(request)
    provinces = {version.unit_id: version for version in administered_provinces(request.user)}
    offered = [(unit_id, version.name) for unit_id, version in provinces.items()]
    form = NewPersonForm(request.POST or None, provinces=offered)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data.get("province") or next(iter(provinces))
        person = form.person(form.cleaned_data["username"])
        try:
            issued = open_person(person, province=provinces[chosen].unit, by=request.user)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            return _show_link(request, issued, is_new=True)
    context = {
        "form": form,
        "title": "Mở tài khoản",
        "lede": "Mở xong, cổng đưa một liên kết để trao cho người dùng tự đặt mật khẩu.",
        "submit": "Mở tài khoản",
        "back_url": reverse("units:accounts"),
    }
    return _form_page(request, context)


@require_safe
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    row = account_rows(User.objects.filter(pk=person.pk))[0]
    roles = list(Assignment.objects.filter(user=person).order_by("-starts_on", "pk"))
    context = {
        "person": person,
        "row": row,
        "roles": roles,
        "unit_labels": _labels({held.unit_id for held in roles}),
        "today": localdate(),
    }
    return render(request, "units/account_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    initial = {name: getattr(person, name) for name in PersonForm.base_fields}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            correct_person(person, form.person(person.username), by=request.user)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, "Đã sửa thông tin tài khoản.")
            return redirect("units:account", pk=pk)
    context = {"form": form, "title": f"Sửa tài khoản {person.username}", "submit": "Lưu"}
    return _form_page(request, context, pk=pk)


@not_remembered
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    if request.method == "POST":
        try:
            return _show_link(request, renew_link(person, by=request.user), is_new=False)
        except ValidationError as refused:
            return _refused(request, refused, pk=pk)
    text = (
        f"Cấp liên kết mới để {person} đặt lại mật khẩu. Liên kết trước (nếu có) không dùng được "
        f"nữa; mật khẩu đang dùng vẫn dùng được đến khi đặt mật khẩu mới."
    )
    return _confirm_page(
        request, pk, title="Cấp liên kết đặt mật khẩu", text=text, submit="Cấp liên kết"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = LockForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            lock_person(person, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, f"Đã khóa tài khoản {person.username}.")
            return redirect("units:account", pk=pk)
    lede = (
        "Khóa là ngừng ngay: người này bị thoát khỏi cổng, liên kết đang chờ không dùng được nữa."
    )
    context = {"form": form, "title": f"Khóa tài khoản {person.username}", "lede": lede}
    return _form_page(request, context | {"submit": "Khóa tài khoản"}, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    if request.method == "POST":
        try:
            unlock_person(person, by=request.user)
        except ValidationError as refused:
            return _refused(request, refused, pk=pk)
        messages.success(request, f"Đã mở khóa tài khoản {person.username}.")
        return redirect("units:account", pk=pk)
    text = f"{person} đăng nhập lại được bằng mật khẩu cũ. Quên mật khẩu thì cấp liên kết mới."
    title = f"Mở khóa tài khoản {person.username}"
    return _confirm_page(request, pk, title=title, text=text, submit="Mở khóa")


def _kept(request: HttpRequest) -> QuerySet[User]:
    """Accounts in the person's keeping; 403 for everybody who administers no province."""
    if not administered_provinces(request.user):
        raise PermissionDenied("Trang này của quản trị tỉnh. Hãy liên hệ quản trị của tỉnh mình.")
    return kept_accounts(request.user)


def _person(request: HttpRequest, pk: int) -> User:
    kept = _kept(request)
    if pk == request.user.pk:
        raise PermissionDenied(OWN)
    return get_object_or_404(kept, pk=pk)


def _in_state(people: QuerySet[User], state: str) -> QuerySet[User]:
    current = Assignment.objects.current()
    if state == "hai-vai-tro":
        held = current.order_by().values("user").annotate(roles=Count("role", distinct=True))
        return people.filter(pk__in=held.filter(roles__gt=1).values("user"))
    if state == "chua-vai-tro":
        return people.exclude(pk__in=current.values("user"))
    if state == "chua-dang-nhap":
        return people.filter(last_login=None)
    return people.filter(is_active=False) if state == "da-khoa" else people


def _labels(unit_ids: set[int]) -> dict[int, str]:
    return labels(UnitVersion.objects.in_force().filter(unit__in=unit_ids))


def _show_link(request: HttpRequest, issued: IssuedLink, *, is_new: bool) -> HttpResponse:
    """The only page that ever holds the token; it is answered to the post and kept nowhere."""
    path = reverse("account_activate", args=[issued.token])
    context = {
        "person": issued.link.user,
        "address": f"{settings.PORTAL_URL}{path}",
        "expires_at": issued.link.expires_at,
        "days": LINK_DAYS,
        "is_new": is_new,
    }
    return render(request, "units/account_link.html", context)


def _refused(request: HttpRequest, refused: ValidationError, *, pk: int) -> HttpResponse:
    messages.error(request, " ".join(refused.messages))
    return redirect("units:account", pk=pk)


def _form_page(
    request: HttpRequest, context: dict[str, Any], *, pk: int | None = None
) -> HttpResponse:
    if pk is not None:
        context["back_url"] = reverse("units:account", args=[pk])
    status = 422 if context["form"].errors else 200
    return render(request, "units/account_form.html", context, status=status)


def _confirm_page(request: HttpRequest, pk: int, **words: str) -> HttpResponse:
    back = reverse("units:account", args=[pk])
    return render(
        request, "confirm_page.html", {"action_url": request.path, "back_url": back, **words}
    )
