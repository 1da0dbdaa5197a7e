"""One short fingerprint of everything a result rests on."""

import hashlib
import json
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from django.core.serializers.json import DjangoJSONEncoder

from ..models import Answer

DIGESTED = (
    "criterion__code", "verdict", "numerator", "denominator", "count", "parts_met", "counts", "previous_counts",
    "exception_claimed", "points", "max_points", "note", "appraised_verdict", "appraised_points",
    "exception_accepted", "appraisal_note", "version",
)  # fmt: skip


def answers_digests(evaluation_ids: Iterable[int]) -> dict[int, str]:
    """SHA-256, hex, over the answers of each evaluation that has any, in the order of their codes.

    By the evaluation's id; one query.
    """
    rows = (
        Answer.objects.filter(evaluation__in=list(evaluation_ids))
        .order_by("evaluation", "criterion__code")
        .values_list("evaluation", *DIGESTED)
    )
    return {
        evaluation: _digest([row[1:] for row in answers])
        for evaluation, answers in groupby(rows, key=itemgetter(0))
    }


def _digest(rows: list[tuple[object, ...]]) -> str:
    packed = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()
