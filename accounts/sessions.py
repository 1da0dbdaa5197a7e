"""Who asks: the session and its person, read at every request by prepared queries."""

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from antq_portal.lib.prepared import Prepared

from .models import User

SESSION: Final = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)
)
PERSON: Final = Prepared(lambda pk: User.objects.filter(pk=pk).order_by())


class SessionStore(DatabaseStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key or ""
        found = SESSION.first(key=key, now=timezone.now()) if key.isalnum() else None
        if found is None:
            self._session_key = None
        return found


class PersonBackend(AuthenticationBackend):
    """allauth's sign-in by name and password."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, if the account is still in use."""
        found = PERSON.first(pk=int(user_id))
        return found if found is not None and self.user_can_authenticate(found) else None
