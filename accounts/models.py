"""People, the links by which they set a password, and the append-only record of their acts."""

from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q


class User(AbstractUser):
    """One person who signs in (người dùng); what the person may do is an Assignment.

    `province_id` is the province that opened the account, a plain number as in the log: units
    stand above accounts. Empty for accounts of nobody's province (the nation's, the demo's).
    """

    first_name = None
    last_name = None
    full_name = models.CharField("họ và tên", max_length=120, blank=True)
    position = models.CharField("chức danh", max_length=120, blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    province_id = models.BigIntegerField("mã định danh tỉnh", null=True, blank=True)
    is_demo = models.BooleanField("tài khoản trình diễn", default=False)
    wants_reminders = models.BooleanField("nhận thư nhắc việc", default=True)

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


class ClickReceipt(models.Model):
    """What one press of one button was answered, by the key its form carried (biên nhận lần bấm).

    Written with what the click did, so that a retry does nothing and gets the same answer; kept
    for some days. `http_code` is empty while a click runs whose acts commit one by one.
    """

    user = models.ForeignKey(
        User, verbose_name="người dùng", on_delete=models.CASCADE, related_name="+"
    )
    key = models.UUIDField("lần bấm")
    path = models.CharField("địa chỉ", max_length=300)
    content_hash = models.CharField("SHA-256 của nội dung gửi", max_length=64)
    begun_at = models.DateTimeField("lúc nhận", db_index=True)
    http_code = models.PositiveSmallIntegerField("mã trả lời", null=True, blank=True)
    headers = models.JSONField("đầu trả lời", default=dict)
    body = models.TextField("trang trả lời", blank=True)
    messages = models.JSONField("lời nhắn", default=list)

    class Meta:
        verbose_name = "biên nhận lần bấm"
        verbose_name_plural = "biên nhận lần bấm"
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="click_receipt_once_per_key"),
            models.CheckConstraint(
                name="click_receipt_answers_no_refusal",
                condition=Q(http_code=None) | Q(http_code__gte=200, http_code__lt=400),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} · {self.key}"


class ActivationLink(models.Model):
    """One address by which one person sets a password once (liên kết kích hoạt).

    Only the hash of its token is kept: who reads the database can open no account with it.
    """

    user = models.ForeignKey(
        User, verbose_name="người dùng", on_delete=models.PROTECT, related_name="activation_links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField("cấp lúc")
    issued_by = models.ForeignKey(
        User, verbose_name="người cấp", on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField("dùng được đến")
    used_at = models.DateTimeField("dùng lúc", null=True, blank=True)
    voided_at = models.DateTimeField("bỏ lúc", null=True, blank=True)

    class Meta:
        verbose_name = "liên kết kích hoạt"
        verbose_name_plural = "liên kết kích hoạt"
        ordering = ("-issued_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, voided_at=None),
                name="activation_link_one_open_per_user",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(voided_at=None),
                name="activation_link_used_or_voided",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")),
                name="activation_link_expires_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.issued_at:%d/%m/%Y}"


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
