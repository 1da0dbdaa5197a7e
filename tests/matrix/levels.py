"""Files that the commune does not decide: its own, the province's schools; and the other province.

A commune's own file is entered by its officer, sent up by its standing body and decided by the
province. Nothing of Thái Nguyên is there for anybody of Thanh Hóa, nor the other way round.
"""

import datetime as dt

from django.utils.timezone import localdate

from accounts.roles import Act
from antq_portal.demo.seasons import current_seasons
from evaluations.models import Decision, Evaluation
from evaluations.services.rosters import prepare_roster
from reports.definitions import REPORTS
from units.coverage import Scheme
from units.models import Kind, ManagingLevel, SubKind, Unit
from units.selectors import alive_versions
from units.services import UnitFacts, create_unit

from .checks import Check
from .people import (
    NA_MEO,
    NATION,
    OFFICE,
    PROVINCE,
    PROVINCE_MANAGED,
    QUAN_SON,
    THAI_NGUYEN,
    THANH_HOA,
    Answer,
    Person,
    Spot,
    asks_reports_of,
    does,
    everyone,
    reads,
    seen,
    sees,
)
from .stage import Stage

DONE = Answer.DONE
REASON = "Theo văn bản của Ban Chỉ đạo tỉnh."

OWN_FILE = Spot((NATION, THANH_HOA, NA_MEO), Kind.COMMUNE, NA_MEO, THANH_HOA)
"""Na Mèo's own year: its people enter and send it, the province decides."""
OWN_FILE_OF_QUAN_SON = Spot((NATION, THANH_HOA, QUAN_SON), Kind.COMMUNE, QUAN_SON, THANH_HOA)
IN_QUAN_SON = Spot(
    (NATION, THANH_HOA, QUAN_SON, "THPT"), Kind.EDUCATIONAL_INSTITUTION, THANH_HOA, THANH_HOA
)
"""What the province manages in Quan Sơn."""
AGENCY_THERE = Spot((NATION, THANH_HOA, QUAN_SON, "Hạt"), Kind.AGENCY, THANH_HOA, THANH_HOA)
FAR_CODE = "05443"
FAR = Spot((NATION, THAI_NGUYEN, FAR_CODE), Kind.COMMUNE, FAR_CODE, FAR_CODE)
"""Some commune of Thái Nguyên."""
FAR_AREA = Spot((NATION, THAI_NGUYEN, FAR_CODE, "xóm"), Kind.RESIDENTIAL_AREA, FAR_CODE, FAR_CODE)


def named(name: str) -> Unit:
    return alive_versions().select_related("unit").get(name=f"{name} (mẫu)").unit


def of_own_file(stage: Stage):
    return (stage.year, stage.commune.pk)


def of_own_file_of_quan_son(stage: Stage):
    return (stage.year, stage.quan_son.pk)


def of_school(stage: Stage):
    return (stage.year, stage.managed_by_province.pk)


def of_agency(stage: Stage):
    return (stage.year, named("Hạt Kiểm lâm Quan Sơn").pk)


def of_decision(status: str):
    """A recognition of the province at that step."""

    def args(stage: Stage):
        found = Decision.objects.filter(
            authority=stage.province, status=status, scheme=Scheme.RECOGNITION, year=stage.year
        )
        return (found.get().pk,)

    return args


def of_far_commune(stage: Stage):
    return (far_area(stage).versions.get().parent_id,)


def of_far_area(stage: Stage):
    return (far_area(stage).pk,)


def of_far_file(stage: Stage):
    return (stage.year, far_area(stage).pk)


def far_area(stage: Stage) -> Unit:
    """An area of Thái Nguyên with an open file, made by its administrator when first asked for."""
    known = Unit.objects.filter(is_demo=True, kind=Kind.RESIDENTIAL_AREA).exclude(
        province=stage.province
    )
    return known.first() or _made_far_area(stage)


def _made_far_area(stage: Stage) -> Unit:
    administrator = stage.person("quantri.thainguyen")
    province = alive_versions().get(code=THAI_NGUYEN, unit__kind=Kind.PROVINCE).unit
    commune = alive_versions().filter(unit__province=province, unit__kind=Kind.COMMUNE)[0].unit
    facts = UnitFacts("Xóm Xa", SubKind.XOM, ManagingLevel.COMMUNE)
    made = create_unit(
        parent=commune, kind=Kind.RESIDENTIAL_AREA, facts=facts, by=administrator, is_demo=True
    )
    seasons = current_seasons(province, by=administrator)
    prepare_roster(commune, year=localdate().year)
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        Evaluation.objects.create(
            season=seasons[scheme, Kind.RESIDENTIAL_AREA], unit=made.unit, unit_version=made,
            province=province, managing_unit=commune, appraising_unit=commune, deciding_unit=commune,
        )  # fmt: skip
    return made.unit


