"""Where a run happens: databases, broker and files of its own beside those of the developer."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.errors import InsufficientPrivilege, ObjectInUse

from antq_portal import embedded, env

ROOT: Final = Path(__file__).resolve().parent.parent
ENDING: Final = "_bench"


class NoPlace(RuntimeError):
    """The database cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """One run's own database, and the environment in which the portal uses it."""

    url: str
    name: str
    folder: Path
    environment: dict[str, str]

    def copy(self, suffix: str) -> "Place":
        """A second place whose database is a copy of this one, which nobody may be using."""
        name = f"{self.name.removesuffix(ENDING)}_{suffix}{ENDING}"
        drop_database(self.url, name)
        _on_server(self.url, "CREATE DATABASE {} TEMPLATE {}", name, self.name)
        environment = self.environment | {"DATABASE_URL": _with_name(self.url, name)}
        return Place(self.url, name, self.folder, environment)

    def drop(self) -> None:
        drop_database(self.url, self.name)

    def python(self, *words: str) -> list[str]:
        return [sys.executable, *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these words here; raises CalledProcessError."""
        return subprocess.run(  # noqa: S603
            self.python(*words), cwd=ROOT, env=self.environment, check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip


@contextmanager
def bench_place(name: str, *, keep: bool) -> Iterator[Place]:
    """A migrated, empty database on the developer's server, a Valkey and a folder; gone afterwards.

    The name ends in `_bench`; a database of that name that a broken run left is dropped first.
    Raises NoPlace while another run uses it.
    """
    url = env.text("DATABASE_URL") or embedded.database_url()
    name = name or f"{urlsplit(url).path.lstrip('/')}{ENDING}"
    if not name.endswith(ENDING):
        raise ValueError(f"Tên cơ sở dữ liệu phải kết thúc bằng {ENDING}.")
    folder = Path(tempfile.mkdtemp(prefix="antq-bench-"))
    folder.chmod(0o755)
    (folder / "static").mkdir()
    valkey = embedded.Valkey(embedded.Place(folder / "services"))
    try:
        drop_database(url, name)
        _on_server(url, "CREATE DATABASE {}", name)
        valkey.start()
        place = Place(url, name, folder, _environment(_with_name(url, name), valkey.url, folder))
        place.run("manage.py", "migrate", "--verbosity=0", "--no-input")
        place.run("manage.py", "createcachetable", "--verbosity=0")
        yield place
    finally:
        if valkey.is_ready():
            valkey.stop()
        if not keep:
            drop_database(url, name)
        shutil.rmtree(valkey.place.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def drop_database(url: str, name: str) -> None:
    """Drop a database that ends in `_bench`, if there is one."""
    if not name.endswith(ENDING):
        raise ValueError(f"{name} is not a database of a benchmark.")
    try:
        _on_server(url, "DROP DATABASE IF EXISTS {}", name)
    except ObjectInUse as used:
        raise NoPlace(f"Cơ sở dữ liệu {name} đang được một lượt đo khác dùng.") from used


def _on_server(url: str, statement: str, *names: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except InsufficientPrivilege as refused:
        raise NoPlace("Tài khoản của DATABASE_URL cần quyền CREATEDB để đo.") from refused
    finally:
        connection.close()


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _environment(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """The environment of a production place, but for HTTPS and collected static files."""
    return os.environ | {
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "antq_portal.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "LOG_LEVEL": "ERROR",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "BEAT_SCHEDULE_FILE": str(folder / "beat-schedule"),
    }
