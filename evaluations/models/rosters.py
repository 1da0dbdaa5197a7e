"""Which units count in a year: the denominators that must not move in November."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from units.coverage import Coverage
from units.models import Unit, UnitVersion


class RosterQuerySet(models.QuerySet["Roster"]):
    def visible_to(self, user: User) -> "RosterQuerySet":
        return self.filter(authority__in=Unit.objects.visible_to(user))


class Roster(models.Model):
    """The units under one authority that a year's evaluation covers (danh sách đơn vị thuộc diện).

    Follows the register until it is frozen (by 31/3); a later change says why.
    Legal: needed by the percentages of Thông tư 124/2021/TT-BCA Điều 5 khoản 4; the freezing
    itself is the portal's rule.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="thuộc thẩm quyền của", on_delete=models.PROTECT, related_name="rosters"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    frozen_at = models.DateTimeField("lúc chốt", null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người chốt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = "danh sách đơn vị thuộc diện"
        verbose_name_plural = "danh sách đơn vị thuộc diện"
        ordering = ("-year", "authority")
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year"], name="roster_once_per_authority_and_year"
            ),
            models.CheckConstraint(
                name="roster_frozen_at_iff_by",
                condition=Q(frozen_at=None, frozen_by=None)
                | Q(frozen_at__isnull=False, frozen_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Danh sách {self.year} của đơn vị {self.authority_id}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class NotConsideredReason(models.TextChoices):
    """Why a unit of the list is not considered this year (lý do không xét năm nay)."""

    FOUNDED_LATE = "founded_late", "Mới thành lập trong kỳ"
    DISSOLVED = "dissolved", "Đã giải thể trong kỳ"
    MERGED = "merged", "Đã sáp nhập, chia tách trong kỳ"
    SUSPENDED = "suspended", "Tạm ngừng hoạt động"
    NOT_COVERED = "not_covered", "Phát hiện không thuộc diện"
    NO_RESIDENTS = "no_residents", "Chưa có dân cư"
    OTHER = "other", "Lý do khác"


class RosterEntryQuerySet(models.QuerySet["RosterEntry"]):
    def visible_to(self, user: User) -> "RosterEntryQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def considered(self) -> "RosterEntryQuerySet":
        """Entries that count in numerators and denominators."""
        return self.filter(removed_at=None, not_considered_reason="").exclude(
            coverage=Coverage.VOLUNTARY
        )


class RosterEntry(models.Model):
    """One unit of a year's list, as it was then, with what was agreed about it."""

    roster = models.ForeignKey(
        Roster, verbose_name="danh sách", on_delete=models.CASCADE, related_name="entries"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="roster_entries"
    )
    unit_version = models.ForeignKey(
        UnitVersion, verbose_name="phiên bản", on_delete=models.PROTECT, related_name="+"
    )
    coverage = models.CharField("thuộc diện", max_length=20, choices=Coverage)
    coverage_reason = models.CharField("căn cứ thuộc diện", max_length=300)
    not_considered_reason = models.CharField(
        "không xét năm nay", max_length=20, choices=NotConsideredReason, blank=True
    )
    not_considered_note = models.CharField(
        "nói rõ lý do, ai thống nhất", max_length=300, blank=True
    )
    change_reason = models.CharField("lý do đổi sau khi chốt", max_length=300, blank=True)
    changed_at = models.DateTimeField("lúc đổi", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người đổi",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    removed_at = models.DateTimeField("lúc đưa ra khỏi danh sách", null=True, blank=True)

    objects = RosterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị trong danh sách"
        verbose_name_plural = "đơn vị trong danh sách"
        constraints = [
            models.UniqueConstraint(fields=["roster", "unit"], name="roster_entry_once_per_unit"),
            models.CheckConstraint(
                name="roster_entry_coverage_known", condition=Q(coverage__in=Coverage.values)
            ),
            models.CheckConstraint(
                name="roster_entry_not_considered_reason_known",
                condition=Q(not_considered_reason="")
                | Q(not_considered_reason__in=NotConsideredReason.values),
            ),
            models.CheckConstraint(
                name="roster_entry_not_considered_says_why",
                condition=Q(not_considered_reason="") | ~Q(not_considered_note=""),
                violation_error_message="Ghi rõ lý do không xét năm nay và ai đã thống nhất.",
            ),
            models.CheckConstraint(
                name="roster_entry_changed_at_iff_by",
                condition=Q(changed_at=None, changed_by=None)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_entry_change_has_reason",
                condition=Q(changed_at=None) | ~Q(change_reason=""),
                violation_error_message="Danh sách đã chốt: ghi lý do thay đổi.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit_version)
