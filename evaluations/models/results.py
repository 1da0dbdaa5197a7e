"""Outcomes that no file of the portal produced: decided elsewhere, or on paper in earlier years."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from units.coverage import Scheme
from units.models import Unit, UnitVersion


class ResultSource(models.TextChoices):
    """Where a recorded outcome comes from (nguồn kết quả)."""

    EXTERNAL = "external", "Kết quả do cấp khác quyết định"
    PAPER = "paper", "Nhập từ hồ sơ giấy"


class RecordedResultQuerySet(models.QuerySet["RecordedResult"]):
    def visible_to(self, user: User) -> "RecordedResultQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class RecordedResult(models.Model):
    """The outcome of one unit under one scheme in one year, taken from a decision on paper (kết quả ghi nhận).

    No workflow stands behind it, and a unit has either this or an evaluation that was decided. An
    external one never counts in the percentages of a commune. Legal: Thông tư 124/2021/TT-BCA
    Điều 10 khoản 4 (the Minister's decisions), Điều 5 khoản 4; the import of earlier years is the
    portal's own.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="recorded_results"
    )
    unit_version = models.ForeignKey(
        UnitVersion, verbose_name="phiên bản", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    deciding_unit = models.ForeignKey(
        Unit, verbose_name="cấp quyết định", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    source = models.CharField("nguồn", max_length=20, choices=ResultSource)
    outcome = models.CharField("kết quả", max_length=20)
    decision_number = models.CharField("số quyết định", max_length=60)
    decided_on = models.DateField("ngày quyết định")
    organ = models.CharField("cơ quan quyết định", max_length=200)
    entered_at = models.DateTimeField("lúc nhập")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhập",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = RecordedResultQuerySet.as_manager()

    class Meta:
        verbose_name = "kết quả ghi nhận"
        verbose_name_plural = "kết quả ghi nhận"
        ordering = ("-year", "-scheme")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "scheme"], name="recorded_result_once_per_year"
            ),
            models.CheckConstraint(
                name="recorded_result_scheme_known", condition=Q(scheme__in=Scheme.values)
            ),
            models.CheckConstraint(
                name="recorded_result_source_known", condition=Q(source__in=ResultSource.values)
            ),
            models.CheckConstraint(
                name="recorded_result_outcome_known",
                condition=Q(scheme=Scheme.RECOGNITION, outcome__in=["met", "not_met"])
                | Q(
                    scheme=Scheme.CLASSIFICATION,
                    outcome__in=["xuat_sac", "kha", "trung_binh", "yeu"],
                ),
            ),
            models.CheckConstraint(
                name="recorded_result_names_its_decision",
                condition=Q(decision_number__regex=r"\S") & Q(organ__regex=r"\S"),
            ),
        ]
        indexes = [models.Index(fields=["province", "year"], name="recorded_result_province_year")]

    def __str__(self) -> str:
        return f"{self.unit_version}, {self.year}: {self.outcome}"
