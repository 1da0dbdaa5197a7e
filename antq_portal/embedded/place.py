"""Where the embedded services live on this machine, and as whom they run."""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from antq_portal import env

UNPRIVILEGED_USER: Final = "nobody"
CLEAN_ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
    "PGCTLTIMEOUT": "300",
}


class EmbeddedServiceError(RuntimeError):
    """An embedded service cannot be started; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """One clone's `.local/` folder and the user to whom its servers belong."""

    local: Path

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

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data folder; its owner is the user of both servers."""
        return self.home / "postgres"

    @cached_property
    def run_as(self) -> dict[str, object]:
        """Return the keywords that make subprocess run a server as the owner of its data."""
        if os.geteuid() != 0:
            return {}
        if self.data.exists() and self.data.stat().st_uid != 0:
            stat = self.data.stat()
            return {"user": stat.st_uid, "group": stat.st_gid, "extra_groups": []}
        return _nobody()

    @cached_property
    def password(self) -> str:
        return env.generated_secret(self.local / "services-password")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the services of a place that is ours."""
        self.check_owner()
        self.local.mkdir(parents=True, exist_ok=True)
        with (self.local / "services.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def check_owner(self) -> None:
        """Refuse, in words, to touch data that another ordinary user's servers hold."""
        if os.geteuid() == 0 or not self.data.exists():
            return
        owner = self.data.stat().st_uid
        if owner != os.geteuid():
            raise EmbeddedServiceError(
                f"{self.data} belongs to user {owner}: run as that user, or `make reset`."
            )

    def own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.give(folder)

    def give(self, path: Path) -> None:
        run_as = self.run_as
        if run_as:
            os.chown(path, int(str(run_as["user"])), int(str(run_as["group"])))

    def reachable(self, package: Path, program: Path) -> Path:
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

    def run(self, *command: Path | str, environment: dict[str, str] | None = None) -> str:
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
    return bool(result.returncode == 0)


def package_folder(name: str) -> Path:
    """Return where a wheel is installed, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServiceError(f"The package {name} is not installed: run `make install`.")
    return Path(spec.origin).resolve().parent


def process_name(pid: int) -> str:
    """Return the name of a running process, or nothing where that cannot be told."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def first_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def end_process(pid: int, how: signal.Signals) -> None:
    os.kill(pid, how)
    for _ in range(300):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise EmbeddedServiceError(f"Process {pid} does not end.")
