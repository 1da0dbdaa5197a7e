"""The days an authority sets itself beside the law's: milestones, extensions, and who was reminded."""

from itertools import combinations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from units.models import Kind, Unit

MILESTONE_DAYS = ("meet_by", "submit_by", "appraise_by", "propose_by")
"""The days of a milestone row in the order of the work."""


def _in_order() -> Q:
    """Every two days that are set stand in the order of the work."""
    condition = Q()
    for earlier, later in combinations(MILESTONE_DAYS, 2):
        is_open = Q(**{earlier: None}) | Q(**{later: None})
        condition &= is_open | Q(**{f"{earlier}__lte": F(later)})
    return condition


class MilestonesQuerySet(models.QuerySet["Milestones"]):
    def visible_to(self, user: User) -> "MilestonesQuerySet":
        """Those of authorities this person sees, and of those above whose list holds an own unit."""
        seen = Unit.objects.visible_to(user)
        return self.filter(
            Q(authority__in=seen.values("pk"))
            | Q(authority__rosters__entries__unit__in=seen.values("pk"))
        ).distinct()


class Milestones(models.Model):
    """The days one authority sets for its own units' year, for one kind or all of them (mốc của xã).

    They lie before the law's day so that it can be kept; nothing is refused after them. An empty
    kind stands for every kind of unit below the commune.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="thuộc thẩm quyền của", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    unit_kind = models.CharField("loại hình", max_length=30, choices=Kind, blank=True)
    meet_by = models.DateField("họp đánh giá", null=True, blank=True)
    submit_by = models.DateField("gửi thẩm định", null=True, blank=True)
    appraise_by = models.DateField("thẩm định", null=True, blank=True)
    propose_by = models.DateField("trình ký", null=True, blank=True)
    set_at = models.DateTimeField("lúc đặt")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người đặt",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = MilestonesQuerySet.as_manager()

    class Meta:
        verbose_name = "mốc của cấp thẩm quyền"
        verbose_name_plural = "mốc của cấp thẩm quyền"
        ordering = ("-year", "authority", "unit_kind")
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "unit_kind"],
                name="milestones_once_per_authority_year_kind",
            ),
            models.CheckConstraint(
                name="milestones_unit_kind_known",
                condition=Q(unit_kind="") | Q(unit_kind__in=Kind.values),
            ),
            models.CheckConstraint(
                name="milestones_in_order_of_work",
                condition=_in_order(),
                violation_error_message="Các mốc theo thứ tự: họp, gửi, thẩm định, trình ký.",
            ),
        ]

    def __str__(self) -> str:
        return f"Mốc {self.year} của {self.authority_id}"


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: User) -> "ExtensionQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def standing(self) -> "ExtensionQuerySet":
        """Those not taken back; one whose last day is past stands too, it only moves nothing more."""
        return self.filter(ended_at=None)


class Extension(models.Model):
    """One unit may work on its file until a later day than the others (gia hạn cho đơn vị).

    Moves the portal's own mark "quá hạn" and the reminders, and ends by itself after its last day.
    It never moves the law's day: what is decided after it stays late.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="extensions"
    )
    authority = models.ForeignKey(
        Unit, verbose_name="cấp gia hạn", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    until_on = models.DateField("đến hết ngày")
    reason = models.CharField("lý do", max_length=500)
    granted_at = models.DateTimeField("lúc gia hạn")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gia hạn",
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField("lúc bỏ gia hạn", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người bỏ gia hạn",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    end_reason = models.CharField("lý do bỏ", max_length=500, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "gia hạn"
        verbose_name_plural = "gia hạn"
        ordering = ("-granted_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(ended_at=None),
                name="extension_one_standing_per_unit_and_year",
            ),
            models.CheckConstraint(
                name="extension_says_why", condition=Q(reason__regex=r"\S"),
                violation_error_message="Ghi lý do gia hạn.",
            ),
            models.CheckConstraint(
                name="extension_near_its_year",
                condition=Q(until_on__year=F("year")) | Q(until_on__year=F("year") + 1),
                violation_error_message="Gia hạn trong năm của kỳ hoặc đầu năm sau.",
            ),
            models.CheckConstraint(
                name="extension_ended_iff_by_with_reason",
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__regex=r"\S"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Gia hạn {self.unit_id} đến {self.until_on:%d/%m/%Y}"


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def visible_to(self, user: User) -> "NudgeQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class Nudge(models.Model):
    """The standing body reminded one unit on one day (nhắc đơn vị); at most once a day."""

    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="nudges"
    )
    authority = models.ForeignKey(
        Unit, verbose_name="cấp nhắc", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    on = models.DateField("ngày nhắc")
    nudged_at = models.DateTimeField("lúc nhắc")
    nudged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhắc",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = NudgeQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhắc đơn vị"
        verbose_name_plural = "các lần nhắc đơn vị"
        ordering = ("-nudged_at",)
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "on"], name="nudge_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"Nhắc {self.unit_id} ngày {self.on:%d/%m/%Y}"
