"""When somebody last looked at a unit's yearly file."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from units.models import Unit


class FileVisitQuerySet(models.QuerySet["FileVisit"]):
    def visible_to(self, user: User) -> "FileVisitQuerySet":
        """Everybody's visits are their own affair."""
        return self.filter(user=user)


class FileVisit(models.Model):
    """One person's visits to one unit's yearly file (lần xem); nobody else reads it.

    Pages opened shortly one after the other are one visit: what changed after `before_at`, the
    end of the visit before, is marked as new until the next visit.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người xem",
        on_delete=models.CASCADE,
        related_name="+",
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.CASCADE, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")
    seen_at = models.DateTimeField("lần xem gần nhất", db_index=True)
    before_at = models.DateTimeField("lần xem trước đó", null=True, blank=True)

    objects = FileVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "lần xem hồ sơ"
        verbose_name_plural = "lần xem hồ sơ"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "year"], name="file_visit_once_per_person_and_file"
            ),
            models.CheckConstraint(
                name="file_visit_before_is_earlier",
                condition=Q(before_at=None) | Q(before_at__lt=F("seen_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}"
