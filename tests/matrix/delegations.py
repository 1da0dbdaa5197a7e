"""The administrator's pages of delegations; one that begins next year, so that nothing moves today."""

import datetime as dt

from accounts.roles import Act
from criteria.models import Delegation
from criteria.services import grant_delegation
from units.models import Kind

from .checks import Check
from .people import PROVINCE, Answer, here_of_somewhere, somewhere

PAPER = "Quyết định 12/QĐ-UBND của UBND tỉnh"


def of_delegation(stage):
    """To xã Quan Sơn, made when first asked for."""
    found = Delegation.objects.filter(delegate=stage.quan_son).first()
    if found is None:
        found = grant_delegation(
            stage.quan_son, kinds=[Kind.ENTERPRISE], starts_on=dt.date(stage.year + 1, 1, 1),
            legal_act=PAPER, by=stage.person("quantri.thanhhoa"),
        )  # fmt: skip
    return (found.pk,)


def in_province(stage):
    return {"tinh": stage.province.pk}


def to_commune(stage):
    return {"tinh": stage.province.pk, "cap": stage.commune.pk}


def typed(stage):
    return {"kinds": [Kind.ENTERPRISE], "starts_on": f"01/01/{stage.year + 1}", "legal_act": PAPER}


def last_day(stage):
    return {"ends_on": f"31/12/{stage.year + 1}"}


SEEN = here_of_somewhere(Act.ADMINISTER, PROVINCE, Answer.SHOWN, Answer.HIDDEN)
DONE = here_of_somewhere(Act.ADMINISTER, PROVINCE, elsewhere=Answer.HIDDEN)

PAGES = [
    Check("evaluations:delegations", somewhere(Act.ADMINISTER)),
    Check("evaluations:delegations", SEEN, query=in_province, about="of Thanh Hóa"),
    Check("evaluations:delegation_new", SEEN, query=to_commune),
    Check("evaluations:delegation_end", SEEN, args=of_delegation),
]
ACTS = [
    Check("evaluations:delegation_new", DONE, query=to_commune, data=typed),
    Check("evaluations:delegation_end", DONE, args=of_delegation, data=last_day),
]
