"""A unit undertakes to reach the standard this year."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from criteria.models import TransitionRow
from criteria.workflow import legal_moves
from units.models import Unit, UnitVersion

from ..workflow import REGISTRATION_TRANSITIONS, Procedure, RegistrationStatus
from .seasons import Season


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: User) -> "RegistrationQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class Registration(models.Model):
    """One unit's undertaking to reach "An toàn về an ninh, trật tự" this year (bản đăng ký).

    The real day is kept; after Quý I it is marked, never refused. Gates recognition, never
    classification. Residential areas count households, agencies, enterprises and schools people.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 1, Điều 9 khoản 2 điểm a.
    """

    season = models.ForeignKey(
        Season, verbose_name="kỳ", on_delete=models.PROTECT, related_name="registrations"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="registrations"
    )
    unit_version = models.ForeignKey(
        UnitVersion, verbose_name="phiên bản", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        "trạng thái",
        max_length=20,
        choices=RegistrationStatus,
        default=RegistrationStatus.DRAFT,
        editable=False,
    )
    registered_on = models.DateField("ngày đăng ký", null=True, blank=True)
    has_party = models.BooleanField("có tổ chức đảng", default=True)
    """Whether there is a Party organisation whose resolution may be asked for."""
    resolution_number = models.CharField("số nghị quyết cấp ủy", max_length=60, blank=True)
    resolution_on = models.DateField("ngày nghị quyết", null=True, blank=True)
    plan_number = models.CharField("số kế hoạch", max_length=60, blank=True)
    plan_on = models.DateField("ngày kế hoạch", null=True, blank=True)
    people_informed = models.PositiveIntegerField("số người được phổ biến", null=True, blank=True)
    people_total = models.PositiveIntegerField("tổng số người", null=True, blank=True)
    households_registered = models.PositiveIntegerField("số hộ đăng ký", null=True, blank=True)
    households_total = models.PositiveIntegerField("tổng số hộ", null=True, blank=True)
    counted_on = models.DateField("ngày chốt số hộ", null=True, blank=True)
    entered_at = models.DateTimeField("lúc nhập", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhập",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted_at = models.DateTimeField("lúc tiếp nhận", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người tiếp nhận",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    carried_from = models.CharField("kế tục đăng ký của", max_length=500, blank=True)
    """Whose registrations it carries on after a merger or division, with the act; empty for its own."""
    version = models.PositiveIntegerField("lần sửa", default=1)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "bản đăng ký"
        verbose_name_plural = "bản đăng ký"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit"], name="registration_once_per_unit_and_season"
            ),
            models.CheckConstraint(
                name="registration_status_known", condition=Q(status__in=RegistrationStatus.values)
            ),
            models.CheckConstraint(
                name="registration_households_within_total",
                condition=Q(households_registered=None)
                | Q(households_registered__lte=F("households_total")),
                violation_error_message="Số hộ đăng ký không được lớn hơn tổng số hộ.",
            ),
            models.CheckConstraint(
                name="registration_people_within_total",
                condition=Q(people_informed=None) | Q(people_informed__lte=F("people_total")),
                violation_error_message="Số người được phổ biến không được lớn hơn tổng số người.",
            ),
            models.CheckConstraint(
                name="registration_no_party_no_resolution",
                condition=Q(has_party=True) | Q(resolution_number="", resolution_on=None),
                violation_error_message="Đơn vị không có tổ chức đảng thì không ghi nghị quyết.",
            ),
            models.CheckConstraint(
                name="registration_sent_is_dated",
                condition=Q(status=RegistrationStatus.DRAFT) | Q(registered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_accepted_iff_by",
                condition=Q(
                    status=RegistrationStatus.ACCEPTED,
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                )
                | (~Q(status=RegistrationStatus.ACCEPTED) & Q(accepted_at=None, accepted_by=None)),
            ),
            models.CheckConstraint(
                name="registration_entered_at_iff_by",
                condition=Q(entered_at=None, entered_by=None)
                | Q(entered_at__isnull=False, entered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_version} {self.season.year}"

    @property
    def procedure(self) -> str:
        return Procedure.REGISTRATION_1

    @property
    def is_registered(self) -> bool:
        """Whether the unit has undertaken it: sent or accepted."""
        return self.status != RegistrationStatus.DRAFT

    @property
    def is_late(self) -> bool:
        """Registered after Quý I: a mark for the appraiser, not a refusal."""
        return bool(self.registered_on and self.registered_on > self.season.register_by)


class RegistrationLogQuerySet(models.QuerySet["RegistrationLog"]):
    def visible_to(self, user: User) -> "RegistrationLogQuerySet":
        return self.filter(registration__unit__in=Unit.objects.visible_to(user))


class RegistrationLog(TransitionRow):
    """One step of one registration."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="log")

    objects = RegistrationLogQuerySet.as_manager()

    class Meta(TransitionRow.Meta):
        verbose_name = "bước đăng ký"
        verbose_name_plural = "các bước đăng ký"
        constraints = [
            models.CheckConstraint(
                name="registration_move_is_legal", condition=legal_moves(REGISTRATION_TRANSITIONS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
