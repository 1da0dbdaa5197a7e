"""Long tasks that people asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> "JobQuerySet":
        """The jobs this person asked for."""
        return self.filter(requested_by=user)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))


class Job(models.Model):
    """One long task a person asked for (việc đang chạy): outbox row, lease, progress and result.

    The row is written in the transaction of its cause, so a task is never asked for without its
    cause or lost with the broker. Who holds `lease_token` until `leased_until` may finish it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Đang chờ"
        RUNNING = "running", "Đang chạy"
        DONE = "done", "Đã xong"
        FAILED = "failed", "Không xong"
        CANCELLED = "cancelled", "Đã hủy"

    task = models.CharField("tên việc", max_length=80)
    title = models.CharField("nội dung", max_length=200)
    arguments = models.JSONField("tham số", default=dict)
    deduplication_key = models.CharField("khóa chống trùng", max_length=120, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người yêu cầu",
        null=True,
        on_delete=models.PROTECT,
        related_name="jobs",
    )
    requested_at = models.DateTimeField("lúc yêu cầu", auto_now_add=True)
    province_id = models.BigIntegerField("tỉnh", default=0)
    state = models.CharField(
        "trạng thái", max_length=10, choices=State, default=State.QUEUED, editable=False
    )
    attempts = models.PositiveSmallIntegerField("số lần chạy", default=0)
    lease_token = models.UUIDField("phiếu giữ việc", null=True)
    leased_until = models.DateTimeField("giữ đến", null=True)
    dispatched_at = models.DateTimeField("lúc giao cho hàng đợi", null=True)
    started_at = models.DateTimeField("lúc bắt đầu", null=True)
    finished_at = models.DateTimeField("lúc kết thúc", null=True)
    progress_done = models.PositiveIntegerField("đã làm", default=0)
    progress_total = models.PositiveIntegerField("tổng số", default=0)
    progress_text = models.CharField("đang làm gì", max_length=200, blank=True)
    cancel_requested_at = models.DateTimeField("lúc yêu cầu hủy", null=True)
    error = models.CharField("lý do không xong", max_length=500, blank=True)
    result_file = models.FileField("tệp kết quả", upload_to="jobs/%Y/%m/", blank=True)
    result_name = models.CharField("tên tệp", max_length=200, blank=True)
    result_url = models.CharField("xem kết quả tại", max_length=200, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "việc đang chạy"
        verbose_name_plural = "việc đang chạy"
        ordering = ("-requested_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="job_running_iff_leased",
                condition=Q(state="running", lease_token__isnull=False, leased_until__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True, leased_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_finished_iff_ended",
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_failed_says_why", condition=~Q(state="failed") | ~Q(error="")
            ),
            models.UniqueConstraint(
                fields=["deduplication_key"],
                condition=~Q(deduplication_key="") & Q(state__in=["queued", "running"]),
                name="job_once_while_unfinished",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "leased_until"], name="job_state_lease"),
            models.Index(fields=["requested_by", "-requested_at"], name="job_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def percent_done(self) -> int:
        """Whole percent, 0 to 100, cut; 0 while the total is unknown."""
        return self.progress_done * 100 // self.progress_total if self.progress_total else 0

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)
