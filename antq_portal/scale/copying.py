"""Rows written by COPY: what a row does not say is the default of its field."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model


def copy_rows(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows given by column names; return how many. Constraints hold, nothing else is called."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - the way to a model's columns
    columns = [str(field.column) for field in fields]
    defaults: dict[str, Any] = {str(field.column): field.get_default() for field in fields}
    documents = {field.column for field in fields if isinstance(field, JSONField)}
    stream, count = io.StringIO(), 0
    for row in rows:
        values = defaults | dict(row)
        texts = (_text(values[name], is_json=name in documents) for name in columns)
        stream.write("\t".join(texts) + "\n")
        count += 1
    stream.seek(0)
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", stream)
    return count


def new_ids(model: type[Model], count: int) -> list[int]:
    """Primary keys that no other row will get."""
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _text(value: Any, *, is_json: bool) -> str:
    """One value as COPY reads it."""
    if value is None:
        return r"\N"
    if is_json:
        value = json.dumps(value)
    if isinstance(value, list | tuple):
        value = "{" + ",".join(map(str, value)) + "}"
    words = str(value)
    return words.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
