"""Why a long task ended early."""


class JobFailed(Exception):
    """The task cannot be done; the message is shown to the person who asked, as it is."""


class JobCancelled(Exception):
    """The person who asked for the task cancelled it."""


class LeaseLost(Exception):
    """Another worker has taken the job over; whatever this one does no longer counts."""


class UnknownTask(LookupError):
    """No `tasks` module of any app registers a task of that name."""