def seen_or_named(person: Person) -> Answer:
    """An issued decision of the province: who sees the province, or a unit that it names."""
    is_seen = sees(person, PROVINCE) or sees(person, IN_QUAN_SON)
    return Answer.SHOWN if is_seen else Answer.HIDDEN


def step(code: str):
    return lambda stage: {"buoc": code}


def words(**given: str):
    return lambda stage: given


def numbered(stage: Stage) -> dict[str, str]:
    return {
        "number": "981", "issued_on": f"{localdate():%d/%m/%Y}", "signer_name": "Lê Đức Minh",
        "signing_capacity": "tm", "xac_nhan": "1",
    }  # fmt: skip


PAGES = [
    Check("evaluations:file", seen(OWN_FILE), args=of_own_file, about="of Na Mèo itself"),
    Check("evaluations:appraisal", does(Act.APPRAISE, OWN_FILE_OF_QUAN_SON), args=of_own_file_of_quan_son,
          about="of Quan Sơn itself"),
    Check("evaluations:appraisal", does(Act.APPRAISE, AGENCY_THERE), args=of_agency,
          about="of the province's agency"),
    Check("evaluations:decision", seen(PROVINCE), args=of_decision("sent"), about="sent to the province"),
    Check("evaluations:decision", seen_or_named, args=of_decision("issued"), about="of the province"),
    Check("units:detail", everyone(), args=of_far_commune, about="of Thái Nguyên"),
    Check("evaluations:sheet", seen(FAR), args=lambda s: (s.year,),
          query=lambda s: {"xa": of_far_commune(s)[0]}, about="in Thái Nguyên"),
    Check("reports:report", asks_reports_of(FAR), args=lambda s: (next(iter(REPORTS)),),
          query=lambda s: {"don_vi": of_far_commune(s)[0]}, about="in Thái Nguyên"),
    Check("units:detail", seen(FAR_AREA), args=of_far_area, about="of an area in Thái Nguyên"),
    Check("evaluations:file", seen(FAR_AREA), args=of_far_file, about="in Thái Nguyên"),
]  # fmt: skip

ACTS = [
    Check("evaluations:file", does(Act.SUBMIT_COMMUNE, OWN_FILE, DONE), args=of_own_file, query=step("rut"),
          data=words(co="1"), about="rut of Na Mèo itself"),
    Check("evaluations:appraisal_take_up", does(Act.APPRAISE, OWN_FILE, DONE), args=of_own_file,
          data=words(co="1"), about="of Na Mèo itself"),
    Check("evaluations:appraisal_return", does(Act.APPRAISE, OWN_FILE_OF_QUAN_SON, DONE),
          args=of_own_file_of_quan_son, data=words(note=REASON), about="of Quan Sơn itself"),
    Check("evaluations:appraisal_confirm", does(Act.APPRAISE, OWN_FILE_OF_QUAN_SON, DONE),
          args=of_own_file_of_quan_son, data=words(note=REASON), about="of Quan Sơn itself"),
    Check("evaluations:file", does(Act.SUBMIT, PROVINCE_MANAGED, DONE), args=of_school, query=step("rut"),
          data=words(co="1"), about="rut of the THPT"),
    Check("evaluations:appraisal_take_up", does(Act.APPRAISE, PROVINCE_MANAGED, DONE), args=of_school,
          data=words(co="1"), about="of the THPT"),
    Check("evaluations:appraisal_confirm", does(Act.APPRAISE, AGENCY_THERE, DONE), args=of_agency,
          data=words(note=REASON), about="of the province's agency"),
    Check("evaluations:dossier", seen(PROVINCE_MANAGED, DONE), args=of_school, data=words(co="1"),
          about="of the THPT"),
    Check("evaluations:supplement_request", reads(OFFICE[:3], AGENCY_THERE), args=of_agency,
          data=words(co="1"), about="of the province's agency"),
    Check("evaluations:decision_approve", does(Act.APPROVE, PROVINCE, DONE), args=of_decision("sent"),
          data=words(co="1"), about="of the province"),
    Check("evaluations:decision_send_back", does(Act.APPROVE, PROVINCE, DONE), args=of_decision("sent"),
          data=words(note=REASON), about="of the province"),
    Check("evaluations:decision_issue", does(Act.ISSUE, PROVINCE, DONE), args=of_decision("approved"),
          data=numbered, about="of the province"),
    Check("units:head_counts", does(Act.KEEP_HEAD_COUNTS, FAR_AREA, DONE), args=of_far_area,
          data=lambda s: {"households": 91, "counted_on": f"{localdate() - dt.timedelta(days=1):%d/%m/%Y}"},
          about="of an area in Thái Nguyên"),
]  # fmt: skip

IN_THAI_NGUYEN = [
    check
    for check in (*PAGES, *ACTS)
    if "Thái Nguyên" in check.about and check.about != "of Thái Nguyên"
]
"""What nobody of Thanh Hóa finds; the names of communes are open to everybody."""
