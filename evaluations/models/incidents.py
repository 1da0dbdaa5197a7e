"""The book of incidents an authority keeps for its units, and until which day it is complete."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import SENSITIVE_READERS, Role
from units.models import Grant, Unit, UnitVersion, sight_of

from .incident_types import COUNTED_IN_PEOPLE, ExceptionClaimed, IncidentType

LONGEST_NOTE = 200
BOOK_READERS = SENSITIVE_READERS - {Role.REPORTER}
"""Who reads a book: who may read sensitive rows at its authority; a unit's reporter sees only the
figure that is proposed to the own file."""


def reading_grants(user: User) -> list[Grant]:
    """The roles by which this person reads books: at the keeping authority itself, and at the unit
    that took its place. Held above, or as superuser, it opens no book."""
    return [grant for grant in sight_of(user, localdate()).grants if grant.role in BOOK_READERS]


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> "IncidentQuerySet":
        """Rows of the books this person reads; of some kinds only where the role is for those."""
        grants = reading_grants(user)
        whole = Q(authority__in=[grant.unit_id for grant in grants if not grant.kinds])
        parts = (
            Q(authority=grant.unit_id, unit__kind__in=grant.kinds)
            for grant in grants
            if grant.kinds
        )
        return self.filter(reduce(or_, parts, whole))

    def standing(self) -> "IncidentQuerySet":
        """Rows that count: neither struck out nor replaced."""
        return self.filter(struck_at=None)


class Incident(models.Model):
    """One line of an authority's Sổ vụ việc: what happened where and when, in numbers (vụ việc).

    Counts only: no names, no story, no file; the papers are named by number and place. A line is
    never deleted: it is struck out with the reason, and a correction is a new line in its place.
    Legal: the figures behind Thông tư 124/2021/TT-BCA Điều 4 khoản 3, khoản 4; Điều 5 khoản 2;
    Điều 6 khoản 3; Điều 7 khoản 3, khoản 4; the book itself is the portal's.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="sổ của", on_delete=models.PROTECT, related_name="incident_book"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="nơi xảy ra", on_delete=models.PROTECT, related_name="incidents"
    )
    unit_version = models.ForeignKey(
        UnitVersion, verbose_name="phiên bản", on_delete=models.PROTECT, related_name="+"
    )
    occurred_on = models.DateField("ngày xảy ra")
    type = models.CharField("loại vụ việc", max_length=20, choices=IncidentType)
    cases = models.PositiveIntegerField("số vụ", default=0)
    people = models.PositiveIntegerField("số người", default=0)
    exception_claimed = models.CharField(
        "đề nghị xét ngoại lệ", max_length=40, choices=ExceptionClaimed, blank=True
    )
    paper_number = models.CharField("số báo cáo", max_length=60, blank=True)
    paper_on = models.DateField("ngày báo cáo", null=True, blank=True)
    kept_at = models.CharField("lưu tại", max_length=200)
    note = models.CharField("ghi chú không nêu tên", max_length=LONGEST_NOTE, blank=True)
    entered_at = models.DateTimeField("lúc ghi")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        on_delete=models.PROTECT,
        related_name="+",
    )
    corrects = models.OneToOneField(
        "self",
        verbose_name="sửa cho dòng",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    struck_at = models.DateTimeField("lúc gạch", null=True, blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gạch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    strike_reason = models.CharField("lý do gạch, sửa", max_length=300, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = "vụ việc"
        verbose_name_plural = "sổ vụ việc"
        ordering = ("-occurred_on", "-pk")
        constraints = [
            models.CheckConstraint(
                name="incident_type_known", condition=Q(type__in=IncidentType.values)
            ),
            models.CheckConstraint(
                name="incident_exception_known",
                condition=Q(exception_claimed="")
                | Q(exception_claimed__in=ExceptionClaimed.values),
            ),
            models.CheckConstraint(
                name="incident_counts_something",
                condition=Q(type__in=sorted(COUNTED_IN_PEOPLE), people__gt=0)
                | (~Q(type__in=sorted(COUNTED_IN_PEOPLE)) & Q(cases__gt=0)),
            ),
            models.CheckConstraint(
                name="incident_says_where_papers_are", condition=Q(kept_at__regex=r"\S")
            ),
            models.CheckConstraint(
                name="incident_struck_at_iff_by_and_why",
                condition=Q(struck_at=None, struck_by=None, strike_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False, strike_reason__regex=r"\S"),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "occurred_on"], name="incident_unit_day"),
            models.Index(fields=["authority", "occurred_on"], name="incident_book_day"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_version}, {self.occurred_on:%d/%m/%Y}"

    @property
    def is_struck(self) -> bool:
        return self.struck_at is not None

    @property
    def counted(self) -> int:
        """The number that the rows of the sheet ask for: people or cases."""
        return self.people if self.type in COUNTED_IN_PEOPLE else self.cases


class BookStatementQuerySet(models.QuerySet["BookStatement"]):
    def visible_to(self, user: User) -> "BookStatementQuerySet":
        return self.filter(authority__in=[grant.unit_id for grant in reading_grants(user)])


class BookStatement(models.Model):
    """An authority says that its book of one year holds everything up to a day (đã ghi đủ đến ngày).

    Only then does silence mean that nothing happened.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="sổ của", on_delete=models.PROTECT, related_name="book_statements"
    )
    year = models.PositiveSmallIntegerField("năm")
    complete_to = models.DateField("đã ghi đủ đến ngày")
    confirmed_at = models.DateTimeField("lúc xác nhận")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người xác nhận",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = BookStatementQuerySet.as_manager()

    class Meta:
        verbose_name = "xác nhận sổ vụ việc"
        verbose_name_plural = "xác nhận sổ vụ việc"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year"], name="book_statement_once_per_year"
            ),
        ]

    def __str__(self) -> str:
        return f"Sổ vụ việc {self.year} đã ghi đủ đến ngày {self.complete_to:%d/%m/%Y}"
