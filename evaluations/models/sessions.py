"""One meeting or round of opinions in which a standing body appraises many units."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from units.models import Unit


class SessionForm(models.TextChoices):
    """How the committee gave its opinion (hình thức)."""

    MEETING = "meeting", "Họp"
    WRITTEN = "written", "Lấy ý kiến bằng văn bản"


class AppraisalSessionQuerySet(models.QuerySet["AppraisalSession"]):
    def visible_to(self, user: User) -> "AppraisalSessionQuerySet":
        return self.filter(authority__in=Unit.objects.visible_to(user))


class AppraisalSession(models.Model):
    """One meeting, or round of written opinions, over many units (phiên thẩm định).

    The chairman may chair it and still decide: the appraiser of record is the standing body.
    Legal: Thông tư 124/2021/TT-BCA Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 11.
    """

    authority = models.ForeignKey(
        Unit,
        verbose_name="cấp thẩm định",
        on_delete=models.PROTECT,
        related_name="appraisal_sessions",
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    form = models.CharField(
        "hình thức", max_length=10, choices=SessionForm, default=SessionForm.MEETING
    )
    held_on = models.DateField("ngày họp hoặc ngày tổng hợp ý kiến")
    place = models.CharField("địa điểm", max_length=200, blank=True)
    chair = models.CharField("chủ trì", max_length=200)
    secretary = models.CharField("thư ký", max_length=200, blank=True)
    members = models.TextField("thành phần", blank=True, help_text="Mỗi dòng một người, chức danh.")
    minutes_number = models.CharField("số biên bản", max_length=60, blank=True)
    submission_number = models.CharField("số tờ trình", max_length=60, blank=True)
    submission_on = models.DateField("ngày tờ trình", null=True, blank=True)
    conclusion = models.TextField("kết luận", blank=True)
    opened_at = models.DateTimeField("lúc lập phiên")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người lập phiên",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AppraisalSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên thẩm định"
        verbose_name_plural = "phiên thẩm định"
        ordering = ("-held_on", "-pk")
        constraints = [
            models.CheckConstraint(
                name="appraisal_session_form_known", condition=Q(form__in=SessionForm.values)
            ),
            models.CheckConstraint(
                name="appraisal_session_submission_dated",
                condition=Q(submission_number="") | Q(submission_on__isnull=False),
                violation_error_message="Tờ trình có số thì phải có ngày.",
            ),
        ]

    def __str__(self) -> str:
        return f"Phiên thẩm định ngày {self.held_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:session", args=[self.pk])
