"""Which units an authority has handed to the level below, and for how long."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from accounts.models import User
from units.models import Kind, Unit

DELEGATED_KINDS = (Kind.AGENCY, Kind.ENTERPRISE, Kind.EDUCATIONAL_INSTITUTION)
"""Residential areas and communes are not in the clause."""


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: User) -> "DelegationQuerySet":
        """Who acts for what is open to everybody who sees one of the two authorities."""
        seen = Unit.objects.visible_to(user)
        return self.filter(Q(delegating_unit__in=seen) | Q(delegate__in=seen))

    def in_force(self, day: dt.date | None = None) -> "DelegationQuerySet":
        """Delegations that hold on that day (today unless told), both ends included."""
        day = day or localdate()
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Delegation(models.Model):
    """A higher committee lets the one right below recognise units that lie there (ủy quyền).

    While it holds, the delegate stands in for the delegating authority in everything the year
    asks: it lists, appraises and decides those units, and counts them as its own.
    Legal: Thông tư 124/2021/TT-BCA Điều 10 khoản 5, Điều 5 khoản 4.
    """

    delegating_unit = models.ForeignKey(
        Unit, verbose_name="cấp ủy quyền", on_delete=models.PROTECT, related_name="+"
    )
    delegate = models.ForeignKey(
        Unit, verbose_name="cấp được ủy quyền", on_delete=models.PROTECT, related_name="+"
    )
    kinds = ArrayField(models.CharField(max_length=30), verbose_name="loại hình được ủy quyền")
    unit = models.ForeignKey(
        Unit,
        verbose_name="chỉ đơn vị này",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày", null=True, blank=True)
    legal_act = models.CharField("văn bản ủy quyền", max_length=200)
    entered_at = models.DateTimeField("lúc ghi")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "ủy quyền"
        verbose_name_plural = "ủy quyền"
        ordering = ("-starts_on", "pk")
        constraints = [
            models.CheckConstraint(
                name="delegation_kinds_in_the_clause",
                condition=Q(kinds__contained_by=list(DELEGATED_KINDS)) & Q(kinds__len__gt=0),
                violation_error_message="Chỉ ủy quyền được cơ quan, doanh nghiệp, cơ sở giáo dục.",
            ),
            models.CheckConstraint(
                name="delegation_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="Ngày cuối không được trước ngày đầu.",
            ),
            models.CheckConstraint(
                name="delegation_to_another_unit",
                condition=~Q(delegating_unit=F("delegate")),
            ),
            models.CheckConstraint(
                name="delegation_rests_on_a_paper", condition=Q(legal_act__regex=r"\S")
            ),
        ]
        indexes = [models.Index(fields=["delegating_unit", "delegate"], name="delegation_pair")]

    def __str__(self) -> str:
        return f"{self.delegating_unit_id} → {self.delegate_id}"
