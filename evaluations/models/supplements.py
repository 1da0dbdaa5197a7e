"""What the appraiser asks a unit to complete: the whole file, or single criteria of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from criteria.models import Criterion
from units.models import Unit

from .evaluations import Evaluation


class SupplementRequestQuerySet(models.QuerySet["SupplementRequest"]):
    def visible_to(self, user: User) -> "SupplementRequestQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))

    def open(self) -> "SupplementRequestQuerySet":
        """Those the unit has not answered by sending the file again."""
        return self.filter(closed_at=None)


class SupplementRequest(models.Model):
    """One return of one evaluation (yêu cầu bổ sung); the next submission closes it.

    A partial one opens the rows listed with it and no other; a whole one opens every row.
    `due_on` marks, it never refuses. Legal: Thông tư 124/2021/TT-BCA Điều 9.
    """

    evaluation = models.ForeignKey(
        Evaluation,
        verbose_name="hồ sơ",
        on_delete=models.PROTECT,
        related_name="supplement_requests",
    )
    is_partial = models.BooleanField("chỉ mở lại một số tiêu chí", default=False)
    note = models.TextField("lý do chung", blank=True)
    due_on = models.DateField("hạn bổ sung", null=True, blank=True)
    asked_at = models.DateTimeField("lúc trả lại")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người trả lại",
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField("lúc gửi lại", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gửi lại",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SupplementRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu bổ sung"
        verbose_name_plural = "yêu cầu bổ sung"
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"],
                condition=Q(closed_at=None),
                name="supplement_request_one_open",
            ),
            models.CheckConstraint(
                name="supplement_request_closed_at_iff_by",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_request_whole_says_why",
                condition=Q(is_partial=True) | Q(note__regex=r"\S"),
                violation_error_message="Ghi lý do trả lại để đơn vị biết cần bổ sung gì.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation}: yêu cầu bổ sung"


class ReopenedRowQuerySet(models.QuerySet["ReopenedRow"]):
    def visible_to(self, user: User) -> "ReopenedRowQuerySet":
        return self.filter(request__evaluation__unit__in=Unit.objects.visible_to(user))


class ReopenedRow(models.Model):
    """One criterion opened again by a partial return, with the reason (tiêu chí trả lại bổ sung).

    `answer_version` is the answer as the appraiser saw it: what came later is what the unit changed.
    """

    request = models.ForeignKey(
        SupplementRequest,
        verbose_name="yêu cầu bổ sung",
        on_delete=models.CASCADE,
        related_name="rows",
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("lý do", max_length=500)
    is_following = models.BooleanField("mở theo dòng khác", default=False)
    answer_version = models.PositiveIntegerField("lần sửa lúc trả lại", default=0)

    objects = ReopenedRowQuerySet.as_manager()

    class Meta:
        verbose_name = "tiêu chí trả lại"
        verbose_name_plural = "tiêu chí trả lại"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["request", "criterion"], name="reopened_row_once_per_request"
            ),
            models.CheckConstraint(
                name="reopened_row_says_why",
                condition=Q(reason__regex=r"\S"),
                violation_error_message="Ghi lý do trả lại từng dòng.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.reason}"
