"""Statements composed once and planned once: what is asked at every keystroke must not be worked out anew.

Composing a statement costs Django several times what PostgreSQL needs to answer it, and planning
it costs PostgreSQL more than running it. A prepared query is the same queryset, composed at its
first use; on each connection it is one prepared statement, and afterwards only values are sent.
"""

import copy
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

RowT = TypeVar("RowT")
Value = int | str | dt.date | dt.datetime | Sequence[int]

FIRST_MARK: Final = 23_017
"""Marks are small enough for every column of whole numbers."""
LARGEST: Final = 2**63 - 1
MANY: Final = 64
"""For longer sequences the statement is composed each time."""
_numbers: Final = count(1)
_known: Final[WeakKeyDictionary[Any, set[str]]] = WeakKeyDictionary()
"""The names that are prepared on each open connection, by psycopg2's own object."""


class Statement:
    """One SQL statement with named values (`%(name)s`), prepared on each connection at its first use.

    Constants are written into it. Nothing is prepared where a connection is not kept (CONN_MAX_AGE
    of 0): it would not pay, and a pool like PgBouncer may give the next statement to another one.
    """

    def __init__(self, about: str, sql: str, constants: Mapping[str, Any] | None = None) -> None:
        """`about` is a word for the logs, in which the statement goes by its name."""
        self._sql = sql
        self._constants = constants or {}
        self._name = f"{about}_{next(_numbers)}"

    def call(
        self, connection: BaseDatabaseWrapper, values: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any] | list[Any]]:
        """What a cursor of that connection executes, and with what; the names are always the same, in order."""
        if connection.settings_dict["CONN_MAX_AGE"] == 0:
            return self._sql, {**values, **self._constants}
        connection.ensure_connection()
        known = _known.setdefault(connection.connection, set())
        if self._name not in known:
            self._prepare(connection, list(values))
            known.add(self._name)
        places = f"({', '.join(['%s'] * len(values))})" if values else ""
        return f"EXECUTE {self._name} {places}", list(values.values())

    def _prepare(self, connection: BaseDatabaseWrapper, names: Sequence[str]) -> None:
        """On psycopg2's own cursor: it is no query of the page that happens to come first."""
        places = {name: AsIs(f"${number}") for number, name in enumerate(names, start=1)}
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            text = cursor.mogrify(self._sql, {**places, **self._constants}).decode()
            cursor.execute(f"PREPARE {self._name} AS {text}")


@dataclass(frozen=True, slots=True)
class _Composed:
    """A queryset composed for values of one shape."""

    queryset: QuerySet[Any]
    compiler: SQLCompiler
    converters: dict[int, Any]
    statement: Statement
    places: tuple[tuple[str, str, int], ...]
    """Name of the parameter, name of the value that goes there, and its place in it."""
    prefetched: tuple[Any, ...]


class Prepared(Generic[RowT]):
    """A queryset as a function of named values; call it with them for the list of its rows.

    Values are whole numbers, texts, dates, moments, and sequences of whole numbers, for `__in` only:
    they are filled up with their last number to few lengths, for each is a statement of its own.
    A number that no column holds, from an address that somebody made up, finds nothing.
    The function is called with marks in place of the values and must not look at them; a value
    that Django alters on its way into the statement (`startswith`) cannot be given.
    """

    def __init__(self, queryset_of: Callable[..., QuerySet[Any, RowT]]) -> None:
        self._queryset_of = queryset_of
        self._composed: dict[tuple[Any, ...], _Composed | None] = {}

    def __call__(self, **values: Value) -> list[RowT]:
        """The rows for these values, in the order of the queryset."""
        if any((_length(value) or 0) > MANY for value in values.values()):
            return list(self._queryset_of(**values))
        values = {name: _filled_up(value) for name, value in values.items()}
        if any(isinstance(one, int) and abs(one) > LARGEST for one in values.values()):
            return []
        shape = tuple((name, _length(value)) for name, value in values.items())
        if shape not in self._composed:
            self._composed[shape] = _compose(self._queryset_of, values)
        composed = self._composed[shape]
        rows = [] if composed is None else list(_rows(composed, values))
        if composed is not None and composed.prefetched:
            prefetch_related_objects(rows, *composed.prefetched)
        return rows

    def first(self, **values: Value) -> RowT | None:
        """The first row; None if there is none."""
        return next(iter(self(**values)), None)


def _compose(
    queryset_of: Callable[..., QuerySet[Any]], values: Mapping[str, Any]
) -> _Composed | None:
    """The statement for values of this shape; None if it can have no row."""
    marks = _marks(values)
    given = {
        name: marks[name, 0] if _length(value) is None else [marks[name, at] for at in range(len(value))]
        for name, value in values.items()
    }  # fmt: skip
    queryset: Any = queryset_of(**given)
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    named = {f"p{position}": param for position, param in enumerate(params)}
    found = {(type(mark), mark): place for place, mark in marks.items()}
    places = tuple(
        (name, *found[type(param), param])
        for name, param in named.items()
        if (type(param), param) in found
    )
    lost = {name for name, _ in marks} - {name for _, name, _ in places}
    if lost:
        raise ValueError(f"these values are not in the statement as given: {sorted(lost)}")
    constants = {name: named[name] for name in named.keys() - {name for name, *_ in places}}
    text = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in named)
    selected = [expression for expression, *_ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(selected)
    statement = Statement(queryset.model._meta.db_table, text, constants)  # noqa: SLF001 -- Django's documented door
    prefetched = queryset._prefetch_related_lookups  # noqa: SLF001 -- fetched after the rows
    return _Composed(queryset, compiler, converters, statement, places, prefetched)


def _rows(composed: _Composed, values: Mapping[str, Any]) -> Iterator[Any]:
    """The rows as the queryset itself would give them."""
    params = {
        name: values[of] if _length(values[of]) is None else values[of][at]
        for name, of, at in composed.places
    }
    found = composed.queryset
    compiler: Any = copy.copy(composed.compiler)
    # A connection belongs to one thread; the statement to all.
    compiler.connection = connections[found.db]
    called = composed.statement.call(compiler.connection, params)
    compiler.as_sql = lambda: called
    compiler.get_converters = lambda _selected: composed.converters
    query: Any = copy.copy(found.query)
    query.get_compiler = lambda using=None: compiler
    fresh: Any = found.__class__(model=found.model, query=query, using=found.db)
    fresh._iterable_class = found._iterable_class  # noqa: SLF001 -- as a clone of it has
    return iter(fresh._iterable_class(fresh))  # noqa: SLF001 -- what a queryset iterates with


def _length(value: Value) -> int | None:
    """How many a sequence holds; None for a single value."""
    return None if isinstance(value, int | str | dt.date) else len(value)


def _filled_up(value: Any) -> Any:
    """A sequence with its last number repeated until its length is a power of two."""
    length = _length(value)
    if not length:
        return value
    numbers = list(value)
    return numbers + numbers[-1:] * ((1 << (length - 1).bit_length()) - length)


def _marks(values: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
    """A value of its own for each place that one is put in, by name and place."""
    marks: dict[tuple[str, int], Any] = {}
    for name, value in values.items():
        for at, one in enumerate([value] if _length(value) is None else value):
            marks[name, at] = _mark(one, len(marks))
    return marks


def _mark(value: Any, number: int) -> Any:
    if isinstance(value, dt.datetime):
        return dt.datetime(1801, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
    if isinstance(value, dt.date):
        return dt.date(1801, 1, 1) + dt.timedelta(days=number)
    return FIRST_MARK + number if isinstance(value, int) else f"<{number}>"
