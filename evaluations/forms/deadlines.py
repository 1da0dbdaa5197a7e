"""The own milestones of an authority, and a later day for one unit."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from antq_portal.lib.fields import DayField

from ..models import MILESTONE_DAYS, Milestones


class MilestonesForm(forms.Form):
    """The four days of one kind, or of all kinds below the commune; empty ones are not set."""

    meet_by = DayField(label="Họp đánh giá chậm nhất ngày", required=False)
    submit_by = DayField(label="Gửi thẩm định chậm nhất ngày", required=False)
    appraise_by = DayField(label="Thẩm định chậm nhất ngày", required=False)
    propose_by = DayField(label="Trình ký chậm nhất ngày", required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, year: int, row: Milestones | None
    ) -> None:
        super().__init__(data, initial={name: getattr(row, name, None) for name in MILESTONE_DAYS})
        for name in MILESTONE_DAYS:
            self.fields[name].year = year

    def clean(self) -> dict[str, Any]:
        """Each day after the ones before it, the problem said at the later one."""
        cleaned = super().clean() or {}
        latest: dt.date | None = None
        for name in MILESTONE_DAYS:
            day = cleaned.get(name)
            if day and latest and day < latest:
                self.add_error(name, "Mốc này sớm hơn mốc trước nó.")
            latest = max(filter(None, (latest, day)), default=None)
        return cleaned

    def days(self) -> dict[str, dt.date | None]:
        return {name: self.cleaned_data.get(name) for name in MILESTONE_DAYS}


class ExtensionForm(forms.Form):
    """Until when one unit may work on its file, and why."""

    until_on = DayField(
        label="Gia hạn đến hết ngày", error_messages={"required": "Ghi ngày cuối được gia hạn."}
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi lý do; lý do hiện ở hồ sơ của đơn vị."},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, year: int) -> None:
        super().__init__(data)
        self.fields["until_on"].year = year
