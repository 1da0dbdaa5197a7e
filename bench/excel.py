"""The workbook of a commune's year: made, read back, and written with every answer changed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from criteria.scoring import AnswerValues
from evaluations.workbooks.identity import Identity
from evaluations.workbooks.plan import Item, Plan
from evaluations.workbooks.work import area_for_entry, plan_for, sheets_for, workbook_of
from evaluations.workbooks.writing import write_plan

from .data import Country
from .measure import NotThere, median_of, queries_of, taken, undone
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "acts"
MADE_MS: Final = 3000.0
READ_MS: Final = 3000.0
WRITTEN_MS: Final = 3000.0


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """Before anything is sent: what was sent is locked in a workbook."""
    yield Step(GROUP, "Sổ Excel của xã", lambda: _workbook(country, runs))


def _workbook(country: Country, runs: Runs) -> list[Figure]:
    by = country.people["officer"]
    area = area_for_entry(by, country.commune.pk)
    name, content = workbook_of(by, area, country.year)
    made = taken(lambda: workbook_of(by, area, country.year))
    read = median_of(lambda: plan_for(content, area, year=country.year, by=by), runs.many)
    plan = _changed(country)

    def write() -> None:
        done = write_plan(plan, {}, year=country.year, by=by)
        if sum(one.saved for one in done.results) != len(plan.items):
            raise NotThere(f"{name}: không ghi hết {len(plan.items)} trả lời")

    written = median_of(undone(write), runs.many)
    units = len({item.unit.unit_id for item in plan.items})
    return [
        Figure(group=GROUP, name=f"Lập sổ Excel của xã, {country.size} đơn vị, hai bộ tiêu chí",
               **made.fields, limit=MADE_MS, size=len(content)),
        Figure(group=GROUP, name="Đọc, so sổ Excel với cổng", **read.fields, limit=READ_MS,
               queries=queries_of(lambda: plan_for(content, area, year=country.year, by=by))),
        Figure(group=GROUP, name=f"Ghi {len(plan.items)} trả lời của {units} đơn vị từ sổ Excel",
               **written.fields, limit=WRITTEN_MS, queries=queries_of(undone(write)),
               note="mọi trả lời đổi giải trình, rồi hoàn lại"),
    ]  # fmt: skip


def _changed(country: Country) -> Plan:
    """What a workbook would do in which the note of every stored answer was changed."""
    by = country.people["officer"]
    area = area_for_entry(by, country.commune.pk)
    items = [
        Item(
            sheet, unit, sheet.definition.row(code),
            replace(AnswerValues.of(answer), note="Đo sổ Excel."), (), "A1", answer.version,
            is_new=False,
        )
        for sheet in sheets_for(by, area, country.year)
        for unit in sheet.units
        if not unit.locked
        for code, answer in unit.answers.items()
    ]  # fmt: skip
    if not items:
        raise NotThere("không có hồ sơ nào đang nhập")
    return Plan(Identity.__new__(Identity), items=items)
