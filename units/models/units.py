"""Units, what they were from when, and what became of them."""

import datetime as dt
from functools import reduce
from operator import or_

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib import text

from .kinds import (
    TERRITORIAL_KINDS,
    Coverage,
    EnterpriseSize,
    Kind,
    ManagingLevel,
    Scheme,
    SubKind,
)
from .naming import bare_name, spoken_name
from .sight import Sight, sight_of

__all__ = [
    "CoverageChoice",
    "RegisterFreeze",
    "Unit",
    "UnitSuccession",
    "UnitVersion",
    "UnitVersionQuerySet",
]

BEGINNING = dt.date(1, 1, 1)
"""Stands for an unknown first day when dates are compared; never shown, never stored."""
MOST_WORDS = 20


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: User) -> "UnitQuerySet":
        """Units this person may see: the subtrees of current assignments and of their predecessors.

        A viewer sees the assigned kinds only, a reporter the own unit only; the superuser all.
        """
        return self.within(sight_of(user, localdate()))

    def within(self, sight: Sight) -> "UnitQuerySet":
        """The same for a sight that is known already, as `Powers` carries it: no query of its own."""
        if sight.sees_all:
            return self
        seen = sight.condition()
        if seen is None:
            return self.none()
        return self.filter(pk__in=UnitVersion.objects.in_force().filter(seen).values("unit"))

    def named_for(self, user: User) -> "UnitQuerySet":
        """Units whose name and succession this person may read: those visible and all of government."""
        if user.is_superuser:
            return self
        visible = Unit.objects.visible_to(user).values("pk")
        return self.filter(Q(kind__in=TERRITORIAL_KINDS) | Q(pk__in=visible))

    def alive_on(self, day: dt.date) -> "UnitQuerySet":
        """Units that existed on that day; an unknown first day counts as long ago."""
        begun = UnitVersion.objects.filter(unit=OuterRef("pk")).begun_by(day)
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day)).filter(Exists(begun))


