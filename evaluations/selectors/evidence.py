"""Which stored files a person may open."""

from django.db.models import QuerySet

from accounts.models import User
from criteria.models import EvidenceFile

from ..models import Attachment


def visible_evidence(user: User) -> "QuerySet[EvidenceFile]":
    """Stored files attached to a unit the person sees."""
    seen = Attachment.objects.visible_to(user).values("evidence_file")
    return EvidenceFile.objects.filter(pk__in=seen)
