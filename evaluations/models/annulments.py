"""An outcome that was taken back after it had been decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from units.models import Unit

from .decisions import DecisionItem


class AnnulmentQuerySet(models.QuerySet["Annulment"]):
    def visible_to(self, user: User) -> "AnnulmentQuerySet":
        return self.filter(item__evaluation__unit__in=Unit.objects.visible_to(user))


class Annulment(models.Model):
    """One unit's outcome is taken back with a reason (hủy bỏ kết quả); the decision's row stays.

    Thông tư 124 knows no such act: it is the general power of an authority to take back its own
    wrong decision, and the portal's screens say so.
    """

    item = models.OneToOneField(
        DecisionItem,
        verbose_name="kết quả trong quyết định",
        on_delete=models.PROTECT,
        related_name="annulment",
    )
    reason = models.TextField("lý do")
    number = models.CharField("số văn bản", max_length=60, blank=True)
    signed_on = models.DateField("ngày văn bản", null=True, blank=True)
    at = models.DateTimeField("lúc hủy bỏ")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người hủy bỏ",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AnnulmentQuerySet.as_manager()

    class Meta:
        verbose_name = "hủy bỏ kết quả"
        verbose_name_plural = "hủy bỏ kết quả"
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(name="annulment_says_why", condition=Q(reason__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason[:40]}"
