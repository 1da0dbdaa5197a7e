"""The rows of a criteria set and their levels of points."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .sets import CriteriaSet


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
