"""Long tasks by name: each app's `tasks` module registers its functions here.

Services ask for a task by its name through `jobs.services.enqueue`, so that no service imports a
task. The functions run in a worker, for the person who asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Final

from django.utils.module_loading import autodiscover_modules

from accounts.models import User

from .exceptions import UnknownTask

DEFAULT_MINUTES: Final = 30


@dataclass(slots=True)
class Outcome:
    """What a task leaves behind: one file, or the address of the page that shows the result."""

    file_name: str = ""
    content: bytes | IO[bytes] | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a task function is given: for whom, with what, and how to say how far it is."""

    job_id: int
    user: User | None
    arguments: dict[str, Any]
    outcome: Outcome
    on_progress: Callable[[int, int, str], None]
    on_check: Callable[[], None]

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Say how far the task is; call it as often as you like.

        Raises JobCancelled when the person cancelled, LeaseLost when another worker took over.
        """
        self.on_progress(done, total, text)
        self.on_check()

    def check_cancelled(self) -> None:
        """Raise JobCancelled or LeaseLost if there is no point in going on."""
        self.on_check()

    def result(self, name: str, content: bytes | IO[bytes]) -> None:
        """Keep this file as the result; the last call counts."""
        self.outcome.file_name, self.outcome.content = name, content

    def link(self, url: str) -> None:
        """Name the page of the portal where the result is to be seen."""
        self.outcome.url = url


@dataclass(frozen=True, slots=True)
class Task:
    """One registered function and how it wants to be run."""

    name: str
    function: Callable[[JobContext], None]
    is_atomic: bool = False
    minutes: int = DEFAULT_MINUTES
    plain_errors: tuple[type[Exception], ...] = field(default=())


_TASKS: Final[dict[str, Task]] = {}


def task(
    name: str,
    *,
    atomic: bool = False,
    minutes: int = DEFAULT_MINUTES,
    plain_errors: tuple[type[Exception], ...] = (),
) -> Callable[[Callable[[JobContext], None]], Callable[[JobContext], None]]:
    """Register a function as the task of that name.

    A worker may die in the middle and another begin again, so the function must bear being run
    twice; with `atomic` its writes and the mark that it is done are one transaction, and are
    there once or not at all. After `minutes` it is stopped. The words of `plain_errors` are fit
    to be shown to the person who asked.
    """

    def register(function: Callable[[JobContext], None]) -> Callable[[JobContext], None]:
        known = _TASKS.get(name)
        if known is not None and known.function.__module__ != function.__module__:
            raise ValueError(f"Two tasks are named {name}.")
        _TASKS[name] = Task(name, function, atomic, minutes, plain_errors)
        return function

    return register


def find_task(name: str) -> Task:
    """Return the task of that name, reading every app's `tasks` module if need be.

    Raises UnknownTask if there is none.
    """
    if name not in _TASKS:
        autodiscover_modules("tasks")
    try:
        return _TASKS[name]
    except KeyError:
        raise UnknownTask(name) from None
