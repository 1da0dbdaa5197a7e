"""What a file's page says of its outcome after it was decided, and of a commune's shares."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.urls import reverse

from accounts.models import User
from accounts.roles import Act
from units.coverage import Scheme
from units.models import Kind
from units.selectors import powers_of

from ..models import Decision, DecisionItem, Evaluation
from ..selectors.annulments import BEST, annulments_in, resting_items, resting_text
from ..selectors.authorities import refresh_authorities
from ..selectors.decisions import DecisionLine
from ..selectors.share_flags import share_flags
from ..selectors.shares import held_back_by, shares_for
from ..workflow import Status
from .file_page import FilePage

NAMED_AT_MOST = 12


def after_decision(page: FilePage) -> dict[str, object]:
    """Outcomes taken back, the class that rested on them, fallen shares, and the way to take one back.

    No query while nothing is decided.
    """
    file = page.file
    over = [one for one in file.evaluations if one.status in (Status.DECIDED, Status.ANNULLED)]
    if not over:
        return {}
    annulled = annulments_in(over)
    items = DecisionItem.objects.filter(evaluation__in=annullable(over, page.user))
    flags = share_flags([one.pk for one in over]) if file.unit.kind == Kind.COMMUNE else {}
    return {
        "annulments": [
            {"scheme": one.season.get_scheme_display(), "annulment": annulled[one.pk]}
            for one in over
            if one.pk in annulled
        ],
        "resting": [resting_text(item) for item in resting_items([file.unit.pk], year=page.year)]
        if annulled
        else [],
        "share_flags": list(flags.values()),
        "annul_links": [
            {"url": annul_url(item), "scheme": item.evaluation.season.get_scheme_display()}
            for item in items.select_related("evaluation__season").order_by("pk")
        ],
    }


def shares_context(page: FilePage) -> dict[str, object]:
    """The panel of criterion 5.4 on a commune's recognition sheet; empty on others."""
    return commune_shares(page.file.evaluations, page.user) if page.tab == "tt124" else {}


def commune_shares(evaluations: Iterable[Evaluation], user: User) -> dict[str, object]:
    """What the panel of criterion 5.4 reads: the figures, and by name who holds the commune back now.

    Empty for units that are no commune, without a query.
    """
    found = [
        one
        for one in evaluations
        if one.season.scheme == Scheme.RECOGNITION and one.season.unit_kind == Kind.COMMUNE
    ]
    if not found:
        return {}
    shares = shares_for(found[0])
    held = held_back_by(user, shares.authority_id, year=shares.year)
    return {
        "shares": shares,
        "held_back": held[:NAMED_AT_MOST],
        "held_back_more": max(len(held) - NAMED_AT_MOST, 0),
    }


def decision_flags(decision: Decision, lines: Sequence[DecisionLine]) -> list[str]:
    """What has become of the ground under a decision: fallen shares, recognitions taken back.

    One query where communes are decided or the best class is given, else none.
    """
    if decision.scheme == Scheme.RECOGNITION:
        found = [line.evaluation for line in lines]
        communes = [
            one.pk for one in found if one.season.unit_kind == Kind.COMMUNE and one.decided_outcome
        ]
        flags = share_flags(communes) if communes else {}
        return [f"{flag.name}: {flag.text}" for flag in flags.values()]
    best = [line.evaluation.unit_id for line in lines if line.item.outcome == BEST]
    resting = resting_items(best, year=decision.year) if best else []
    return [resting_text(item) for item in resting if item.decision_id == decision.pk]


def with_annul_urls(lines: Sequence[DecisionLine], user: User) -> list[DecisionLine]:
    """The lines of an issued decision, those that this person may take back with the address for it."""
    may = annullable((line.evaluation for line in lines), user)
    return [
        replace(line, annul_url=annul_url(line.item)) if line.evaluation.pk in may else line
        for line in lines
    ]


def annullable(evaluations: Iterable[Evaluation], user: User) -> set[int]:
    """Ids of the decided evaluations that this person may take back, see `annul_outcome`."""
    decided = [one for one in evaluations if one.status == Status.DECIDED]
    authorities = powers_of(user).authorities_for(Act.ANNUL) if decided else set()
    if not authorities:
        return set()
    for scheme in Scheme:
        if same := [one for one in decided if one.season.scheme == scheme]:
            refresh_authorities(same)
    return {
        one.pk
        for one in decided
        if one.deciding_unit_id in authorities and not one.season.is_locked
    }


def annul_url(item: DecisionItem) -> str:
    return reverse("evaluations:decision_annul", args=[item.decision_id, item.pk])