class Unit(models.Model):
    """An identity that lasts (đơn vị): from the nation down to a residential area or school."""

    kind = models.CharField("loại hình", max_length=30, choices=Kind)
    province = models.ForeignKey(
        "self",
        verbose_name="tỉnh",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_on = models.DateField("ngày không còn", null=True, blank=True)
    ended_by_act = models.CharField("căn cứ kết thúc", max_length=200, blank=True)
    is_demo = models.BooleanField("dữ liệu trình diễn", default=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        constraints = [
            models.CheckConstraint(name="unit_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="unit_below_nation_has_province",
                condition=Q(kind__in=[Kind.NATION, Kind.PROVINCE]) | Q(province__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=Kind.NATION), name="unit_one_nation"
            ),
        ]
        indexes = [models.Index(fields=["province", "kind"], name="unit_province_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("units:detail", args=[self.pk])


class UnitVersionQuerySet(models.QuerySet["UnitVersion"]):
    def visible_to(self, user: User) -> "UnitVersionQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def begun_by(self, day: dt.date) -> "UnitVersionQuerySet":
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day))

    def in_force(self, day: dt.date | None = None) -> "UnitVersionQuerySet":
        """The one version of each unit that holds on that day (today unless told).

        Of a unit that has ended it is the last one: its name stays what it was.
        """
        day = day or localdate()
        later = (
            UnitVersion.objects.filter(unit=OuterRef("unit"), valid_from__lte=day)
            .annotate(_start=Coalesce("valid_from", BEGINNING))
            .filter(_start__gt=Coalesce(OuterRef("valid_from"), BEGINNING))
        )
        return self.begun_by(day).filter(~Exists(later))

    def under(self, *paths: str) -> "UnitVersionQuerySet":
        """Versions that lie in one of the subtrees; nothing when no path is given."""
        if not paths:
            return self.none()
        return self.filter(reduce(or_, (Q(path__startswith=path) for path in paths)))

    def search(self, words: str) -> "UnitVersionQuerySet":
        """Versions whose name holds all the words, whatever their case and diacritics.

        Words after the twentieth are not looked for: no name has more, and each costs a condition.
        """
        found = self
        for word in text.search_key(words).split()[:MOST_WORDS]:
            found = found.filter(search_key__contains=word)
        return found


class UnitVersion(models.Model):
    """What a unit was from a date (phiên bản đơn vị): name, word, code, where it lies, who manages it.

    Only starts are stored; `valid_from` is empty where the first day is not known. A GSO code is
    an attribute of the version, never a key: codes are re-used over time.
    """

    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="versions"
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    legal_act = models.CharField("căn cứ", max_length=200, blank=True)
    name = models.CharField("tên đầy đủ", max_length=200)
    sub_kind = models.CharField("tên gọi loại đơn vị", max_length=30, choices=SubKind, blank=True)
    code = models.CharField("mã Tổng cục Thống kê", max_length=10, blank=True)
    parent = models.ForeignKey(
        Unit,
        verbose_name="thuộc",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="child_versions",
    )
    path = models.CharField("đường dẫn", max_length=120)
    managing_level = models.CharField("cấp quản lý", max_length=20, choices=ManagingLevel)
    enterprise_size = models.CharField("quy mô", max_length=10, choices=EnterpriseSize, blank=True)
    households = models.PositiveIntegerField("số hộ", null=True, blank=True)
    members = models.PositiveIntegerField("số người, cán bộ, người học", null=True, blank=True)
    counted_on = models.DateField("ngày chốt số liệu", null=True, blank=True)
    representative_name = models.CharField("người đại diện", max_length=120, blank=True)
    representative_title = models.CharField("chức danh người đại diện", max_length=120, blank=True)
    contact_phone = models.CharField("điện thoại liên hệ", max_length=30, blank=True)
    document_place = models.CharField("địa danh trên văn bản", max_length=60, blank=True)
    sort_key = models.CharField(max_length=600, editable=False)
    search_key = models.CharField(max_length=400, editable=False)

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên bản đơn vị"
        verbose_name_plural = "phiên bản đơn vị"
        constraints = [
            models.CheckConstraint(
                name="unit_version_sub_kind_known",
                condition=Q(sub_kind="") | Q(sub_kind__in=SubKind.values),
            ),
            models.CheckConstraint(
                name="unit_version_managing_level_known",
                condition=Q(managing_level__in=ManagingLevel.values),
            ),
            models.CheckConstraint(
                name="unit_version_enterprise_size_known",
                condition=Q(enterprise_size="") | Q(enterprise_size__in=EnterpriseSize.values),
            ),
            models.CheckConstraint(
                name="unit_version_path_ends_in_slash", condition=Q(path__endswith="/")
            ),
            models.CheckConstraint(
                name="unit_version_head_counts_dated",
                condition=Q(households=None, members=None) | Q(counted_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["unit", "valid_from"],
                name="unit_version_one_per_start",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(OpClass("path", name="varchar_pattern_ops"), name="unit_version_path"),
            models.Index(fields=["parent", "sort_key"], name="unit_version_children"),
            models.Index(fields=["code"], name="unit_version_code"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="unit_version_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Unit ids from the nation down to this unit, itself last."""
        return [int(part) for part in self.path.strip("/").split("/")]

    @property
    def bare_name(self) -> str:
        """The name without its word: "Na Mèo"."""
        return bare_name(self.sub_kind, self.name)

    @property
    def spoken_name(self) -> str:
        """The name as it stands inside a sentence: "xã Na Mèo"."""
        return spoken_name(self.sub_kind, self.name)


class UnitSuccessionQuerySet(models.QuerySet["UnitSuccession"]):
    def visible_to(self, user: User) -> "UnitSuccessionQuerySet":
        """Successions of which this person may read both names."""
        named = Unit.objects.named_for(user).values("pk")
        return self.filter(predecessor__in=named, successor__in=named)


class UnitSuccession(models.Model):
    """One unit gave its place, or part of it, to another on a date (đơn vị trước, đơn vị kế tục).

    Legal: Luật 72/2025/QH15 Điều 51; Nghị quyết 202/2025/QH15.
    """

    predecessor = models.ForeignKey(
        Unit, verbose_name="đơn vị trước", on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Unit, verbose_name="đơn vị kế tục", on_delete=models.PROTECT, related_name="precessions"
    )
    on = models.DateField("từ ngày")
    legal_act = models.CharField("căn cứ", max_length=200)
    is_default = models.BooleanField("nơi nhận phần chính", default=True)

    objects = UnitSuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = "kế tục đơn vị"
        verbose_name_plural = "kế tục đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"], name="unit_succession_once"
            ),
            models.CheckConstraint(
                name="unit_succession_between_two_units",
                condition=~Q(predecessor=models.F("successor")),
            ),
            models.UniqueConstraint(
                fields=["predecessor", "on"],
                condition=Q(is_default=True),
                name="unit_succession_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class RegisterFreezeQuerySet(models.QuerySet["RegisterFreeze"]):
    def visible_to(self, user: User) -> "RegisterFreezeQuerySet":
        return self.filter(authority__in=Unit.objects.visible_to(user))


class RegisterFreeze(models.Model):
    """One authority has frozen the year's list, so its officers keep units no more that year.

    Who froze it and when stands with the list itself; the register only asks whether.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="thuộc thẩm quyền của", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("năm")

    objects = RegisterFreezeQuerySet.as_manager()

    class Meta:
        verbose_name = "sổ đơn vị đã chốt"
        verbose_name_plural = "sổ đơn vị đã chốt"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year"], name="register_freeze_once_per_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id}: {self.year}"


class CoverageChoiceQuerySet(models.QuerySet["CoverageChoice"]):
    def visible_to(self, user: User) -> "CoverageChoiceQuerySet":
        """Choices of provinces are open to everyone signed in, as their names are."""
        return self.filter(province__in=Unit.objects.named_for(user).values("pk"))


class CoverageChoice(models.Model):
    """A province's dated choice whether a sub-kind the law leaves open takes part (thuộc diện)."""

    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="coverage_choices"
    )
    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    sub_kind = models.CharField("tên gọi loại đơn vị", max_length=30, choices=SubKind)
    effective_from = models.DateField("hiệu lực từ")
    coverage = models.CharField("thuộc diện", max_length=20, choices=Coverage)
    reason = models.CharField("căn cứ", max_length=300)

    objects = CoverageChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "lựa chọn diện của tỉnh"
        verbose_name_plural = "lựa chọn diện của tỉnh"
        constraints = [
            models.CheckConstraint(
                name="coverage_choice_scheme_known", condition=Q(scheme__in=Scheme.values)
            ),
            models.CheckConstraint(
                name="coverage_choice_sub_kind_known", condition=Q(sub_kind__in=SubKind.values)
            ),
            models.CheckConstraint(
                name="coverage_choice_coverage_known", condition=Q(coverage__in=Coverage.values)
            ),
            models.UniqueConstraint(
                fields=["province", "scheme", "sub_kind", "effective_from"],
                name="coverage_choice_one_per_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sub_kind_display()}: {self.get_coverage_display()}"
