"""What the environment may say, and how the start fails when it says too little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from antq_portal import env

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "not-a-secret-but-long-enough-for-a-test-of-the-start-0123456789",
    "DATABASE_URL": "postgresql://portal:pw@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "antq.example.vn",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_everything_named():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_production_start_fails_naming_the_missing_variable(missing):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}

    result = manage("check", **environment)

    assert result.returncode != 0
    last_line = result.stderr.strip().splitlines()[-1]
    assert f"{missing} (or {missing}_FILE) is not set" in last_line
    assert ".env.example" in last_line


def test_own_hosts_mean_production():
    result = manage("check", ALLOWED_HOSTS="antq.example.vn")

    assert "SECRET_KEY (or SECRET_KEY_FILE) is not set" in result.stderr


def test_every_variable_read_is_in_the_example():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = (ROOT / "antq_portal/settings.py").read_text(encoding="utf-8")
    read = {part.split('"')[1] for part in settings.split("env.")[1:] if '("' in part[:14]}

    assert {name for name in read if f"{name}=" not in example} == set()


def test_text_prefers_the_variable_over_the_file(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from file\n", encoding="utf-8")
    monkeypatch.setenv("PROBE_FILE", str(secret))

    assert env.text("PROBE") == "from file"

    monkeypatch.setenv("PROBE", "from variable")

    assert env.text("PROBE") == "from variable"


def test_text_names_a_file_that_cannot_be_read(monkeypatch, tmp_path):
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ImproperlyConfigured, match=r"PROBE_FILE points at .*nowhere"):
        env.text("PROBE")


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("True", True), ("off", False), ("0", False), ("", True)]
)
def test_flag_reads_known_words(monkeypatch, word, value):
    monkeypatch.setenv("PROBE", word)

    assert env.flag("PROBE", default=True) is value


def test_flag_refuses_other_words(monkeypatch):
    monkeypatch.setenv("PROBE", "maybe")

    with pytest.raises(ImproperlyConfigured, match="PROBE must be 1 or 0"):
        env.flag("PROBE", default=False)


@pytest.mark.parametrize("word", ["-1", "two", "1.5"])
def test_number_refuses_what_is_not_whole(monkeypatch, word):
    monkeypatch.setenv("PROBE", word)

    with pytest.raises(ImproperlyConfigured, match="PROBE must be a whole number"):
        env.number("PROBE", 3)


def test_words_drops_empty_ones(monkeypatch):
    monkeypatch.setenv("PROBE", "a.vn, b.vn,,")

    assert env.words("PROBE") == ["a.vn", "b.vn"]


def test_database_reads_a_network_address():
    parsed = env.database("postgresql://an%40tq:p%2Fw@db.vn:5433/portal?sslmode=require")

    assert parsed == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "portal",
        "USER": "an@tq",
        "PASSWORD": "p/w",
        "HOST": "db.vn",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_reads_a_socket_folder():
    parsed = env.database("postgresql://antq:pw@/portal?host=/run/a%20b")

    assert (parsed["HOST"], parsed["PORT"], parsed["OPTIONS"]) == ("/run/a b", "", {})


def test_database_refuses_other_engines():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        env.database("sqlite:///db.sqlite3")


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.vn", 25, False, False),
        ("smtp+tls://mail.vn", 587, True, False),
        ("smtps://mail.vn:4650", 4650, False, True),
    ],
)
def test_email_reads_the_three_kinds_of_smtp(url, port, tls, ssl):
    parsed = env.email(url)

    assert (parsed["EMAIL_PORT"], parsed["EMAIL_USE_TLS"], parsed["EMAIL_USE_SSL"]) == (
        port,
        tls,
        ssl,
    )


def test_email_reads_names_and_passwords_as_typed_into_an_address():
    parsed = env.email("smtp+tls://antq%40xa.vn:p%2Fw%3A1@mail.vn")

    assert (parsed["EMAIL_HOST_USER"], parsed["EMAIL_HOST_PASSWORD"]) == ("antq@xa.vn", "p/w:1")
    assert parsed["EMAIL_BACKEND"].endswith("smtp.EmailBackend")


@pytest.mark.parametrize(
    ("url", "backend", "folder"),
    [
        ("", "console", None),
        ("console:", "console", None),
        ("file:///var/mail%20box", "filebased", "/var/mail box"),
    ],
)
def test_email_may_go_to_the_log_or_a_folder(url, backend, folder):
    parsed = env.email(url)

    assert parsed["EMAIL_BACKEND"].endswith(f"{backend}.EmailBackend")
    assert parsed.get("EMAIL_FILE_PATH") == folder


def test_email_refuses_other_addresses():
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must begin with"):
        env.email("http://mail.vn")


def test_email_address_may_stand_in_a_file(monkeypatch, tmp_path):
    secret = tmp_path / "email-url"
    secret.write_text("smtps://antq:secret@mail.vn\n", encoding="utf-8")
    monkeypatch.delenv("EMAIL_URL", raising=False)
    monkeypatch.setenv("EMAIL_URL_FILE", str(secret))

    assert env.email(env.text("EMAIL_URL"))["EMAIL_USE_SSL"] is True


def test_generated_secret_is_kept_and_private(tmp_path):
    path = tmp_path / "deep" / "key"

    first = env.generated_secret(path)

    assert env.generated_secret(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
