"""Stored files that no row speaks of: left behind where a request was cut off after its file was written."""

import datetime as dt
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from ..models import EvidenceFile

LEFT_ALONE: Final = dt.timedelta(days=1)
"""A file so young may belong to a request that is still running."""


def sweep_files(now: dt.datetime | None = None) -> int:
    """Remove evidence files without a row that are older than a day; how many went.

    Month by month, so that no more names are held than one month brought.
    """
    until = ((now or timezone.now()) - LEFT_ALONE).timestamp()
    root, count = Path(settings.MEDIA_ROOT), 0
    for month in sorted((root / "evidence").glob("*/*/")):
        prefix = month.relative_to(root).as_posix()
        old = [path for path in month.iterdir() if path.is_file() and path.stat().st_mtime < until]
        rows = EvidenceFile.objects.filter(file__startswith=f"{prefix}/") if old else None
        known = set(rows.values_list("file", flat=True)) if rows is not None else set()
        for path in old:
            if f"{prefix}/{path.name}" not in known:
                path.unlink(missing_ok=True)
                count += 1
    return count
