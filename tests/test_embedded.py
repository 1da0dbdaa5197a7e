"""The embedded services, for real: each test starts its own below a temporary folder."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
import redis

from antq_portal.embedded import Place, Postgres, Valkey
from antq_portal.embedded.place import first_number

ROOT = Path(__file__).resolve().parent.parent
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="antq-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def stop_all(place):
    Postgres(place).stop()
    Valkey(place).stop()


@pytest.fixture
def place(folder):
    place = Place(folder / ".local")
    yield place
    stop_all(place)


def ask(postgres, query):
    connection = psycopg2.connect(postgres.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def test_postgres_starts_once_and_speaks_vietnamese(place, monkeypatch):
    monkeypatch.setenv("LANG", "C")
    postgres = Postgres(place)

    started = postgres.start(), postgres.start()

    assert started == (True, False)
    assert ask(postgres, "SELECT lower('ĐẶNG'), current_setting('server_encoding')") == (
        "đặng",
        "UTF8",
    )
    assert ask(postgres, "SELECT current_setting('listen_addresses')") == ("",)


def test_postgres_comes_back_with_its_data_after_a_kill(place):
    postgres = Postgres(place)
    postgres.start()
    ask(postgres, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first_number(place.data / "postmaster.pid"), signal.SIGKILL)
    time.sleep(0.1)

    assert not postgres.is_ready()
    assert postgres.start()
    assert ask(postgres, "SELECT answer FROM kept") == (42,)


def test_postgres_forgets_a_lock_file_with_a_strangers_number(place):
    postgres = Postgres(place)
    postgres.start()
    lock_file = place.data / "postmaster.pid"
    lines = lock_file.read_text(encoding="utf-8").splitlines()
    postgres.stop()
    lock_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n", encoding="utf-8")

    assert postgres.start()


def test_postgres_refuses_data_of_another_version(place):
    postgres = Postgres(place)
    postgres.start()
    postgres.stop()
    (place.data / "PG_VERSION").write_text("15\n", encoding="utf-8")

    with pytest.raises(RuntimeError, match="was made by PostgreSQL 15"):
        postgres.start()


def test_processes_that_start_together_share_one_server(place):
    code = (
        "import sys; from pathlib import Path; from antq_portal.embedded import *\n"
        "place = Place(Path(sys.argv[1]))\n"
        "print(Postgres(place).start(), Valkey(place).start(), place.password)"
    )

    def start(_):
        return subprocess.run(
            [sys.executable, "-c", code, str(place.local)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(start, range(3)))

    assert sorted(answer[0] for answer in answers) == ["False", "False", "True"]
    assert sorted(answer[1] for answer in answers) == ["False", "False", "True"]
    assert {answer[2] for answer in answers} == {place.password}


def test_valkey_comes_back_on_its_port_with_its_data_after_a_kill(place):
    valkey = Valkey(place)
    assert (valkey.start(), valkey.start()) == (True, False)
    url = valkey.url
    with redis.Redis.from_url(url) as client:
        client.set("kept", "42")
        client.execute_command("WAITAOF", 1, 0, 1000)
    os.kill(first_number(place.home / "valkey" / "valkey.pid"), signal.SIGKILL)
    time.sleep(0.1)

    assert not valkey.is_ready()
    assert valkey.start()
    assert valkey.url == url
    with redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"42"


def test_valkey_asks_for_its_password(place):
    valkey = Valkey(place)
    valkey.start()

    with (
        redis.Redis.from_url(valkey.url.replace(place.password, "guess")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_long_path_gets_a_short_socket_folder(folder):
    place = Place(folder / ("rất-dài-" * 8) / ".local")
    postgres = Postgres(place)

    try:
        assert postgres.start()
        assert ask(postgres, "SELECT 1") == (1,)
        assert place.home not in postgres.socket_folder.parents
    finally:
        stop_all(place)
        shutil.rmtree(postgres.socket_folder, ignore_errors=True)


@needs_root
def test_servers_do_not_run_as_root(place):
    Postgres(place).start()
    Valkey(place).start()

    owners = {
        Path(f"/proc/{first_number(pid_file)}").stat().st_uid
        for pid_file in (place.data / "postmaster.pid", place.home / "valkey" / "valkey.pid")
    }

    assert 0 not in owners


@needs_root
def test_closed_parent_folder_stays_closed_and_is_gone_around(folder):
    closed = folder / "root-only"
    closed.mkdir(mode=0o700)
    place = Place(closed / ".local")

    try:
        assert Postgres(place).start()
        assert Valkey(place).start()
        assert closed.stat().st_mode & 0o777 == 0o700
        assert place.home.parent == Path("/var/tmp")
        assert Place(place.local).home == place.home
    finally:
        stop_all(place)
        shutil.rmtree(place.home, ignore_errors=True)


def test_named_services_leave_the_embedded_ones_alone():
    code = (
        "from antq_portal import embedded\n"
        "embedded.database_url = embedded.redis_url = None\n"
        "import django; django.setup()\n"
        "from django.conf import settings as s; print(s.DATABASES['default']['HOST'])"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "antq_portal.settings",
        "DEBUG": "1",
        "DATABASE_URL": "postgresql://portal:pw@database.vn/portal",
        "REDIS_URL": "redis://redis.vn/0",
    }

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout == "database.vn\n", result.stderr
