"""Load the units once and say, as JSON, what was added and by how many statements."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from itertools import count

import django

django.setup()

from django.db import connection  # noqa: E402 - needs the settings

from units.services.loading import load_admin_units  # noqa: E402

numbers = count()


def counted(execute: Callable[..., object], *arguments: object) -> object:
    next(numbers)
    return execute(*arguments)


if __name__ == "__main__":
    with connection.execute_wrapper(counted):
        added = load_admin_units()
    sys.stdout.write(json.dumps(asdict(added) | {"queries": next(numbers)}))
