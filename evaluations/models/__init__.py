from .annulments import Annulment
from .answers import Answer, AnswerChange, Verdict
from .attachments import Attachment, Purpose
from .bulk_acts import BulkAct, BulkActRow
from .deadlines import MILESTONE_DAYS, Extension, Milestones, Nudge
from .decisions import Decision, DecisionItem, DecisionLog, SigningCapacity
from .evaluations import Evaluation, TransitionLog
from .incident_types import ExceptionClaimed, IncidentType
from .incidents import BookStatement, Incident
from .late_events import LateEvent, QuietStatement, Settlement
from .registrations import Registration, RegistrationLog
from .reminders import DigestStatus, ReminderDigest
from .results import RecordedResult, ResultSource
from .rosters import NotConsideredReason, Roster, RosterEntry
from .scores import Score, ScoreLine, ScoreRuleHit, Stage
from .seasons import Season
from .sessions import AppraisalSession, SessionForm
from .shares import FrozenShare
from .sources import SourceValue
from .summaries import Summary
from .supplements import ReopenedRow, SupplementRequest
from .teams import Rating, SecurityTeam, TeamArea, TeamRating
from .visits import FileVisit
from .workbooks import WorkbookUpload

__all__ = [
    "MILESTONE_DAYS",
    "Annulment",
    "Answer",
    "AnswerChange",
    "AppraisalSession",
    "Attachment",
    "BookStatement",
    "BulkAct",
    "BulkActRow",
    "Decision",
    "DecisionItem",
    "DecisionLog",
    "DigestStatus",
    "Evaluation",
    "ExceptionClaimed",
    "Extension",
    "FileVisit",
    "FrozenShare",
    "Incident",
    "IncidentType",
    "LateEvent",
    "Milestones",
    "NotConsideredReason",
    "Nudge",
    "Purpose",
    "QuietStatement",
    "Rating",
    "RecordedResult",
    "Registration",
    "RegistrationLog",
    "ReminderDigest",
    "ReopenedRow",
    "ResultSource",
    "Roster",
    "RosterEntry",
    "Score",
    "ScoreLine",
    "ScoreRuleHit",
    "Season",
    "SecurityTeam",
    "SessionForm",
    "Settlement",
    "SigningCapacity",
    "SourceValue",
    "Stage",
    "Summary",
    "SupplementRequest",
    "TeamArea",
    "TeamRating",
    "TransitionLog",
    "Verdict",
    "WorkbookUpload",
]
