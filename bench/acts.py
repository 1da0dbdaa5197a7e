"""Acts: saving a section, sending and appraising a file, issuing a decision."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Final

from django.test import Client
from django.urls import reverse

from criteria.scoring import AnswerValues, SetDefinition
from criteria.selectors import definition_of
from evaluations.models import Decision, Evaluation
from evaluations.services.answers import Typed, save_answers
from evaluations.services.decisions import Numbering, issue_decision
from evaluations.workflow import DecisionStatus, Status
from units.coverage import Scheme
from units.models import Unit

from . import excel
from .data import Country
from .measure import (
    Action,
    NotThere,
    Taken,
    made_bytes,
    median_of,
    queries_of,
    signed_in,
    taken,
    undone,
    wanted,
)
from .posting import Form, forms_of
from .steps import Runs, Step
from .table import Figure, measured

GROUP: Final = "acts"
SAVE_MS: Final = 300.0
ROW_MS: Final = 100.0
ACT_MS: Final = 300.0
ISSUE_MS: Final = 3000.0
TAB: Final = "tab=tt124&xem=tat-ca"
REDIRECT: Final = 302
CHECKED: Final = 1
"""Queries of the check that the file moved."""


class Saving:
    """The largest section of one unit's sheet, saved again and again with every row changed."""

    def __init__(self, country: Country, unit: Unit) -> None:
        self.country, self.unit = country, unit
        self.client: Client = signed_in(country.people["officer"])
        path = reverse("evaluations:file", args=[country.year, unit.pk])
        self.address = f"{path}?{TAB}"
        self._numbers = count(1)

    def form(self) -> Form:
        """The form with the most rows, as it stands on the page now."""
        html = made_bytes(wanted(self.client.get(self.address))).decode()
        found = max(forms_of(html), key=lambda form: len(form.names("-version")), default=None)
        if found is None or not found.names("-version"):
            raise NotThere("trang không có biểu mẫu nhập tiêu chí")
        return found

    def changed(self, form: Form) -> dict[str, object]:
        """What the form sends after somebody wrote into the note of every row."""
        note = f"Đo lần {next(self._numbers)}."
        return {**form.values, **dict.fromkeys(form.names("-note"), note), "viec": "luu"}

    def by_page(self) -> Action:
        """One save of the section by its button; the form is read beforehand."""
        data = self.changed(self.form())
        return lambda: wanted(self.client.post(self.address, data), REDIRECT)

    def by_row(self) -> Action:
        """One save of the section's first row, as the page does while somebody types."""
        form = self.form()
        row = form.names("-note")[0].removesuffix("-note")
        sent = {key: v for key, v in self.changed(form).items() if key.startswith(f"{row}-")}
        criterion = int(row.removeprefix("c"))
        address = reverse("evaluations:save_row", args=[self.country.year, self.unit.pk, criterion])
        return lambda: wanted(self.client.post(address, sent))

    def by_service(self) -> Action:
        """The same change of the section's rows by the service alone."""
        group = max(self.definition.groups, key=lambda group: len(group.rows))
        codes = {row.code for row in group.rows}
        note = f"Đo lần {next(self._numbers)}."
        answers = self.evaluation.answers.filter(criterion__code__in=codes)
        typed = {
            answer.criterion.code: Typed(
                replace(AnswerValues.of(answer), note=note), answer.version
            )
            for answer in answers.select_related("criterion")
        }
        by = self.country.people["officer"]
        return lambda: save_answers(self.evaluation, typed, by=by)

    @property
    def evaluation(self) -> Evaluation:
        return Evaluation.objects.select_related("season__criteria_set").get(
            unit=self.unit, season__year=self.country.year, season__scheme=Scheme.RECOGNITION
        )

    @property
    def definition(self) -> SetDefinition:
        return definition_of(self.evaluation.season.criteria_set)


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """The acts in the order of the year; each leaves the next what it needs."""
    yield from excel.steps(country, runs)
    saving = "Lưu một mục của hồ sơ"
    yield Step(GROUP, saving, lambda: _saves(country, runs))
    yield Step(GROUP, "Gửi thẩm định một hồ sơ", lambda: [_submit(country, runs)])
    yield Step(GROUP, "Xác nhận thẩm định một hồ sơ", lambda: [_appraise(country, runs)])
    yield Step(GROUP, "Ban hành quyết định", lambda: [_issue(country, runs)])


