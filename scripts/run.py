"""Run the whole portal on one machine: services, database, web, worker and beat.

Ends, with everything that it started, on Ctrl-C, on SIGTERM, when its parent goes away, or when
one of the three processes cannot be kept alive.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from antq_portal import embedded, env  # noqa: E402

PORT: Final = os.environ.get("PORT", "8000")
CELERY: Final = (sys.executable, "-m", "celery", "-q", "-A", "antq_portal")
PROCESSES: Final = {
    "web": (sys.executable, "-m", "gunicorn", "antq_portal.wsgi:application"),
    "worker": (*CELERY, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"),
    "beat": (*CELERY, "beat"),
}
SECONDS_TO_END: Final = 15
SHORT_LIFE: Final = 5
MOST_SHORT_LIVES: Final = 5
PR_SET_PDEATHSIG: Final = 1


class Stop(Exception):
    """Somebody asked the portal to end."""


@dataclass
class Child:
    """One of the portal's processes, started again when it dies."""

    name: str
    short_lives: int = 0
    started: float = 0.0
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = start_process(PROCESSES[self.name])

    def keep_alive(self) -> None:
        if self.process.poll() is None:
            return
        lived = time.monotonic() - self.started
        self.short_lives = self.short_lives + 1 if lived < SHORT_LIFE else 0
        say(f"Tiến trình {self.name} đã dừng (mã {self.process.returncode}), khởi động lại.")
        if self.short_lives >= MOST_SHORT_LIVES:
            raise SystemExit(f"Tiến trình {self.name} không chạy được.")
        time.sleep(self.short_lives)
        self.start()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    """Have the kernel end this process if the supervisor is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start_process(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a process in its own session, so that Ctrl-C reaches the supervisor alone."""
    return subprocess.Popen(  # noqa: S603
        command,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def end_processes(processes: list[subprocess.Popen[bytes]]) -> None:
    alive = [process for process in processes if process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + SECONDS_TO_END
    for process in alive:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def check_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(PORT)))
        except OSError as error:
            raise SystemExit(f"Cổng {PORT} đang bận. Chọn cổng khác: make run PORT=8001") from error


def prepare() -> None:
    """Bring the database up to date in one process, which ends with us if we are stopped."""
    process = start_process((sys.executable, "manage.py", "prepare"))
    try:
        if process.wait():
            raise SystemExit("Không chuẩn bị được cơ sở dữ liệu.")
    finally:
        end_processes([process])


def web_answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def supervise() -> None:
    """Start the three processes and watch over them until somebody says stop."""
    parent = os.getppid()
    children = [Child(name) for name in PROCESSES]
    try:
        for child in children:
            child.start()
        announced = False
        while os.getppid() == parent:
            for child in children:
                child.keep_alive()
            if not announced and web_answers():
                announced = True
                say(f"\nCổng đang chạy: http://127.0.0.1:{PORT}  (Ctrl-C để dừng)\n")
            time.sleep(0.3)
    finally:
        end_processes([child.process for child in children if hasattr(child, "process")])


def stop(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not break the orderly end that the first one began.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stop


def main() -> None:
    check_port()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, stop)
    ours: list[embedded.Postgres | embedded.Valkey] = []
    try:
        for name, service in (
            ("DATABASE_URL", embedded.Postgres(embedded.HERE)),
            ("REDIS_URL", embedded.Valkey(embedded.HERE)),
        ):
            if not env.text(name) and service.start():
                ours.append(service)
        prepare()
        supervise()
    except Stop:
        say("\nĐang dừng …")
    finally:
        for service in reversed(ours):
            service.stop()
    say("Đã dừng.")


if __name__ == "__main__":
    main()
