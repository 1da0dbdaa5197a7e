"""What a form was filled with, as one short word: so that a stale form is known when it comes back."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

FIELD: Final = "nhin"
"""The hidden input that carries the token of what the person saw."""

LENGTH: Final = 16


def seen_token(values: Mapping[str, Any]) -> str:
    """Sixteen letters and digits that are equal if, and only if in practice, the values are.

    Dates, decimals and ids count as they are written; nothing and an empty text are the same.
    """
    plain = {name: _plain(value) for name, value in values.items()}
    packed = json.dumps(plain, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(packed.encode()).hexdigest()[:LENGTH]


def _plain(value: Any) -> Any:
    return "" if value is None else value
