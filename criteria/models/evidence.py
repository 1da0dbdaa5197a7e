"""Files that prove an answer, stored once by their content."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from units.models import Unit


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, user: User) -> "EvidenceFileQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class EvidenceFile(models.Model):
    """One uploaded paper of one commune or unit, stored once by hash (tệp minh chứng).

    What it proves is said by the links of the apps above. The type is what the content is, not
    what the name says.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="của đơn vị", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField("dấu vân tệp", max_length=64)
    content_type = models.CharField("loại tệp", max_length=100)
    size = models.PositiveIntegerField("dung lượng")
    name = models.CharField("tên tệp", max_length=200)
    file = models.FileField("tệp", upload_to="evidence/%Y/%m/")
    uploaded_at = models.DateTimeField("lúc tải lên", auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người tải lên",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp minh chứng"
        verbose_name_plural = "tệp minh chứng"
        constraints = [
            models.UniqueConstraint(fields=["unit", "sha256"], name="evidence_file_once_per_unit"),
            models.CheckConstraint(name="evidence_file_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name
