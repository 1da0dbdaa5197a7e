"""What happens in a year after its file was sent, and the word that nothing more did."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from criteria.models import Criterion
from units.models import Unit

from .evaluations import Evaluation

LONGEST_REASON = 500


class Settlement(models.TextChoices):
    """What the appraiser makes of a late event (xử lý)."""

    COUNTED = "counted", "Đã tính vào kết luận thẩm định"
    NO_EFFECT = "no_effect", "Không làm đổi kết luận"


class LateEventQuerySet(models.QuerySet["LateEvent"]):
    def visible_to(self, user: User) -> "LateEventQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))

    def unsettled(self) -> "LateEventQuerySet":
        """Those of which the appraiser has not said what they do to the result."""
        return self.filter(settlement="")


class LateEvent(models.Model):
    """Something within the year's window that happened after the file was sent (phát sinh sau khi gửi).

    Changes no answer by itself: the appraiser says what it does to the result. In numbers, no
    names. Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 7; the window: Điều 8.
    """

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.PROTECT, related_name="late_events"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.PROTECT, related_name="+"
    )
    happened_on = models.DateField("ngày xảy ra")
    count = models.PositiveIntegerField("số lượng")
    exception_claimed = models.CharField("đề nghị xét ngoại lệ", max_length=40, blank=True)
    reason = models.CharField("căn cứ, không nêu tên", max_length=LONGEST_REASON)
    reported_at = models.DateTimeField("lúc ghi")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        on_delete=models.PROTECT,
        related_name="+",
    )
    settlement = models.CharField("xử lý", max_length=10, choices=Settlement, blank=True)
    settlement_note = models.CharField("ý kiến xử lý", max_length=LONGEST_REASON, blank=True)
    settled_at = models.DateTimeField("lúc xử lý", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người xử lý",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = LateEventQuerySet.as_manager()

    class Meta:
        verbose_name = "phát sinh sau khi gửi"
        verbose_name_plural = "phát sinh sau khi gửi"
        ordering = ("happened_on", "pk")
        constraints = [
            models.CheckConstraint(
                name="late_event_counts_something",
                condition=Q(count__gte=1),
                violation_error_message="Số lượng ít nhất là 1.",
            ),
            models.CheckConstraint(
                name="late_event_says_why",
                condition=Q(reason__regex=r"\S"),
                violation_error_message="Ghi căn cứ (báo cáo số, ngày; không nêu tên).",
            ),
            models.CheckConstraint(
                name="late_event_settlement_known",
                condition=Q(settlement="") | Q(settlement__in=Settlement.values),
            ),
            models.CheckConstraint(
                name="late_event_settled_at_iff_by",
                condition=Q(settlement="", settled_at=None, settled_by=None)
                | (
                    ~Q(settlement="")
                    & Q(
                        settled_at__isnull=False,
                        settled_by__isnull=False,
                        settlement_note__regex=r"\S",
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}, {self.happened_on:%d/%m/%Y}"


class QuietStatementQuerySet(models.QuerySet["QuietStatement"]):
    def visible_to(self, user: User) -> "QuietStatementQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class QuietStatement(models.Model):
    """The appraiser's word that nothing more happened to the end of the window (không phát sinh đến hết kỳ).

    Taken back by an event that is written down later. Legal: Thông tư 124/2021/TT-BCA Điều 8.
    """

    evaluation = models.OneToOneField(
        Evaluation,
        verbose_name="hồ sơ",
        on_delete=models.PROTECT,
        related_name="quiet_statement",
    )
    up_to = models.DateField("đến hết ngày")
    stated_at = models.DateTimeField("lúc xác nhận")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người xác nhận",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = QuietStatementQuerySet.as_manager()

    class Meta:
        verbose_name = "xác nhận không phát sinh"
        verbose_name_plural = "xác nhận không phát sinh"

    def __str__(self) -> str:
        return f"{self.evaluation_id}: không phát sinh đến {self.up_to:%d/%m/%Y}"
