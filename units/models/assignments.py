"""Who holds which role where, and since when."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role

from .kinds import Kind
from .units import Unit


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self, day: dt.date | None = None) -> "AssignmentQuerySet":
        """Assignments that hold on that day (today unless told), both ends included."""
        day = day or localdate()
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def visible_to(self, user: User) -> "AssignmentQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class Assignment(models.Model):
    """One person holds one role on one unit from a date to a date (phân công)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người dùng",
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    role = models.CharField("vai trò", max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="assignments"
    )
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày", null=True, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=30), verbose_name="chỉ các loại hình", default=list, blank=True
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        ordering = ("user", "-starts_on")
        constraints = [
            models.CheckConstraint(name="assignment_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="assignment_kinds_known",
                condition=Q(kinds__contained_by=Kind.values),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"], name="assignment_once_per_start"
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="assignment_unit_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
