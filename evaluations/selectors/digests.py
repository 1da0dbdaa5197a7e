"""One short fingerprint of everything a result rests on."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder

from ..models import Answer, Evaluation

DIGESTED = (
    "criterion__code", "verdict", "numerator", "denominator", "count", "parts_met", "counts", "previous_counts",
    "exception_claimed", "points", "max_points", "note", "appraised_verdict", "appraised_points",
    "exception_accepted", "appraisal_note", "version",
)  # fmt: skip


def answers_digest(evaluation: Evaluation) -> str:
    """SHA-256, hex, over the answers as they stand, in the order of their codes; empty when there are none."""
    rows = list(
        Answer.objects.filter(evaluation=evaluation)
        .order_by("criterion__code")
        .values_list(*DIGESTED)
    )
    if not rows:
        return ""
    packed = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()
