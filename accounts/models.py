"""People and the append-only record of their acts."""

from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class User(AbstractUser):
    """One person who signs in (người dùng); what the person may do is an Assignment."""

    first_name = None
    last_name = None
    full_name = models.CharField("họ và tên", max_length=120, blank=True)
    position = models.CharField("chức danh", max_length=120, blank=True)
    is_demo = models.BooleanField("tài khoản trình diễn", default=False)

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class AuditEvent(models.Model):
    """One act of one person, chained by hash to the act before it in the same province (nhật ký).

    Append-only by trigger; `province_id` is a plain number (0 = nation), because the log
    must outlive and never lock the units it speaks of.
    """

    province_id = models.BigIntegerField("mã định danh tỉnh", default=0)
    sequence = models.BigIntegerField("thứ tự trong chuỗi")
    act = models.CharField("việc", max_length=60)
    by = models.ForeignKey(
        User, verbose_name="người thực hiện", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField("tên người thực hiện", max_length=150)
    at = models.DateTimeField("thời điểm")
    unit_id = models.BigIntegerField("đơn vị", null=True)
    subject = models.CharField("đối tượng", max_length=120)
    summary = models.CharField("nội dung", max_length=500)
    details = models.JSONField("chi tiết", default=dict, encoder=DjangoJSONEncoder)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "dòng nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ("province_id", "sequence")
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "sequence"], name="audit_event_once_per_sequence"
            ),
            models.UniqueConstraint(
                fields=["province_id", "previous_hash"], name="audit_event_chain_does_not_fork"
            ),
        ]
        indexes = [models.Index(fields=["unit_id", "-at"], name="audit_event_unit_at")]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class AuditHead(models.Model):
    """The last link of one province's chain; locked last in every act, so that acts do not queue long."""

    province_id = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = "đầu chuỗi nhật ký"
        verbose_name_plural = "đầu chuỗi nhật ký"

    def __str__(self) -> str:
        return f"{self.province_id}: {self.sequence}"
