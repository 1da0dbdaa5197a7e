"""The migrations applied once for all test processes: each test database is a copy of that one.

The copied database stays between runs beside the test databases, named by what its migrations
say, so that only a changed migration, another Django or another library costs their time again.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

LOCK = 7_291_845_233
"""Held on the server while one process looks for the database, or makes it."""


def migrated_template(connection):
    """Return the name of a database with every migration applied; made when it is not there.

    `connection` is of the database of this process, not used yet; it is given back as it was.
    """
    base = f"{connection.settings_dict['NAME']}_migrated"
    wanted = f"{base}_{_said_by_migrations()}"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{base}%"])
        found = {name for (name,) in cursor.fetchall()}
        if wanted not in found:
            for name in found:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            _migrate(connection, f"{base}_draft")
            cursor.execute(f'ALTER DATABASE "{base}_draft" RENAME TO "{wanted}"')
    return wanted


def _migrate(connection, name):
    own = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        # `create_test_db` points the settings, which share these dictionaries, at the new one.
        connections.settings[DEFAULT_DB_ALIAS]["NAME"] = own[0]
        connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own


def _said_by_migrations():
    """Twelve letters that change with any migration and with Django."""
    digest = hashlib.sha256(version("django").encode())
    for app in sorted(apps.get_app_configs(), key=lambda one: one.label):
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.label} {file.name}".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
