"""The calendar of Na Mèo, its milestones, extensions and reminders: who reads, who sets."""

import datetime as dt

from django.utils.timezone import localdate

from accounts.roles import Act
from antq_portal.lib.dates import date_text
from evaluations.models import Extension
from evaluations.services.deadlines import grant_extension

from .checks import Check
from .people import AREA, Answer, assigned, does, does_in_area, everyone, in_area, somewhere

DONE = Answer.DONE
REASON = "Mưa lũ, đường bị chia cắt."


def of_commune(stage):
    return {"xa": stage.commune.pk}


def of_file(step):
    return lambda stage: (stage.year, stage.files[step].pk)


def later() -> dt.date:
    return localdate() + dt.timedelta(days=60)


def of_extended(stage):
    """A returned file with an extension that its appraiser granted."""
    unit = stage.files["returned"]
    if not Extension.objects.standing().filter(unit=unit).exists():
        by = stage.person("thamdinh.nameo")
        grant_extension(unit, year=stage.year, until_on=later(), reason=REASON, by=by)
    return (stage.year, unit.pk)


PAGES = [
    Check("evaluations:calendar", assigned(), about="own"),
    Check("evaluations:calendar", in_area(), query=of_commune),
    Check("account_reminders", everyone()),
    Check("evaluations:mail_runs", somewhere(Act.ADMINISTER)),
    Check("evaluations:milestones", does_in_area(Act.SET_DEADLINES), query=of_commune),
    Check("evaluations:extension_new", does(Act.SET_DEADLINES, AREA), args=of_file("draft")),
    Check("evaluations:extension_end", does(Act.SET_DEADLINES, AREA), args=of_extended),
]

ACTS = [
    Check("evaluations:milestones", does_in_area(Act.SET_DEADLINES, DONE), query=of_commune,
          data=lambda stage: {"meet_by": date_text(dt.date(stage.year, 11, 3))}),
    Check("evaluations:nudge", does_in_area(Act.SET_DEADLINES, DONE), query=of_commune,
          data=lambda stage: {"don_vi": [stage.files["unsent"].pk]}),
    Check("evaluations:extension_new", does(Act.SET_DEADLINES, AREA, DONE), args=of_file("draft"),
          data=lambda stage: {"until_on": date_text(later()), "reason": REASON}),
    Check("evaluations:extension_end", does(Act.SET_DEADLINES, AREA, DONE), args=of_extended,
          data=lambda stage: {"note": REASON}),
]  # fmt: skip
