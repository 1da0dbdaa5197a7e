"""How long a command and a web process take before they do anything."""

import http.client
import socket
import subprocess
import time
from statistics import median
from typing import Final

from .place import ROOT, Place
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "start"
CHECK_MS: Final = 3000.0
WEB_MS: Final = 5000.0
PATIENCE_SECONDS: Final = 60.0


def steps(place: Place, runs: Runs) -> list[Step]:
    """Both starts, each a process of its own."""
    return [
        Step(GROUP, "manage.py check", lambda: [_check(place, runs)]),
        Step(GROUP, "Máy chủ web", lambda: [_web(place, runs)]),
    ]


def _check(place: Place, runs: Runs) -> Figure:
    def run() -> float:
        begun = time.perf_counter()
        place.run("manage.py", "check")
        return (time.perf_counter() - begun) * 1000

    value = median(run() for _ in range(runs.many))
    return Figure(group=GROUP, name="manage.py check", value=value, limit=CHECK_MS)


def _web(place: Place, runs: Runs) -> Figure:
    value = median(_until_answer(place) for _ in range(runs.many))
    name = "Máy chủ web, từ lúc gọi đến khi /healthz trả lời"
    return Figure(group=GROUP, name=name, value=value, limit=WEB_MS)


def _until_answer(place: Place) -> float:
    """Milliseconds from starting gunicorn with one process to its first good answer."""
    port = _free_port()
    environment = place.environment | {"PORT": str(port), "WEB_CONCURRENCY": "1"}
    command = place.python("-m", "gunicorn", "antq_portal.wsgi", "--log-level=error")
    begun = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603
    try:
        while not _is_healthy(port):
            if server.poll() is not None or time.perf_counter() - begun > PATIENCE_SECONDS:
                raise RuntimeError("máy chủ web không trả lời")
            time.sleep(0.01)
        return (time.perf_counter() - begun) * 1000
    finally:
        server.terminate()
        server.wait()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
