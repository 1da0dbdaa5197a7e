"""The yearly season of one scheme for one kind of unit in one province."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from accounts.models import User
from criteria.models import CriteriaSet
from units.coverage import Scheme
from units.models import Kind, Unit


class SeasonQuerySet(models.QuerySet["Season"]):
    def visible_to(self, user: User) -> "SeasonQuerySet":
        """Seasons of the provinces in which this person sees anything."""
        if user.is_superuser:
            return self
        seen = Unit.objects.visible_to(user).order_by()
        return self.filter(
            Q(province__in=seen.values("province")) | Q(province__in=seen.values("pk"))
        )

    def of_year(self, year: int) -> "SeasonQuerySet":
        return self.filter(year=year)


class Season(models.Model):
    """One scheme's year for one kind of unit in one province (kỳ đánh giá).

    All dates are data; `decide_before` is exclusive, as the law says "trước ngày". Late is
    marked, only a locked season refuses. Pins the criteria set.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 10, Điều 11.
    """

    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    year = models.PositiveSmallIntegerField("năm")
    unit_kind = models.CharField("loại hình", max_length=30, choices=Kind)
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="seasons"
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ tiêu chí", on_delete=models.PROTECT, related_name="seasons"
    )
    window_from = models.DateField("kỳ tính từ ngày")
    window_to = models.DateField("đến hết ngày")
    register_by = models.DateField("đăng ký chậm nhất ngày", null=True, blank=True)
    submit_by = models.DateField("gửi hồ sơ chậm nhất ngày", null=True, blank=True)
    decide_before = models.DateField("quyết định trước ngày")
    opened_at = models.DateTimeField("lúc mở kỳ")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người mở kỳ",
        on_delete=models.PROTECT,
        related_name="+",
    )
    locked_at = models.DateTimeField("lúc khóa sổ", null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người khóa sổ",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = "kỳ đánh giá"
        verbose_name_plural = "kỳ đánh giá"
        ordering = ("-year", "unit_kind", "-scheme")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "year", "unit_kind", "province"],
                name="season_once_per_kind_and_year",
            ),
            models.CheckConstraint(
                name="season_scheme_known", condition=Q(scheme__in=Scheme.values)
            ),
            models.CheckConstraint(
                name="season_unit_kind_known", condition=Q(unit_kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="season_window_in_order",
                condition=Q(window_from__lt=F("window_to")),
                violation_error_message="Ngày cuối của kỳ phải sau ngày đầu.",
            ),
            models.CheckConstraint(
                name="season_decided_after_window",
                condition=Q(decide_before__gt=F("window_to")),
                violation_error_message="Hạn quyết định phải sau ngày cuối của kỳ.",
            ),
            models.CheckConstraint(
                name="season_locked_at_iff_by",
                condition=Q(locked_at=None, locked_by=None)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="season_recognition_has_register_by",
                condition=Q(scheme=Scheme.CLASSIFICATION) | Q(register_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.year}, {self.get_unit_kind_display().lower()}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def last_day_to_decide(self) -> dt.date:
        """The last allowed day: the law says "trước ngày", so the day before it."""
        return self.decide_before - dt.timedelta(days=1)

    @property
    def is_past_due(self) -> bool:
        return localdate() >= self.decide_before
