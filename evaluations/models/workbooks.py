"""Workbooks that were uploaded to be checked and written."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from units.models import Unit

KEPT: Final = dt.timedelta(hours=24)
"""How long the bytes of an uploaded workbook are kept between check and write."""


class WorkbookUploadQuerySet(models.QuerySet["WorkbookUpload"]):
    def visible_to(self, user: User) -> "WorkbookUploadQuerySet":
        """One's own uploads, nobody else's; whether one still enters there the pages ask."""
        return self.filter(uploaded_by=user)

    def expired(self) -> "WorkbookUploadQuerySet":
        """Those whose bytes are still there and need no longer be."""
        return self.exclude(content=b"").filter(uploaded_at__lt=timezone.now() - KEPT)


class WorkbookUpload(models.Model):
    """One filled workbook of one area's year as a person sent it, and what was written of it (tệp nhập).

    The bytes go after a day; which answers it wrote stays, so that the same file may be filled on.
    """

    area = models.ForeignKey(
        Unit, verbose_name="của nơi", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    workbook = models.CharField("mã tệp xuất", max_length=20)
    name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField("dấu vân tệp", max_length=64)
    content = models.BinaryField("nội dung", blank=True)
    uploaded_at = models.DateTimeField("lúc gửi lên", auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gửi lên",
        on_delete=models.PROTECT,
        related_name="+",
    )
    written = models.JSONField("đã ghi", default=list, blank=True)
    """What was written: [evaluation, criterion code, version]."""
    results = models.JSONField("kết quả từng đơn vị", null=True, blank=True)
    """After the write: `units` (name, how many rows, what was refused) and `unread` cells; null before."""

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp Excel đã nhập"
        verbose_name_plural = "tệp Excel đã nhập"
        ordering = ("-uploaded_at",)
        constraints = [
            models.CheckConstraint(
                name="workbook_upload_has_fingerprint", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]
        indexes = [models.Index(fields=["workbook"], name="workbook_upload_workbook")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_kept(self) -> bool:
        """Whether the bytes are still there to be read."""
        return bool(self.content)

    @property
    def is_written(self) -> bool:
        return self.results is not None
