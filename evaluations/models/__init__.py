from .annulments import Annulment
from .answers import Answer, AnswerChange, Verdict
from .attachments import Attachment, Purpose
from .decisions import Decision, DecisionItem, DecisionLog, SigningCapacity
from .evaluations import Evaluation, TransitionLog
from .registrations import Registration, RegistrationLog
from .results import RecordedResult, ResultSource
from .rosters import NotConsideredReason, Roster, RosterEntry
from .scores import Score, ScoreLine, ScoreRuleHit, Stage
from .seasons import Season
from .sessions import AppraisalSession, SessionForm

__all__ = [
    "Annulment",
    "Answer",
    "AnswerChange",
    "AppraisalSession",
    "Attachment",
    "Decision",
    "DecisionItem",
    "DecisionLog",
    "Evaluation",
    "NotConsideredReason",
    "Purpose",
    "RecordedResult",
    "Registration",
    "RegistrationLog",
    "ResultSource",
    "Roster",
    "RosterEntry",
    "Score",
    "ScoreLine",
    "ScoreRuleHit",
    "Season",
    "SessionForm",
    "SigningCapacity",
    "Stage",
    "TransitionLog",
    "Verdict",
]
