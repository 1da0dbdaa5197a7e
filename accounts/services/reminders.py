"""Whether a person is reminded by mail, and where to."""

from django.db import transaction

from ..models import User
from .audit import record_audit


@transaction.atomic
def choose_reminders(user: User, *, email: str, wants_reminders: bool) -> User:
    """Set the person's own address and whether reminders go there; return the person.

    The address opens nothing: passwords are set by links that an administrator hands out. The log
    tells that something was chosen, not the address. Raises ValidationError for an unfit address.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    person.email, person.wants_reminders = email.strip(), wants_reminders
    person.clean_fields(exclude={"username", "password"})
    person.save(update_fields=["email", "wants_reminders"])
    word = "nhận" if wants_reminders and person.email else "không nhận"
    record_audit(
        "account.reminders", by=person, subject=f"user:{person.pk}",
        summary=f"Chọn {word} thư nhắc việc", province_id=person.province_id,
    )  # fmt: skip
    return person
