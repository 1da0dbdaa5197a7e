"""Whose people act for a unit's year: who enters, who accepts, appraises and decides."""

from django.utils.timezone import localdate

from accounts.roles import Act
from criteria.selectors import AuthorityAnswer, authority_units, authority_units_of
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS, UnitVersion
from units.selectors import Place


def entering_unit_id(version: UnitVersion, managing_unit_id: int) -> int:
    """Id of the unit whose officers enter for this one: a commune or district enters for itself.

    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 1 điểm b (the commune reviews itself).
    """
    return version.unit_id if version.unit.kind in TERRITORIAL_KINDS else managing_unit_id


def entering_place(version: UnitVersion, *, scheme: str = Scheme.RECOGNITION) -> Place:
    """Where registering, answering and sending are asked for, by the rules of today; raises AuthorityUnknown."""
    answer = authority_units(version, scheme=scheme, day=localdate())
    return _entering(version, answer)


def entering_unit_of(version: UnitVersion) -> int | None:
    """Id of the unit whose officers enter for this one today; None where no rule names an authority."""
    answers = authority_units_of([version], scheme=Scheme.CLASSIFICATION, day=localdate())
    answer = answers.get(version.unit_id)
    return entering_unit_id(version, answer.managing_unit_id) if answer else None


def registration_place(version: UnitVersion, act: Act) -> Place:
    """Where an act on a registration is asked for: the appraising body accepts, the unit's side does the rest.

    Raises AuthorityUnknown. Legal: Thông tư 124/2021/TT-BCA Điều 9.
    """
    answer = authority_units(version, scheme=Scheme.RECOGNITION, day=localdate())
    if act == Act.ACCEPT_REGISTRATION:
        return Place.of(version, authority_id=answer.appraising_unit_id)
    return _entering(version, answer)


def _entering(version: UnitVersion, answer: AuthorityAnswer) -> Place:
    unit_id = entering_unit_id(version, answer.managing_unit_id)
    return Place.of(version, authority_id=unit_id)
