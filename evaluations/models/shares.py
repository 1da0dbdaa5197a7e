"""The shares of a commune's units as they stood when its recognition was decided."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from units.models import GRASSROOTS_KINDS, Kind, Unit

from .evaluations import Evaluation


class FrozenShareQuerySet(models.QuerySet["FrozenShare"]):
    def visible_to(self, user: User) -> "FrozenShareQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class FrozenShare(models.Model):
    """How many units were listed, registered and recognised when the decision was issued (số liệu chốt).

    One row pooled (`kind` empty) and one for each kind that was listed; never altered after.
    Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4; keeping the figures is the portal's rule.
    """

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.PROTECT, related_name="frozen_shares"
    )
    kind = models.CharField("loại hình", max_length=30, choices=Kind, blank=True)
    listed = models.PositiveIntegerField("số đơn vị thuộc diện")
    registered = models.PositiveIntegerField("đã đăng ký")
    decided = models.PositiveIntegerField("đã có quyết định")
    appraised = models.PositiveIntegerField("kể cả đã thẩm định")
    projected = models.PositiveIntegerField("tạm tính")
    frozen_at = models.DateTimeField("lúc chốt")

    objects = FrozenShareQuerySet.as_manager()

    class Meta:
        verbose_name = "số liệu chốt của tiêu chí 5.4"
        verbose_name_plural = "số liệu chốt của tiêu chí 5.4"
        ordering = ("evaluation", "kind")
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind"], name="frozen_share_once_per_kind"),
            models.CheckConstraint(
                name="frozen_share_kind_known", condition=Q(kind="") | Q(kind__in=GRASSROOTS_KINDS)
            ),
            models.CheckConstraint(
                name="frozen_share_figures_grow",
                condition=Q(
                    registered__lte=F("listed"), decided__lte=F("appraised"),
                    appraised__lte=F("projected"), projected__lte=F("listed"),
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.kind or 'gộp'}: {self.decided}/{self.listed}"
