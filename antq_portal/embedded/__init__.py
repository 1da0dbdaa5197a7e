"""A private PostgreSQL and Valkey from pip wheels, for a machine that has neither.

Used only for what DATABASE_URL or REDIS_URL does not name. Both live under `.local/`, belong to an
ordinary user (PostgreSQL refuses to run as root; nothing here adds users or opens folders), speak
only to this machine and keep running until `python -m antq_portal.embedded stop`.
"""

from pathlib import Path
from typing import Final

from antq_portal.embedded.place import EmbeddedServiceError, Place
from antq_portal.embedded.postgres import Postgres
from antq_portal.embedded.valkey import Valkey

__all__ = [
    "HERE",
    "EmbeddedServiceError",
    "Place",
    "Postgres",
    "Valkey",
    "database_url",
    "redis_url",
]

HERE: Final = Place(Path(__file__).resolve().parent.parent.parent / ".local")


def database_url() -> str:
    """Return the address of the embedded PostgreSQL, started if it is not running."""
    postgres = Postgres(HERE)
    postgres.start()
    return postgres.url


def redis_url() -> str:
    """Return the address of the embedded Valkey, started if it is not running."""
    valkey = Valkey(HERE)
    valkey.start()
    return valkey.url
