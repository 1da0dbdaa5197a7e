"""The local security teams of a commune, the areas they serve, and how each year rated them."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from units.models import Unit

WINDOW_FIRST: Final = (11, 15)
WINDOW_LAST: Final = (11, 14)
LATEST_FORMED: Final = (2, 15)
"""Formed on this day of the year or before, a team has worked nine months when the window closes."""


class Rating(models.TextChoices):
    """How a team did its work in a year (mức xếp loại)."""

    EXCELLENT = "excellent", "Hoàn thành xuất sắc nhiệm vụ"
    GOOD = "good", "Hoàn thành tốt nhiệm vụ"
    DONE = "done", "Hoàn thành nhiệm vụ"
    NOT_DONE = "not_done", "Không hoàn thành nhiệm vụ"
    NOT_RATED = "not_rated", "Chưa xếp loại"


GIVEN: Final = (Rating.EXCELLENT, Rating.GOOD, Rating.DONE, Rating.NOT_DONE)
"""Ratings that a decision gives."""
ENOUGH: Final = (Rating.EXCELLENT, Rating.GOOD, Rating.DONE)
"""Hoàn thành nhiệm vụ trở lên."""


class SecurityTeamQuerySet(models.QuerySet["SecurityTeam"]):
    def visible_to(self, user: User) -> "SecurityTeamQuerySet":
        return self.filter(commune__in=Unit.objects.visible_to(user))

    def working_on(self, day: dt.date) -> "SecurityTeamQuerySet":
        return self.filter(formed_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


class SecurityTeam(models.Model):
    """One Tổ bảo vệ an ninh, trật tự of a commune (tổ bảo vệ ANTT); no names of members.

    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 5.
    """

    commune = models.ForeignKey(
        Unit, verbose_name="xã", on_delete=models.PROTECT, related_name="security_teams"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("tên tổ", max_length=120)
    formed_on = models.DateField("ngày thành lập")
    ended_on = models.DateField("ngày thôi hoạt động", null=True, blank=True)
    areas: "models.ManyToManyField[Unit, TeamArea]" = models.ManyToManyField(
        Unit, verbose_name="địa bàn", through="TeamArea", related_name="+"
    )

    objects = SecurityTeamQuerySet.as_manager()

    class Meta:
        verbose_name = "tổ bảo vệ an ninh, trật tự"
        verbose_name_plural = "tổ bảo vệ an ninh, trật tự"
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["commune", "name"], name="team_name_once_in_commune"),
            models.CheckConstraint(
                name="team_ends_after_it_was_formed",
                condition=Q(ended_on=None) | Q(ended_on__gt=F("formed_on")),
            ),
            models.CheckConstraint(name="team_has_a_name", condition=Q(name__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return self.name


class TeamArea(models.Model):
    """One residential area that a team serves, from a day to a day; one team may serve several."""

    team = models.ForeignKey(
        SecurityTeam, verbose_name="tổ", on_delete=models.CASCADE, related_name="served"
    )
    area = models.ForeignKey(
        Unit, verbose_name="khu dân cư", on_delete=models.PROTECT, related_name="served_by_teams"
    )
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "địa bàn của tổ"
        verbose_name_plural = "địa bàn của tổ"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "area"], condition=Q(to_on=None), name="team_serves_an_area_once"
            ),
            models.CheckConstraint(
                name="team_area_days_in_order", condition=Q(to_on=None) | Q(to_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id}: {self.area_id}"


class TeamRatingQuerySet(models.QuerySet["TeamRating"]):
    def visible_to(self, user: User) -> "TeamRatingQuerySet":
        return self.filter(team__commune__in=Unit.objects.visible_to(user))


class TeamRating(models.Model):
    """How one team was rated for one year, 15/11 to 14/11, and how many members were disciplined.

    Empty while the decision is not there; "chưa xếp loại" for a team of less than nine months.
    Legal: Hướng dẫn 01/HD-BCA-V05 năm 2026; read by Thông tư 124/2021/TT-BCA Điều 4 khoản 5.
    """

    team = models.ForeignKey(
        SecurityTeam, verbose_name="tổ", on_delete=models.PROTECT, related_name="ratings"
    )
    year = models.PositiveSmallIntegerField("năm")
    rating = models.CharField("mức xếp loại", max_length=20, choices=Rating, blank=True)
    decision_number = models.CharField("số quyết định", max_length=60, blank=True)
    decided_on = models.DateField("ngày quyết định", null=True, blank=True)
    disciplined = models.PositiveIntegerField("số thành viên bị kỷ luật", null=True, blank=True)
    entered_at = models.DateTimeField("lúc ghi")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = TeamRatingQuerySet.as_manager()

    class Meta:
        verbose_name = "xếp loại tổ bảo vệ an ninh, trật tự"
        verbose_name_plural = "xếp loại tổ bảo vệ an ninh, trật tự"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(fields=["team", "year"], name="team_rated_once_a_year"),
            models.CheckConstraint(
                name="team_rating_known", condition=Q(rating="") | Q(rating__in=Rating.values)
            ),
            models.CheckConstraint(
                name="team_rating_given_by_a_decision",
                condition=~Q(rating__in=GIVEN)
                | Q(decision_number__regex=r"\S", decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.year}: {self.get_rating_display()}"

    @property
    def window_text(self) -> str:
        return window_text(self.year)


def window_of(year: int) -> tuple[dt.date, dt.date]:
    """First and last day for which a year's rating is given.

    Legal: Hướng dẫn 01/HD-BCA-V05 năm 2026.
    """
    return dt.date(year - 1, *WINDOW_FIRST), dt.date(year, *WINDOW_LAST)


def window_text(year: int) -> str:
    """The window in words: "15/11/2025–14/11/2026"."""
    first, last = window_of(year)
    return f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"


def is_too_young(team: SecurityTeam, year: int) -> bool:
    """Whether the team had worked less than nine months when the year's window closed.

    Legal: Hướng dẫn 01/HD-BCA-V05 năm 2026.
    """
    return team.formed_on > dt.date(year, *LATEST_FORMED)
