"""How pages answer: a confirmation before an official act, calm words when it is refused."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from criteria.exceptions import TransitionRefused

from ..services.refusals import spoken

WRONG_INPUT = 422


def attempt(request: HttpRequest, act: Callable[[], object], *, form: Form | None = None) -> bool:
    """Do an act and say whether it was done; the reason goes beside the field or on top of the page."""
    try:
        act()
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return False
    except ValidationError as invalid:
        _show(request, invalid, form)
        return False
    return True


def confirmation(
    request: HttpRequest,
    *,
    title: str,
    text: str,
    submit: str,
    back_url: str,
    form: Form | None = None,
    items: Sequence[str] = (),
    items_label: str = "",
    hidden: Sequence[tuple[str, str]] = (),
    danger: bool = False,
) -> HttpResponse:
    """The page that says in one sentence what will happen; posting to the same address does it."""
    context = {
        "title": title,
        "text": text,
        "submit": submit,
        "action_url": request.get_full_path(),
        "back_url": back_url,
        "form": form,
        "items": items,
        "items_label": items_label,
        "hidden": hidden,
        "danger": danger,
    }
    return render(request, "confirm_page.html", context, status=status_of(form))


def status_of(form: Form | None) -> int:
    """422 for a form shown again with what is wrong, else 200."""
    return WRONG_INPUT if form is not None and form.errors else 200


def _show(request: HttpRequest, invalid: ValidationError, form: Form | None) -> None:
    if form is None:
        for message in spoken(invalid):
            messages.error(request, message)
        return
    if not hasattr(invalid, "error_dict"):
        form.add_error(None, invalid)
        return
    place_of = getattr(form, "place_of", str)
    for key, found in invalid.error_dict.items():
        field = place_of(key)
        form.add_error(field if field in form.fields else None, found)
