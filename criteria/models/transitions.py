"""The columns every log of a procedure has."""

from django.conf import settings
from django.db import models


class TransitionRow(models.Model):
    """One step of one file: who led it from which state to which, when and why. Append-only by trigger."""

    procedure = models.CharField("quy trình", max_length=40)
    from_status = models.CharField("từ trạng thái", max_length=20)
    action = models.CharField("thao tác", max_length=20)
    to_status = models.CharField("sang trạng thái", max_length=20)
    note = models.TextField("lý do, ghi chú", blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người thực hiện",
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("thời điểm")

    class Meta:
        abstract = True
        ordering = ("at", "pk")
