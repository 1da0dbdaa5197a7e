"""Read what differs from place to place from the environment.

Every name may also be given as NAME_FILE, the path of a file that holds the value: that is how
container engines hand out secrets. An empty value counts as not set.
"""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
BACKENDS = "django.core.mail.backends"


def text(name: str, default: str = "") -> str:
    """Return the value of a variable, or of the file that NAME_FILE points at, else the default."""
    value = os.environ.get(name, "")
    if value:
        return value
    file_name = os.environ.get(f"{name}_FILE", "")
    if not file_name:
        return default
    try:
        return Path(file_name).read_text(encoding="utf-8").strip() or default
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE points at {file_name}, which cannot be read: {error.strerror}."
        ) from error


def required(name: str) -> str:
    """Return the value of a variable; starting fails and names the variable if it is missing."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(
            f"{name} (or {name}_FILE) is not set, and DEBUG is off. See .env.example."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; anything but a known word stops the start."""
    word = text(name).lower()
    if not word:
        return default
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {word!r}. See .env.example.")


def number(name: str, default: int) -> int:
    """Return a variable that is a whole number of zero or more."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str) -> list[str]:
    """Return the comma-separated values of a variable."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Turn postgresql://user:password@host:port/name?option=value into Django's form.

    A host given as ?host=/folder is the folder of a Unix socket; other options go to libpq.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def email(url: str) -> dict[str, object]:
    """Turn the address of a mail server, or of a folder, into settings.

    smtp://user:password@host:port (smtps: TLS from the start, smtp+tls: STARTTLS; names and
    passwords percent-encoded), file:///folder for one file a mail, console: or nothing for the
    log of the process.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "console"}:
        return {"EMAIL_BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise ImproperlyConfigured(
            "EMAIL_URL must begin with smtp://, smtp+tls://, smtps://, file:/// or be console:."
        )
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def generated_secret(path: Path) -> str:
    """Return the secret kept in a file that only its owner can read; make it on first use.

    The file appears whole or not at all, so two processes that start together agree on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="utf-8")
