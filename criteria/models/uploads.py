"""Files on their way in, piece by piece over a line that breaks."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, user: User) -> "UploadQuerySet":
        """Only the person's own: nobody else may go on with one, or use it."""
        return self.filter(by=user)

    def complete(self) -> "UploadQuerySet":
        return self.filter(received=F("size"))


class Upload(models.Model):
    """One file that one person is sending in pieces (tệp đang tải lên); it belongs to no unit yet.

    `received` bytes from the start are on the disk. What is complete waits for the form that names
    it; what nobody goes on with is removed after a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("tên tệp", max_length=255)
    size = models.PositiveIntegerField("dung lượng")
    sha256 = models.CharField("dấu vân tệp", max_length=64, blank=True)
    received = models.PositiveIntegerField("đã nhận", default=0)
    at = models.DateTimeField("lúc gửi phần cuối")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gửi",
        on_delete=models.CASCADE,
        related_name="+",
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp đang tải lên"
        verbose_name_plural = "tệp đang tải lên"
        constraints = [
            models.CheckConstraint(name="upload_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="upload_received_within_size", condition=Q(received__lte=F("size"))
            ),
            models.UniqueConstraint(
                name="upload_once_per_person_and_content",
                fields=["by", "sha256", "size"],
                condition=~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        return self.received == self.size
