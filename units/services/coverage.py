"""A province's dated choices on sub-kinds that the law leaves open."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from antq_portal.lib.dates import date_text

from ..coverage import OPEN_TO_CHOICE, Scheme
from ..models import Coverage, CoverageChoice, SubKind, Unit
from ..selectors import Place, powers_of


@transaction.atomic
def choose_coverage(
    *,
    province: Unit,
    schemes: Sequence[str],
    sub_kind: str,
    coverage: str,
    effective_from: dt.date,
    reason: str,
    by: User,
) -> list[CoverageChoice]:
    """Say from a day on whether a sub-kind takes part, one row for each scheme; return the rows.

    Earlier choices stay as history; lists that are frozen do not change. Raises PermissionDenied
    unless `by` administers the province, ValidationError by field.
    Legal: Thông tư 124/2021/TT-BCA Điều 1; what it leaves open is the province's to choose.
    """
    version = province.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.ADMINISTER, Place.of(version, authority_id=province.pk))
    Unit.objects.select_for_update(no_key=True).get(pk=province.pk)
    _refuse_wrong(province, schemes, sub_kind, coverage, effective_from, reason)
    rows = CoverageChoice.objects.bulk_create(
        CoverageChoice(
            province=province, scheme=scheme, sub_kind=sub_kind, coverage=coverage,
            effective_from=effective_from, reason=reason.strip(),
        )
        for scheme in schemes
    )  # fmt: skip
    label, word = SubKind(sub_kind).label, Coverage(coverage).label
    record_audit(
        "coverage.choose", by=by, subject=f"unit:{province.pk}",
        summary=f"Diện tham gia từ {date_text(effective_from)}: {label}, {word.lower()}",
        province_id=province.pk, unit_id=province.pk,
        details={
            "schemes": list(schemes), "sub_kind": sub_kind, "coverage": coverage,
            "effective_from": effective_from, "reason": reason.strip(),
        },
    )  # fmt: skip
    return rows


def _refuse_wrong(
    province: Unit,
    schemes: Sequence[str],
    sub_kind: str,
    coverage: str,
    effective_from: dt.date,
    reason: str,
) -> None:
    problems = {}
    if not schemes or not set(schemes) <= set(Scheme.values):
        problems["schemes"] = "Chọn ít nhất một chế độ."
    allowed = OPEN_TO_CHOICE.get(SubKind(sub_kind), frozenset()) if sub_kind in SubKind else ()
    if not allowed:
        problems["sub_kind"] = "Quy định đã nói rõ loại này, tỉnh không chọn khác được."
    elif coverage not in allowed:
        words = ", ".join(str(one.label).lower() for one in Coverage if one in allowed)
        problems["coverage"] = f"Với loại này chỉ chọn được: {words}."
    if effective_from < localdate().replace(month=1, day=1):
        problems["effective_from"] = "Không đặt lùi về năm trước: danh sách năm đó đã chốt."
    if not reason.strip():
        problems["reason"] = "Ghi văn bản hoặc lý do của tỉnh."
    taken = CoverageChoice.objects.filter(
        province=province, sub_kind=sub_kind, effective_from=effective_from, scheme__in=schemes
    )
    if "effective_from" not in problems and taken.exists():
        problems["effective_from"] = "Từ ngày này đã có lựa chọn; chọn ngày khác."
    if problems:
        raise ValidationError(problems)
