"""What proves a unit's yearly file: a stored file, or where the paper is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from criteria.models import Criterion, EvidenceFile
from units.models import Unit


class Purpose(models.TextChoices):
    """What the paper is for (dùng cho)."""

    REGISTRATION = "registration", "Bản đăng ký, nghị quyết"
    MINUTES = "minutes", "Biên bản họp đánh giá đã ký"
    CRITERION = "criterion", "Minh chứng của tiêu chí"
    OTHER = "other", "Tài liệu khác"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> "AttachmentQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class Attachment(models.Model):
    """One paper of one unit's year: a file, or number, day and place where it is kept (tài liệu).

    One stored file may be attached to many units and rows. Sensitive rows take no file.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="attachments"
    )
    year = models.PositiveSmallIntegerField("năm")
    purpose = models.CharField("dùng cho", max_length=20, choices=Purpose)
    criterion = models.ForeignKey(
        Criterion,
        verbose_name="tiêu chí",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_sensitive = models.BooleanField("tiêu chí nhạy cảm", default=False)
    evidence_file = models.ForeignKey(
        EvidenceFile,
        verbose_name="tệp",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attachments",
    )
    reference_number = models.CharField("số văn bản", max_length=60, blank=True)
    reference_on = models.DateField("ngày văn bản", null=True, blank=True)
    kept_at = models.CharField("nơi lưu bản giấy", max_length=200, blank=True)
    attached_at = models.DateTimeField("lúc kèm")
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người kèm",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "tài liệu kèm hồ sơ"
        verbose_name_plural = "tài liệu kèm hồ sơ"
        ordering = ("purpose", "attached_at")
        constraints = [
            models.CheckConstraint(
                name="attachment_purpose_known", condition=Q(purpose__in=Purpose.values)
            ),
            models.CheckConstraint(
                name="attachment_is_file_or_kept_somewhere",
                condition=Q(evidence_file__isnull=False) | Q(kept_at__regex=r"\S"),
                violation_error_message="Chọn tệp, hoặc ghi nơi lưu bản giấy.",
            ),
            models.CheckConstraint(
                name="attachment_sensitive_has_no_file",
                condition=Q(is_sensitive=False) | Q(evidence_file=None),
                violation_error_message="Tiêu chí nhạy cảm không nhận tệp: chỉ ghi số, ngày, nơi lưu.",
            ),
            models.CheckConstraint(
                name="attachment_criterion_iff_for_criterion",
                condition=Q(purpose=Purpose.CRITERION, criterion__isnull=False)
                | (~Q(purpose=Purpose.CRITERION) & Q(criterion=None)),
            ),
            models.UniqueConstraint(
                name="attachment_file_once_per_row",
                fields=["unit", "year", "purpose", "criterion", "evidence_file"],
                condition=Q(evidence_file__isnull=False),
                nulls_distinct=False,
                violation_error_message="Tệp này đã kèm ở đây rồi.",
            ),
        ]
        indexes = [models.Index(fields=["unit", "year"], name="attachment_unit_year")]

    def __str__(self) -> str:
        return self.get_purpose_display()