def _saves(country: Country, runs: Runs) -> list[Figure]:
    saving = Saving(country, country.first("ready"))
    rows = len(saving.form().names("-version"))
    every = "mọi dòng đổi giải trình, ghi thật"
    return [
        _prepared(
            saving.by_page, runs, name=f"Lưu mục dài nhất, {rows} dòng, qua trang", limit=SAVE_MS,
            note=every, peer="ceuk-marking, lưu một phần: 412 ms",
        ),
        _prepared(saving.by_service, runs, name=f"Lưu mục dài nhất, {rows} dòng, riêng dịch vụ",
                  limit=SAVE_MS),
        _prepared(
            saving.by_row, runs, name="Tự lưu một dòng, qua trang", limit=ROW_MS,
            peer="ceuk-marking, tự lưu một trả lời: 58 ms",
        ),
    ]  # fmt: skip


def _prepared(
    prepare: Callable[[], Action],
    runs: Runs,
    *,
    name: str,
    limit: float,
    note: str = "",
    peer: str = "",
) -> Figure:
    """An act that is prepared anew before every run; only the act itself is timed."""
    prepare()()
    middle = Taken.median(taken(prepare()) for _ in range(runs.many))
    return Figure(
        group=GROUP, name=name, **middle.fields, limit=limit, queries=queries_of(prepare()),
        note=note, peer=peer,
    )  # fmt: skip


def _submit(country: Country, runs: Runs) -> Figure:
    client = signed_in(country.people["officer"])

    def send(unit: Unit) -> None:
        address = reverse("evaluations:file", args=[country.year, unit.pk])
        wanted(client.post(address, {"viec": "gui"}), REDIRECT)
        _refuse_unmoved(country, unit, Status.SUBMITTED)

    return _of_each(
        send, country.areas["ready"], runs, name="Gửi thẩm định một hồ sơ (cả hai phần)"
    )


def _appraise(country: Country, runs: Runs) -> Figure:
    client = signed_in(country.people["appraiser"])

    def confirm(unit: Unit) -> None:
        address = reverse("evaluations:appraisal_confirm", args=[country.year, unit.pk])
        wanted(client.post(address, {"note": ""}), REDIRECT)
        _refuse_unmoved(country, unit, Status.APPRAISED)

    name = "Xác nhận thẩm định một hồ sơ (cả hai phần)"
    return _of_each(confirm, country.areas["in_review"], runs, name=name)


def _of_each(
    act: Callable[[Unit], None], units: Sequence[Unit], runs: Runs, *, name: str
) -> Figure:
    """An act that a file undergoes once: one file a run, one more for the queries."""
    counted, *timed = units
    queries = queries_of(lambda: act(counted)) - CHECKED
    middle = Taken.median(taken(partial(act, unit)) for unit in timed[: runs.many])
    return Figure(group=GROUP, name=name, **middle.fields, limit=ACT_MS, queries=queries)


def _refuse_unmoved(country: Country, unit: Unit, status: Status) -> None:
    """Raise NotThere unless both parts of the file stand where the act leads: one query."""
    found = Evaluation.objects.of_file(unit.pk, country.year).values_list("status", flat=True)
    if set(found) != {status}:
        raise NotThere(f"hồ sơ vẫn ở trạng thái {', '.join(found)}")


def _issue(country: Country, runs: Runs) -> Figure:
    decision = country.decisions[Scheme.RECOGNITION]
    count = decision.items.count()
    middle = median_of(undone(partial(issue, country)), runs.many)
    queries = queries_of(undone(partial(issue, country)))
    for_good = taken(partial(issue, country))
    return Figure(
        group=GROUP, name=f"Ban hành quyết định {count} đơn vị", **middle.fields, limit=ISSUE_MS,
        queries=queries, note=f"trung vị của các lượt rồi hoàn lại; lượt ghi thật: {measured(for_good.value, 'ms')}",
    )  # fmt: skip


def issue(country: Country) -> None:
    """Number and issue the approved decision, unless that is done."""
    decision = Decision.objects.get(pk=country.decisions[Scheme.RECOGNITION].pk)
    if decision.status == DecisionStatus.ISSUED:
        return
    numbering = Numbering(number="05", issued_on=country.today, signer_name="Vi Thị Hoa")
    issue_decision(decision, numbering=numbering, by=country.people["clerk"])
