"""Saying anew who manages the units that the districts left behind."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User

from ..models import Unit, UnitVersion
from ..selectors import last_versions
from .facts import UnitFacts
from .units import revise_unit


@transaction.atomic
def settle_levels(
    units: Sequence[Unit], *, level: str, valid_from: dt.date, legal_act: str, by: User
) -> list[UnitVersion]:
    """Put many units under another managing level from a day, all or none; return their new versions.

    Raises PermissionDenied, ValidationError (naming the unit), Unit.DoesNotExist.
    Legal: Luật 72/2025/QH15 Điều 51 (no district after 1/7/2025).
    """
    if not units:
        raise ValidationError({"don_vi": "Chọn ít nhất một đơn vị."})
    done = []
    for version in last_versions(units):
        facts = replace(UnitFacts.of(version), managing_level=level)
        try:
            done.append(
                revise_unit(
                    version.unit, valid_from=valid_from, facts=facts, legal_act=legal_act, by=by
                )
            )
        except ValidationError as refused:
            raise ValidationError(f"{version.name}: {' '.join(refused.messages)}") from None
    return done
