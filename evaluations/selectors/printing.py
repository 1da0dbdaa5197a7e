"""What a person may print, loaded for printing: by the page that asks and by the task that does it."""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import Role
from units.selectors import powers_of

from ..models import AppraisalSession, Decision, DecisionItem, Evaluation
from ..workflow import DecisionStatus
from .authorities import reads_sensitive

OF_THE_FILE = (
    "Bạn được xem hồ sơ nhưng không in phiếu này. Việc này của: cán bộ phụ trách, người khai của "
    "đơn vị, Thường trực Ban Chỉ đạo, người có thẩm quyền quyết định của hồ sơ."
)
OF_THE_AUTHORITY = (
    "Bạn được xem nhưng không in giấy tờ này. Việc này của: cán bộ phụ trách, Thường trực Ban Chỉ "
    "đạo, người có thẩm quyền quyết định, văn thư của đúng cấp."
)
OFFICE: tuple[Role, ...] = (Role.OFFICER, Role.APPRAISER, Role.APPROVER, Role.CLERK)


def file_to_print(unit_id: int, *, year: int, by: User) -> list[Evaluation]:
    """The evaluations of a unit's yearly file that the person sees, recognition first.

    Raises Evaluation.DoesNotExist when there is none.
    """
    found = Evaluation.objects.visible_to(by).of_file(unit_id, year)
    file = list(found.select_related("season", "unit", "unit_version__unit"))
    if not file:
        raise Evaluation.DoesNotExist
    return file


def file_to_complete(unit_id: int, *, year: int, by: User) -> list[Evaluation]:
    """The file for its supplement request. Raises as `file_to_print`, and PermissionDenied.

    What the appraiser asks for is for those who work on the file.
    """
    file = file_to_print(unit_id, year=year, by=by)
    if not reads_sensitive(powers_of(by), file[0]):
        raise PermissionDenied(OF_THE_FILE)
    return file


def session_to_print(session_id: int, *, by: User) -> AppraisalSession:
    """The session, for who works at its authority.

    Raises AppraisalSession.DoesNotExist, PermissionDenied.
    """
    session = AppraisalSession.objects.visible_to(by).get(pk=session_id)
    _require_office(session.authority_id, by=by)
    return session


def decision_to_preview(decision_id: int, *, by: User) -> Decision:
    """The decision as it stands, for who works at its authority.

    Raises Decision.DoesNotExist, PermissionDenied.
    """
    decision = Decision.objects.visible_to(by).select_related("session").get(pk=decision_id)
    _require_office(decision.authority_id, by=by)
    return decision


def item_to_print(decision_id: int, unit_id: int, *, by: User) -> DecisionItem:
    """One unit of an issued decision, both of which the person sees.

    Raises DecisionItem.DoesNotExist.
    """
    return (
        DecisionItem.objects.visible_to(by)
        .filter(decision__in=Decision.objects.visible_to(by), decision__status=DecisionStatus.ISSUED)
        .select_related(
            "decision__session", "evaluation__season__criteria_set", "evaluation__unit_version"
        )
        .get(decision=decision_id, evaluation__unit=unit_id)
    )  # fmt: skip


def _require_office(authority_id: int, *, by: User) -> None:
    powers = powers_of(by)
    if not any(powers.holds(role, authority_id) for role in OFFICE):
        raise PermissionDenied(OF_THE_AUTHORITY)
