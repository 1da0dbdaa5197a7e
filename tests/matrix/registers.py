"""The book of incidents and the security teams of Na Mèo: who reads, who writes."""

import datetime as dt

from django.utils.timezone import localdate

from accounts.roles import Act, Role
from evaluations.models import Incident, IncidentType, SecurityTeam
from evaluations.services.incidents import IncidentDetails, add_incident
from evaluations.services.teams import TeamDetails, save_team

from .checks import Check
from .people import (
    COMMUNE,
    NA_MEO,
    Answer,
    Person,
    does,
    does_in_area,
    holds,
    in_area,
)

READERS = (Role.OFFICER, Role.APPRAISER, Role.APPROVER)
KEEPERS = (Role.OFFICER, Role.APPRAISER)
BOOK = {f"evaluations:{name}" for name in
        ("incident_new", "incident_edit", "incident_strike", "book_confirm")}  # fmt: skip
"""Acts on a book, which is hidden from everybody but its readers, those above included."""


def reads_some_book(person: Person) -> Answer:
    """Readers of a book anywhere; nobody else, and not who stands above all."""
    is_reader = any(held.role in READERS for held in person.now)
    return Answer.SHOWN if is_reader else Answer.FORBIDDEN


def reads_book(person: Person) -> Answer:
    return Answer.SHOWN if holds(person, READERS, NA_MEO) else Answer.HIDDEN


def keeps_book(answer: Answer = Answer.SHOWN):
    """Officer and appraiser of Na Mèo; its approver reads and is told why not."""

    def expect(person: Person) -> Answer:
        if holds(person, KEEPERS, NA_MEO):
            return answer
        return Answer.FORBIDDEN if holds(person, READERS, NA_MEO) else Answer.HIDDEN

    return expect


def day() -> str:
    return localdate().strftime("%d/%m/%Y")


def of_book(stage):
    return {"so": stage.commune.pk}


def of_commune(stage):
    return {"xa": stage.commune.pk}


def of_line(stage):
    """A line of Na Mèo's book, written by its officer."""
    found = Incident.objects.filter(authority=stage.commune).standing().first()
    if found is None:
        details = IncidentDetails(localdate(), IncidentType.OTHER_CRIME, "Công an xã", cases=1)
        found = add_incident(stage.commune, details, by=stage.person("canbo.nameo"))
    return (found.pk,)


def of_team(stage):
    """A team of Na Mèo, formed by its officer."""
    found = SecurityTeam.objects.filter(commune=stage.commune).first()
    if found is None:
        details = TeamDetails("Tổ bảo vệ số 9", dt.date(2024, 7, 1))
        found = save_team(stage.commune, details, by=stage.person("canbo.nameo"))
    return (found.pk,)


def line(**more):
    return lambda stage: {
        "unit": stage.commune.pk, "occurred_on": day(), "type": IncidentType.SOCIAL_EVIL, "cases": "1",
        "kept_at": "Công an xã", **more,
    }  # fmt: skip


def rating(stage):
    (pk,) = of_team(stage)
    return {f"t{pk}-disciplined": "3"}


def team(name: str):
    return lambda stage: {"name": name, "formed_on": "01/07/2024"}


PAGES = [
    Check("evaluations:incidents", reads_some_book),
    Check("evaluations:incidents", reads_book, query=of_book, about="in the book"),
    Check("evaluations:incident_new", keeps_book(), query=of_book),
    Check("evaluations:book_confirm", keeps_book(), query=of_book),
    Check("evaluations:incident_edit", keeps_book(), args=of_line),
    Check("evaluations:incident_strike", keeps_book(), args=of_line),
    Check("evaluations:teams", in_area(), query=of_commune),
    Check("evaluations:team_new", does_in_area(Act.KEEP_BOOK), query=of_commune),
    Check("evaluations:team_edit", does(Act.KEEP_BOOK, COMMUNE), args=of_team),
]

ACTS = [
    Check("evaluations:incident_new", keeps_book(Answer.DONE), query=of_book, data=line()),
    Check("evaluations:book_confirm", keeps_book(Answer.DONE), query=of_book,
          data=lambda stage: {"complete_to": day()}),
    Check("evaluations:incident_edit", keeps_book(Answer.DONE), args=of_line, data=line(reason="Nhầm.")),
    Check("evaluations:incident_strike", keeps_book(Answer.DONE), args=of_line,
          data=lambda stage: {"reason": "Trùng."}),
    Check("evaluations:teams", does_in_area(Act.KEEP_BOOK, Answer.DONE), query=of_commune, data=rating),
    Check("evaluations:team_new", does_in_area(Act.KEEP_BOOK, Answer.DONE), query=of_commune,
          data=team("Tổ bảo vệ số 10")),
    Check("evaluations:team_edit", does(Act.KEEP_BOOK, COMMUNE, Answer.DONE), args=of_team,
          data=team("Tổ bảo vệ số 11")),
]  # fmt: skip
