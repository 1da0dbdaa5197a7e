"""The law as rows: criteria sets, their criteria, levels, bands and named rules."""

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
    DIGEST = "digest", "Cổng diễn đạt lại, chưa đối chiếu Công báo"
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


class CriterionKind(models.TextChoices):
    """What a row of a set does (loại dòng)."""

    GROUP = "group", "Nhóm"
    REQUIREMENT = "requirement", "Tiêu chí"
    POINTS = "points", "Chấm điểm"
    BONUS = "bonus", "Điểm cộng"
    PENALTY = "penalty", "Điểm trừ"
    VETO = "veto", "Điểm liệt"


class AnswerType(models.TextChoices):
    """What is entered in a row (kiểu trả lời)."""

    NONE = "none", "Không trả lời"
    YES_NO = "yes_no", "Đạt / chưa đạt"
    PERCENTAGE = "percentage", "Tử số và mẫu số"
    COUNT = "count", "Số lượng"
    CHECKLIST = "checklist", "Đủ các mục"
    INCIDENTS = "incidents", "Số vụ việc"
    COMPARISON = "comparison", "So với năm trước"
    LEVELS = "levels", "Mức điểm"


class Criterion(models.Model):
    """One row of a criteria set: a group, a requirement, or a row that gives or takes points (tiêu chí)."""

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ", on_delete=models.CASCADE, related_name="criteria"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name="nhóm",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rows",
    )
    code = models.CharField("mã dòng", max_length=30)
    position = models.PositiveSmallIntegerField("thứ tự")
    kind = models.CharField("loại dòng", max_length=20, choices=CriterionKind)
    answer_type = models.CharField("kiểu trả lời", max_length=20, choices=AnswerType)
    text = models.TextField("nội dung")
    legal_ref = models.CharField("điều khoản", max_length=200, blank=True)
    origin = models.CharField("gốc của dòng", max_length=20, blank=True)
    is_enabled = models.BooleanField("có dùng", default=True)
    is_sensitive = models.BooleanField("nhạy cảm", default=False)
    max_points = models.DecimalField(
        "điểm chuẩn", max_digits=5, decimal_places=2, null=True, blank=True
    )
    threshold_percent = models.PositiveSmallIntegerField("ngưỡng phần trăm", null=True, blank=True)
    minimum = models.PositiveSmallIntegerField("ít nhất", null=True, blank=True)
    numerator_label = models.CharField("tên tử số", max_length=200, blank=True)
    denominator_label = models.CharField("tên mẫu số", max_length=200, blank=True)
    counters = ArrayField(
        models.CharField(max_length=200), verbose_name="các số phải đếm", default=list, blank=True
    )
    parts = ArrayField(
        models.CharField(max_length=200), verbose_name="các mục phải đủ", default=list, blank=True
    )
    na_condition = models.CharField("khi nào không áp dụng", max_length=300, blank=True)
    exceptions = ArrayField(
        models.CharField(max_length=40), verbose_name="ngoại lệ", default=list, blank=True
    )
    fields = ArrayField(
        models.CharField(max_length=120), verbose_name="cần ghi thêm", default=list, blank=True
    )
    evidence = ArrayField(
        models.CharField(max_length=300), verbose_name="minh chứng", default=list, blank=True
    )
    prefill = models.CharField("nguồn đề xuất", max_length=200, blank=True)
    proposal_rule = models.CharField("cách đề xuất", max_length=40, blank=True)
    proposal_sources = ArrayField(
        models.CharField(max_length=30), verbose_name="đề xuất theo dòng", default=list, blank=True
    )
    proposal_steps = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name="ngưỡng của từng nấc",
        default=list,
        blank=True,
    )
    local_note = models.TextField("điểm văn bản không nói rõ", blank=True)

    class Meta:
        verbose_name = "tiêu chí"
        verbose_name_plural = "tiêu chí"
        ordering = ("criteria_set", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "code"], name="criterion_code_once_per_set"
            ),
            models.UniqueConstraint(
                fields=["criteria_set", "position"], name="criterion_position_once_per_set"
            ),
            models.CheckConstraint(
                name="criterion_kind_known", condition=Q(kind__in=CriterionKind.values)
            ),
            models.CheckConstraint(
                name="criterion_answer_type_known", condition=Q(answer_type__in=AnswerType.values)
            ),
            models.CheckConstraint(
                name="criterion_points_iff_scored",
                condition=Q(kind__in=["points", "bonus", "penalty"], max_points__gt=0)
                | (~Q(kind__in=["points", "bonus", "penalty"]) & Q(max_points=None)),
            ),
            models.CheckConstraint(
                name="criterion_percentage_has_threshold",
                condition=~Q(answer_type="percentage") | Q(threshold_percent__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="criterion_count_has_minimum",
                condition=~Q(answer_type="count") | Q(minimum__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"


class Level(models.Model):
    """One step of points of a row, with the words that say when it applies (nấc điểm)."""

    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.CASCADE, related_name="levels"
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    points = models.DecimalField("điểm", max_digits=5, decimal_places=2)
    when = models.CharField("khi", max_length=200)

    class Meta:
        verbose_name = "nấc điểm"
        verbose_name_plural = "nấc điểm"
        ordering = ("criterion", "position")
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="level_position_once"),
            models.UniqueConstraint(fields=["criterion", "points"], name="level_points_once"),
            models.CheckConstraint(name="level_points_not_negative", condition=Q(points__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.points}: {self.when}"


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
