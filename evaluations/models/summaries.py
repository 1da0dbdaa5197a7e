"""Counts of a year kept beside the rows they are counted from, so that a province opens at once."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from units.models import TERRITORIAL_KINDS, Kind, Unit, UnitVersion, sight_of

KEY: Final = ("year", "province_id", "place_id", "district_id", "kind", "authority_id")
COUNTS: Final = (
    "listed", "considered", "not_considered", "voluntary",
    "registered", "registered_late", "submitted", "appraised",
    "decided", "met", "not_met", "decided_in_time", "decided_late",
    "xuat_sac", "kha", "trung_binh", "yeu", "unclassified", "classified_in_time", "classified_late",
    "from_paper", "external", "unlisted",
)  # fmt: skip


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user: User) -> "SummaryQuerySet":
        """Counts of places in the person's scope; of the followed kinds only, and never of one's own unit alone."""
        sight = sight_of(user, localdate())
        if sight.sees_all:
            return self
        seen = Q(pk__in=())
        for grant in sight.grants:
            if grant.role != Role.REPORTER:
                inside = UnitVersion.objects.in_force().under(grant.path)
                inside = inside.filter(unit__kind__in=TERRITORIAL_KINDS).values("unit")
                kinds = Q(kind__in=grant.kinds) if grant.kinds else Q()
                seen |= Q(place__in=inside) & kinds
        return self.filter(seen)


def _count(words: str) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(words, default=0)


class Summary(models.Model):
    """The year of one kind of units that lie in one place and stand on one authority's list (tổng hợp).

    Derived: deleted and inserted by place whenever a row it counts changes, always equal to the
    live count. The place is the commune in which the units lie at the end of that year (a commune
    or district itself for its own file), the authority whose list holds them; no list, no
    authority. Only units that are considered, not voluntary and not decided elsewhere enter the
    columns from `registered` on. Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4, Điều 10;
    Quyết định 510/QĐ-BCA-V05 Điều 5.
    """

    year = models.PositiveSmallIntegerField("năm")
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Unit, verbose_name="trên địa bàn", on_delete=models.PROTECT, related_name="+"
    )
    district = models.ForeignKey(
        Unit,
        verbose_name="huyện lúc đó",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField("loại hình", max_length=30, choices=Kind)
    authority = models.ForeignKey(
        Unit,
        verbose_name="thuộc thẩm quyền của",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    listed = _count("trong danh sách")
    considered = _count("thuộc diện")
    not_considered = _count("không xét năm nay")
    voluntary = _count("tự nguyện tham gia")
    registered = _count("đã đăng ký")
    registered_late = _count("đăng ký sau Quý I")
    submitted = _count("đã gửi thẩm định")
    appraised = _count("đã thẩm định")
    decided = _count("đã có quyết định")
    met = _count("đạt tiêu chuẩn")
    not_met = _count("chưa đạt tiêu chuẩn")
    decided_in_time = _count("quyết định đúng hạn")
    decided_late = _count("quyết định muộn")
    xuat_sac = _count("xuất sắc")
    kha = _count("khá")
    trung_binh = _count("trung bình")
    yeu = _count("yếu")
    unclassified = _count("chưa phân loại")
    classified_in_time = _count("phân loại đúng hạn")
    classified_late = _count("phân loại muộn")
    from_paper = _count("nhập từ hồ sơ giấy")
    external = _count("do cấp khác quyết định")
    unlisted = _count("nhập từ hồ sơ giấy, ngoài danh sách")

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = "tổng hợp"
        verbose_name_plural = "tổng hợp"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "place", "kind", "authority", "province"],
                name="summary_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="summary_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="summary_every_listed_unit_has_its_column",
                condition=Q(listed=F("considered") + F("not_considered") + F("voluntary")),
            ),
            models.CheckConstraint(
                name="summary_decided_is_met_or_not", condition=Q(decided=F("met") + F("not_met"))
            ),
            models.CheckConstraint(
                name="summary_classes_add_up",
                condition=Q(
                    considered=F("xuat_sac")
                    + F("kha")
                    + F("trung_binh")
                    + F("yeu")
                    + F("unclassified")
                ),
            ),
        ]
        indexes = [models.Index(fields=["province", "year"], name="summary_province_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.place_id}, {self.get_kind_display()}"
