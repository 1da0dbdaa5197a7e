"""The mail that reminds one person on one day, kept so that it leaves once."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from units.models import Assignment, Unit


class DigestStatus(models.TextChoices):
    """How far one day's mail to one person is (tình trạng thư)."""

    WAITING = "waiting", "Chờ gửi"
    SENDING = "sending", "Đang gửi"
    SENT = "sent", "Đã gửi"
    UNCLEAR = "unclear", "Không rõ đã gửi hay chưa"
    GIVEN_UP = "given_up", "Không gửi được trong ngày"


class ReminderDigestQuerySet(models.QuerySet["ReminderDigest"]):
    def visible_to(self, user: User) -> "ReminderDigestQuerySet":
        """One's own, and those to people who hold a role on a unit this person sees."""
        seen = Unit.objects.visible_to(user).values("pk")
        receivers = Assignment.objects.current().filter(unit__in=seen).values("user")
        return self.filter(Q(user=user) | Q(user__in=receivers))


class ReminderDigest(models.Model):
    """All that waits for one person on one day, as one mail (thư nhắc việc).

    The row comes before the mail and is unique, so that two clocks make one mail. A row that a
    dead worker left in "sending" becomes "unclear" and is never sent again: no second mail.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhận",
        on_delete=models.PROTECT,
        related_name="reminder_digests",
    )
    day = models.DateField("ngày")
    address = models.EmailField("gửi đến")
    subject = models.CharField("tiêu đề", max_length=200)
    text = models.TextField("nội dung")
    html = models.TextField("nội dung HTML")
    item_count = models.PositiveIntegerField("số việc")
    status = models.CharField(
        "tình trạng", max_length=10, choices=DigestStatus, default=DigestStatus.WAITING,
        editable=False,
    )  # fmt: skip
    composed_at = models.DateTimeField("lúc soạn")
    claimed_at = models.DateTimeField("lúc bắt đầu gửi", null=True, blank=True)
    sent_at = models.DateTimeField("lúc gửi xong", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    error = models.CharField("lỗi gần nhất", max_length=300, blank=True)

    objects = ReminderDigestQuerySet.as_manager()

    class Meta:
        verbose_name = "thư nhắc việc"
        verbose_name_plural = "thư nhắc việc"
        ordering = ("-day", "user")
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="reminder_digest_one_per_day"),
            models.CheckConstraint(
                name="reminder_digest_status_known", condition=Q(status__in=DigestStatus.values)
            ),
            models.CheckConstraint(
                name="reminder_digest_sent_iff_dated",
                condition=Q(status=DigestStatus.SENT, sent_at__isnull=False)
                | (~Q(status=DigestStatus.SENT) & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="reminder_digest_begun_is_claimed",
                condition=Q(status__in=(DigestStatus.WAITING, DigestStatus.GIVEN_UP))
                | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reminder_digest_says_something", condition=Q(item_count__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["status", "day"], name="reminder_digest_status_day")]

    def __str__(self) -> str:
        return f"{self.user} · {self.day:%d/%m/%Y}"
