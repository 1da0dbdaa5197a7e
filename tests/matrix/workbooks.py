"""The season as a workbook: who takes it, and whose an upload is."""

from functools import cache

from accounts.models import User
from accounts.roles import Act
from evaluations.models import WorkbookUpload
from evaluations.services.workbooks import keep_upload
from evaluations.workbooks.work import area_for_entry, workbook_of

from .checks import Check
from .people import Answer, does_in_area, owner

OFFICER = "canbo.nameo"


def of_year(stage):
    return (stage.year,)


def of_commune(stage):
    return {"xa": stage.commune.pk}


@cache
def exported(user_id, area_id, year):
    """The bytes of Na Mèo's workbook as its officer takes it; made once, for it is only read."""
    user = User.objects.get(pk=user_id)
    return workbook_of(user, area_for_entry(user, area_id), year)[1]


def of_upload(stage):
    """What the officer of Na Mèo sent and has not yet had written."""
    officer = stage.people[OFFICER]
    kept = WorkbookUpload.objects.filter(uploaded_by=officer).first() or keep_upload(
        stage.commune, year=stage.year, name="bang.xlsx", workbook="x", by=officer,
        content=exported(officer.pk, stage.commune.pk, stage.year),
    )  # fmt: skip
    return (stage.year, kept.pk)


PAGES = [
    Check("evaluations:workbook", does_in_area(Act.ANSWER), args=of_year, query=of_commune),
    Check("evaluations:workbook_file", does_in_area(Act.ANSWER), args=of_year, query=of_commune),
    Check("evaluations:workbook_check", owner(OFFICER), args=of_upload),
    Check("evaluations:workbook_marked", owner(OFFICER), args=of_upload),
]
ACTS = [
    Check("evaluations:workbook_file", does_in_area(Act.ANSWER, Answer.DONE), args=of_year,
          query=of_commune, data=lambda stage: {}),
    Check("evaluations:workbook_check", owner(OFFICER, Answer.DONE), args=of_upload,
          data=lambda stage: {"tat-ca": "web"}),
]  # fmt: skip
