"""Which level appraises and which decides, as dated data."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from units.coverage import Scheme
from units.models import Kind, ManagingLevel, Unit


class Organ(models.TextChoices):
    """The organ that decides (cơ quan quyết định)."""

    PEOPLES_COMMITTEE = "ubnd", "Ủy ban nhân dân"
    CHAIRMAN = "chu_tich", "Chủ tịch Ủy ban nhân dân"
    STEERING_COMMITTEE = "ban_chi_dao", "Ban Chỉ đạo"
    MINISTER = "bo_truong", "Bộ trưởng Bộ Công an"


class AuthorityRuleQuerySet(models.QuerySet["AuthorityRule"]):
    def in_force(
        self, *, scheme: str, kind: str, managing_level: str, day: dt.date, province_id: int | None
    ) -> "AuthorityRuleQuerySet":
        """Rules that hold on that day, the one that applies first: the province's own, then latest start."""
        return (
            self.filter(
                scheme=scheme,
                unit_kind=kind,
                managing_level=managing_level,
                effective_from__lte=day,
            )
            .filter(Q(province=None) | Q(province=province_id))
            .order_by(F("province").asc(nulls_last=True), "-effective_from")
        )


class AuthorityRule(models.Model):
    """From a date, who appraises and who decides for one kind of unit managed at one level (thẩm quyền).

    Exact: the level above sees, it never acts. Only starts are stored.
    Legal: Thông tư 124/2021/TT-BCA Điều 9, Điều 10; Luật 72/2025/QH15.
    """

    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    unit_kind = models.CharField("loại hình", max_length=30, choices=Kind)
    managing_level = models.CharField("cấp quản lý", max_length=20, choices=ManagingLevel)
    province = models.ForeignKey(
        Unit,
        verbose_name="chỉ cho tỉnh",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    effective_from = models.DateField("hiệu lực từ")
    appraising_level = models.CharField("cấp thẩm định", max_length=20, choices=ManagingLevel)
    deciding_level = models.CharField("cấp quyết định", max_length=20, choices=ManagingLevel)
    organ = models.CharField("cơ quan quyết định", max_length=20, choices=Organ)
    procedure = models.CharField("quy trình", max_length=40)
    legal_ref = models.CharField("căn cứ", max_length=300)
    certainty = models.CharField("mức chắc chắn", max_length=120, blank=True)

    objects = AuthorityRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "quy định thẩm quyền"
        verbose_name_plural = "quy định thẩm quyền"
        ordering = ("scheme", "unit_kind", "managing_level", "-effective_from")
        constraints = [
            models.CheckConstraint(
                name="authority_rule_scheme_known", condition=Q(scheme__in=Scheme.values)
            ),
            models.CheckConstraint(
                name="authority_rule_unit_kind_known", condition=Q(unit_kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="authority_rule_managing_level_known",
                condition=Q(managing_level__in=ManagingLevel.values),
            ),
            models.CheckConstraint(
                name="authority_rule_appraising_level_known",
                condition=Q(appraising_level__in=ManagingLevel.values),
            ),
            models.CheckConstraint(
                name="authority_rule_deciding_level_known",
                condition=Q(deciding_level__in=ManagingLevel.values),
            ),
            models.CheckConstraint(
                name="authority_rule_organ_known", condition=Q(organ__in=Organ.values)
            ),
            models.UniqueConstraint(
                fields=["scheme", "unit_kind", "managing_level", "province", "effective_from"],
                name="authority_rule_one_per_start",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_kind_display()} ({self.get_managing_level_display()})"
