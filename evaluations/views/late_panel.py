"""The panel of what happened after a file was sent, as the appraiser's and the unit's page show it."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from ..models import Evaluation
from ..selectors.late_events import (
    BEFORE_THE_DECISION,
    has_ended,
    late_events,
    quiet_statements,
)


def late_panel(
    evaluations: Sequence[Evaluation], *, acts: bool, appraises: bool, reads_sensitive: bool
) -> dict[str, object]:
    """What `_late_events.html` takes: two queries, none while the unit has the file.

    `acts`: the person may write an event down; `appraises`: settles it and gives the last tick.
    """
    sent = [one for one in evaluations if not one.is_editable]
    if not sent:
        return {}
    waiting = [one for one in sent if one.status in BEFORE_THE_DECISION]
    statements = quiet_statements(sent)
    stated = {statement.evaluation_id for statement in statements}
    return {
        "late": {
            "events": late_events(sent),
            "statements": statements,
            "may_report": acts and any(_may_still_happen(one) for one in waiting),
            "may_settle": appraises and bool(waiting),
            "asks_quiet": appraises
            and any(has_ended(one) and one.pk not in stated for one in waiting),
            "reads_sensitive": reads_sensitive,
        }
    }


def _may_still_happen(evaluation: Evaluation) -> bool:
    """Whether a day lies between the sending and the end of the window."""
    at = evaluation.submitted_at
    return bool(at and localdate(at) <= evaluation.season.window_to)
