"""What a unit answers to each criterion, what the appraiser makes of it, and every change."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from criteria.models import Criterion
from units.models import Unit

from .evaluations import Evaluation


class Verdict(models.TextChoices):
    """What one requirement comes to (kết quả từng tiêu chí)."""

    MET = "met", "Đạt"
    NOT_MET = "not_met", "Chưa đạt"
    NOT_APPLICABLE = "na", "Không áp dụng"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> "AnswerQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))

    def concluded(self) -> "AnswerQuerySet":
        """Rows on which the appraiser has said anything."""
        return self.exclude(
            appraised_verdict="", appraised_points=None, exception_accepted=None, appraisal_note=""
        )


class Answer(models.Model):
    """One unit's answer to one criterion, with the appraiser's conclusion beside it (trả lời).

    Which of the value columns are filled follows from the criterion's answer type; `max_points`
    is copied from the criterion so that history cannot be changed from afar.
    """

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.PROTECT, related_name="answers"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField("tự đánh giá", max_length=10, choices=Verdict, blank=True)
    numerator = models.PositiveIntegerField("tử số", null=True, blank=True)
    denominator = models.PositiveIntegerField("mẫu số", null=True, blank=True)
    count = models.PositiveIntegerField("số lượng", null=True, blank=True)
    parts_met = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="các mục đã đủ", null=True, blank=True
    )
    counts = ArrayField(
        models.PositiveIntegerField(), verbose_name="số vụ việc năm nay", null=True, blank=True
    )
    previous_counts = ArrayField(
        models.PositiveIntegerField(), verbose_name="số năm trước", null=True, blank=True
    )
    exception_claimed = models.CharField("đề nghị xét ngoại lệ", max_length=40, blank=True)
    points = models.DecimalField(
        "điểm tự chấm", max_digits=5, decimal_places=2, null=True, blank=True
    )
    max_points = models.DecimalField(
        "điểm chuẩn", max_digits=5, decimal_places=2, null=True, blank=True
    )
    note = models.TextField("giải trình, căn cứ", blank=True)
    is_proposal = models.BooleanField("là đề xuất, chưa xác nhận", default=False)
    proposed_from = models.CharField("nguồn đề xuất", max_length=300, blank=True)
    appraised_verdict = models.CharField("thẩm định", max_length=10, choices=Verdict, blank=True)
    appraised_points = models.DecimalField(
        "điểm thẩm định", max_digits=5, decimal_places=2, null=True, blank=True
    )
    exception_accepted = models.BooleanField("chấp nhận ngoại lệ", null=True, blank=True)
    appraisal_note = models.TextField("ý kiến thẩm định", blank=True)
    version = models.PositiveIntegerField("lần sửa", default=1)
    answered_at = models.DateTimeField("lúc trả lời")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người trả lời",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "trả lời"
        verbose_name_plural = "trả lời"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"], name="answer_once_per_criterion"
            ),
            models.CheckConstraint(
                name="answer_verdict_known", condition=Q(verdict="") | Q(verdict__in=Verdict.values)
            ),
            models.CheckConstraint(
                name="answer_appraised_verdict_known",
                condition=Q(appraised_verdict="") | Q(appraised_verdict__in=Verdict.values),
            ),
            models.CheckConstraint(
                name="answer_numerator_within_denominator",
                condition=Q(numerator=None, denominator=None)
                | Q(
                    numerator__isnull=False,
                    denominator__isnull=False,
                    numerator__lte=F("denominator"),
                ),
                violation_error_message="Tử số không được lớn hơn mẫu số.",
            ),
            models.CheckConstraint(
                name="answer_points_within_max",
                condition=Q(points=None) | Q(points__gte=0, points__lte=F("max_points")),
                violation_error_message="Điểm phải từ 0 đến điểm chuẩn.",
            ),
            models.CheckConstraint(
                name="answer_appraised_points_within_max",
                condition=Q(appraised_points=None)
                | Q(appraised_points__gte=0, appraised_points__lte=F("max_points")),
                violation_error_message="Điểm thẩm định phải từ 0 đến điểm chuẩn.",
            ),
            models.CheckConstraint(
                name="answer_exception_claim_explained",
                condition=Q(exception_claimed="") | Q(note__regex=r"\S"),
                violation_error_message="Đề nghị xét ngoại lệ thì phải giải trình.",
            ),
            models.CheckConstraint(
                name="answer_exception_accepted_only_if_claimed",
                condition=~Q(exception_claimed="") | ~Q(exception_accepted=True),
            ),
            models.CheckConstraint(
                name="answer_proposal_names_source",
                condition=Q(is_proposal=False) | ~Q(proposed_from=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.verdict or self.points}"


class ChangeKind(models.TextChoices):
    """What sort of change of an answer it was."""

    ENTERED = "entered", "Nhập"
    PROPOSED = "proposed", "Cổng đề xuất"
    APPRAISED = "appraised", "Thẩm định"
    MENDED = "mended", "Sửa lỗi nhập"


class AnswerChangeQuerySet(models.QuerySet["AnswerChange"]):
    def visible_to(self, user: User) -> "AnswerChangeQuerySet":
        return self.filter(answer__evaluation__unit__in=Unit.objects.visible_to(user))


class AnswerChange(models.Model):
    """One change of one answer: values before and after, who, when, why. Append-only by trigger."""

    answer = models.ForeignKey(
        Answer, verbose_name="trả lời", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField("loại thay đổi", max_length=10, choices=ChangeKind)
    version = models.PositiveIntegerField("lần sửa")
    before = models.JSONField("trước", default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField("sau", default=dict, encoder=DjangoJSONEncoder)
    reason = models.CharField("lý do", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người sửa",
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("thời điểm")
    click_key = models.UUIDField("lần bấm", null=True, blank=True)

    objects = AnswerChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "thay đổi của trả lời"
        verbose_name_plural = "thay đổi của trả lời"
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "version"], name="answer_change_once_per_version"
            ),
            models.UniqueConstraint(
                fields=["answer", "click_key"],
                condition=Q(click_key__isnull=False),
                name="answer_change_once_per_click",
            ),
            models.CheckConstraint(
                name="answer_change_kind_known", condition=Q(kind__in=ChangeKind.values)
            ),
            models.CheckConstraint(
                name="answer_change_mending_says_why",
                condition=~Q(kind=ChangeKind.MENDED) | Q(reason__regex=r"\S"),
                violation_error_message="Sửa lỗi nhập thì phải ghi lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} lần {self.version}"
