"""Outcomes decided elsewhere or on paper: the province's for the ministry's unit, the commune's for its areas."""

import datetime as dt

from django.core import signing

from accounts.roles import Act
from evaluations.models import RecordedResult
from evaluations.services.result_imports import SALT
from evaluations.services.results import ResultFacts, record_external
from units.coverage import Scheme
from units.models import Kind, ManagingLevel, SubKind, UnitVersion
from units.services import UnitFacts, create_unit

from .checks import Check
from .people import (
    AREA,
    NA_MEO,
    NATION,
    THANH_HOA,
    Answer,
    Spot,
    does,
    everyone,
    here_of_somewhere,
    somewhere,
)

MINISTRY_MANAGED = Spot((NATION, THANH_HOA, NA_MEO, "kho bạc"), Kind.AGENCY, THANH_HOA, THANH_HOA)
"""A unit in Na Mèo that the ministry follows; the province records what the Minister decided."""
NAME = "Kho bạc khu vực Na Mèo"
PAPER = {
    "scheme": "recognition", "year": "2023", "outcome": "met", "decision_number": "9/QĐ-BCA",
    "decided_on": "01/12/2023", "organ": "Bộ trưởng Bộ Công an",
}  # fmt: skip


def ministry_unit(stage):
    found = UnitVersion.objects.filter(name=NAME).select_related("unit").first()
    if found is None:
        facts = UnitFacts(NAME, SubKind.STATE_BODY, ManagingLevel.MINISTRY)
        found = create_unit(
            parent=stage.commune, kind=Kind.AGENCY, facts=facts, by=stage.person("quantri.thanhhoa")
        )
    return found.unit


def of_result(stage):
    """What the Minister decided for that unit in 2022, recorded by the province."""
    unit = ministry_unit(stage)
    found = RecordedResult.objects.filter(unit=unit, year=2022).first()
    if found is None:
        facts = ResultFacts(
            2022, Scheme.RECOGNITION, "met", "8/QĐ-BCA", dt.date(2022, 12, 1), PAPER["organ"]
        )
        found = record_external(unit, facts=facts, by=stage.person("canbo.thanhhoa"))
    return (found.pk,)


def new_result(stage):
    return {"unit": ministry_unit(stage).pk, **PAPER}


def checked_file(stage):
    """A file about an area of Na Mèo that was checked a moment ago."""
    version = stage.version(stage.files["draft"])
    row = [2, version.name, "Xã Na Mèo", "Khu dân cư", "2022", "Phân loại", "Khá", "5/QĐ-UBND",
           "20/11/2022", "UBND xã Na Mèo"]  # fmt: skip
    return {"da_kiem_tra": signing.dumps([row], salt=SALT, compress=True)}


PAGES = [
    Check("evaluations:recorded_results", everyone()),
    Check("evaluations:result_new", somewhere(Act.RECORD_RESULT)),
    Check("evaluations:result_import", somewhere(Act.RECORD_RESULT)),
    Check("evaluations:result_template", somewhere(Act.RECORD_RESULT)),
    Check("evaluations:result_edit", does(Act.RECORD_RESULT, MINISTRY_MANAGED), args=of_result),
    Check("evaluations:result_strike", does(Act.RECORD_RESULT, MINISTRY_MANAGED), args=of_result),
]

ACTS = [
    Check("evaluations:result_new", here_of_somewhere(Act.RECORD_RESULT, MINISTRY_MANAGED),
          data=new_result),
    Check("evaluations:result_edit", does(Act.RECORD_RESULT, MINISTRY_MANAGED, Answer.DONE),
          args=of_result, data=lambda stage: PAPER | {"decided_on": "02/12/2022", "reason": "Nhầm."}),
    Check("evaluations:result_strike", does(Act.RECORD_RESULT, MINISTRY_MANAGED, Answer.DONE),
          args=of_result, data=lambda stage: {"reason": "Trùng."}),
    Check("evaluations:result_import", here_of_somewhere(Act.RECORD_RESULT, AREA), data=checked_file),
]  # fmt: skip
