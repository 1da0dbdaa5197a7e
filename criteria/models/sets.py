"""The law as rows: criteria sets, their outcomes, named rules and grounds of exception."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from units.coverage import Scheme
from units.models import Kind, Unit

MONTH_DAY = r"^((0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$"


class Provenance(models.TextChoices):
    """How far a set may be relied on (nguồn của bộ tiêu chí)."""

    OFFICIAL = "official", "Đã đối chiếu văn bản gốc"
    PROVINCIAL = "provincial", "Theo quy định của tỉnh"
    DIGEST = "digest", "Tiêu chí do cổng tóm lược, cần đối chiếu văn bản gốc"
    PROVISIONAL = "provisional", "Bộ tiêu chí tạm thời, cần đối chiếu văn bản gốc"


class NotApplicableRule(models.TextChoices):
    """What a points row counts when there is nothing to judge (cách tính "không có đối tượng")."""

    FULL_POINTS = "full_points", "Tính đủ điểm"
    RESCALE = "rescale", "Quy đổi theo các dòng còn lại"
    ZERO = "zero", "Không tính điểm"


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def in_force(
        self, *, scheme: str, kind: str, day: dt.date, province_id: int | None
    ) -> "CriteriaSetQuerySet":
        """Published sets for that kind on that day, the one that holds first: own before ministry, latest start."""
        return (
            self.filter(scheme=scheme, unit_kinds__contains=[kind], published_at__isnull=False)
            .filter(effective_from__lte=day)
            .filter(Q(province=None) | Q(province=province_id))
            .order_by(F("province").asc(nulls_last=True), "-effective_from")
        )

    def visible_to(self, user: User) -> "CriteriaSetQuerySet":
        """The law is open to everyone signed in."""
        return self


class CriteriaSet(models.Model):
    """The criteria of one scheme for one kind of unit from a date (bộ tiêu chí).

    Frozen by trigger once published: a correction is a new set. The dates are month and day
    ("11-01"), what a season of that kind is offered when it is opened.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 8; Quyết định 510/QĐ-BCA-V05 Điều 5 đến Điều 9.
    """

    code = models.SlugField("mã bộ", max_length=80)
    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    unit_kinds = ArrayField(models.CharField(max_length=30), verbose_name="loại hình")
    province = models.ForeignKey(
        Unit,
        verbose_name="tỉnh ban hành",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    based_on = models.ForeignKey(
        "self",
        verbose_name="lập theo bộ",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="copies",
    )
    title = models.CharField("tên", max_length=200)
    regulation_number = models.CharField("số văn bản", max_length=60)
    regulation_issued_on = models.DateField("ngày ban hành văn bản")
    legal_ref = models.CharField("điều khoản", max_length=200, blank=True)
    effective_from = models.DateField("hiệu lực từ")
    last_season = models.PositiveSmallIntegerField("dùng đến năm", null=True, blank=True)
    provenance = models.CharField("nguồn", max_length=20, choices=Provenance)
    provenance_note = models.CharField("ghi chú về nguồn", max_length=300, blank=True)
    declared_total = models.DecimalField(
        "tổng điểm", max_digits=6, decimal_places=2, null=True, blank=True
    )
    bonus_cap = models.DecimalField("điểm cộng tối đa", max_digits=5, decimal_places=2, default=0)
    na_rule = models.CharField(
        "cách tính khi không có đối tượng",
        max_length=20,
        choices=NotApplicableRule,
        default=NotApplicableRule.FULL_POINTS,
    )
    window_from = models.CharField("kỳ từ (tháng-ngày)", max_length=5, blank=True)
    window_to = models.CharField("kỳ đến hết (tháng-ngày)", max_length=5, blank=True)
    register_by = models.CharField("đăng ký chậm nhất (tháng-ngày)", max_length=5, blank=True)
    decide_before = models.CharField("quyết định trước (tháng-ngày)", max_length=5, blank=True)
    source_sha256 = models.CharField("dấu vân tệp nguồn", max_length=64)
    published_at = models.DateTimeField("lúc công bố", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người công bố",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CriteriaSetQuerySet.as_manager()

    class Meta:
        verbose_name = "bộ tiêu chí"
        verbose_name_plural = "bộ tiêu chí"
        ordering = ("scheme", "code", "-effective_from")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "effective_from"], name="criteria_set_one_per_start"
            ),
            models.CheckConstraint(
                name="criteria_set_scheme_known", condition=Q(scheme__in=Scheme.values)
            ),
            models.CheckConstraint(
                name="criteria_set_provenance_known", condition=Q(provenance__in=Provenance.values)
            ),
            models.CheckConstraint(
                name="criteria_set_na_rule_known", condition=Q(na_rule__in=NotApplicableRule.values)
            ),
            models.CheckConstraint(
                name="criteria_set_unit_kinds_known",
                condition=Q(unit_kinds__contained_by=Kind.values),
            ),
            models.CheckConstraint(
                name="criteria_set_dates_are_month_and_day",
                condition=Q(window_from__regex=MONTH_DAY)
                & Q(window_to__regex=MONTH_DAY)
                & Q(register_by__regex=MONTH_DAY)
                & Q(decide_before__regex=MONTH_DAY),
            ),
            models.CheckConstraint(
                name="criteria_set_total_iff_points",
                condition=Q(scheme=Scheme.CLASSIFICATION, declared_total__gt=0)
                | Q(scheme=Scheme.RECOGNITION, declared_total=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.regulation_number})"

    @property
    def is_provisional(self) -> bool:
        return self.provenance == Provenance.PROVISIONAL

    @property
    def notice(self) -> str:
        """What every page and paper resting on this set must say; empty when it is checked."""
        return (
            self.get_provenance_display()
            if self.provenance in (Provenance.DIGEST, Provenance.PROVISIONAL)
            else ""
        )


class Band(models.Model):
    """One outcome of a set (mức): met or not met, or one of the four classes from its least points on."""

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ", on_delete=models.CASCADE, related_name="bands"
    )
    code = models.CharField("mã", max_length=20)
    label = models.CharField("tên", max_length=40)
    position = models.PositiveSmallIntegerField("thứ tự, tốt nhất trước")
    min_points = models.DecimalField(
        "từ điểm", max_digits=6, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = "mức kết quả"
        verbose_name_plural = "mức kết quả"
        ordering = ("criteria_set", "position")
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="band_code_once_per_set"),
            models.UniqueConstraint(
                fields=["criteria_set", "position"], name="band_position_once_per_set"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SetRule(models.Model):
    """One extra rule a set switches on by name (quy tắc bổ sung); the code of it stands in scoring."""

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ", on_delete=models.CASCADE, related_name="rules"
    )
    code = models.CharField("mã quy tắc", max_length=60)
    value = models.CharField("giá trị", max_length=60, blank=True)

    class Meta:
        verbose_name = "quy tắc bổ sung"
        verbose_name_plural = "quy tắc bổ sung"
        ordering = ("criteria_set", "code")
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "code"], name="set_rule_once_per_set"),
        ]

    def __str__(self) -> str:
        return self.code


class ExceptionGround(models.Model):
    """One ground on which an incident may be excused, in the words of the set (căn cứ xét ngoại lệ)."""

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ", on_delete=models.CASCADE, related_name="exception_grounds"
    )
    code = models.CharField("mã", max_length=40)
    label = models.CharField("nội dung", max_length=300)

    class Meta:
        verbose_name = "căn cứ ngoại lệ"
        verbose_name_plural = "căn cứ ngoại lệ"
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "code"], name="exception_ground_once_per_set"
            ),
        ]

    def __str__(self) -> str:
        return self.label
