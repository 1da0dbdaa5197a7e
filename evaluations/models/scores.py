"""What the engine made of a file, line by line, so that it can be shown and recomputed years later."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from criteria.models import CriteriaSet
from units.models import Unit

from .evaluations import Evaluation


class Stage(models.TextChoices):
    """Whose answers were scored (bước)."""

    SELF = "self", "Tự đánh giá"
    APPRAISED = "appraised", "Thẩm định"


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User) -> "ScoreQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class Score(models.Model):
    """The engine's result for one evaluation at one stage (kết quả tính), with the set it used."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.PROTECT, related_name="results"
    )
    stage = models.CharField("bước", max_length=10, choices=Stage)
    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ tiêu chí", on_delete=models.PROTECT, related_name="+"
    )
    total_points = models.DecimalField(
        "tổng điểm", max_digits=6, decimal_places=2, null=True, blank=True
    )
    outcome = models.CharField("kết quả", max_length=20)
    computed_at = models.DateTimeField("lúc tính")

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = "kết quả tính"
        verbose_name_plural = "kết quả tính"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "stage"], name="score_once_per_stage"),
            models.CheckConstraint(name="score_stage_known", condition=Q(stage__in=Stage.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.outcome}"


class ScoreLine(models.Model):
    """One row of a result: the answer it rested on, what it gave, and why in words."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField("mã dòng", max_length=30)
    verdict = models.CharField("kết quả", max_length=10, blank=True)
    points = models.DecimalField("điểm", max_digits=5, decimal_places=2, null=True, blank=True)
    max_points = models.DecimalField(
        "điểm chuẩn", max_digits=5, decimal_places=2, null=True, blank=True
    )
    answer_text = models.CharField("trả lời", max_length=500, blank=True)
    explanation = models.CharField("vì sao", max_length=500, blank=True)

    class Meta:
        verbose_name = "dòng kết quả"
        verbose_name_plural = "dòng kết quả"
        ordering = ("score", "position")
        constraints = [
            models.UniqueConstraint(fields=["score", "code"], name="score_line_once_per_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.verdict or self.points}"


class ScoreRuleHit(models.Model):
    """One named rule that changed the outcome, and the words that explain it."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="rule_hits")
    rule = models.CharField("quy tắc", max_length=60)
    explanation = models.CharField("vì sao", max_length=500)

    class Meta:
        verbose_name = "quy tắc đã áp dụng"
        verbose_name_plural = "quy tắc đã áp dụng"
        ordering = ("score", "pk")

    def __str__(self) -> str:
        return self.rule
