"""Official papers: content as plain values, laid out by Nghị định 30/2020/NĐ-CP, as PDF.

Imports no app. A paper is a frozen value; `to_snapshot` seals it. `render_pdf` lies in the module
`pdf` and `renderer_fingerprint` in `fingerprint`, so that only who prints loads the PDF engine.
"""

from antq_portal.lib.documents.decisions import (
    Certificate,
    ClassificationDecision,
    ClassificationItem,
    NonRecognitionNotice,
    RecognitionDecision,
    RecognitionItem,
    ResultNotice,
    UnmetCriterion,
)
from antq_portal.lib.documents.dossier import (
    AssessmentMinutes,
    CriterionGroup,
    CriterionRow,
    RegistrationForm,
    ScoreGroup,
    ScoreRow,
    ScoreSheet,
    SelfAssessmentReport,
    UnitProposal,
)
from antq_portal.lib.documents.parts import (
    Fact,
    Letterhead,
    Paper,
    Person,
    Signature,
    Subject,
    Verification,
)
from antq_portal.lib.documents.rendering import render_html
from antq_portal.lib.documents.session import (
    AppraisedUnit,
    ProposedClassList,
    SessionMinutes,
    StandingSubmission,
    SupplementItem,
    SupplementRequest,
)
from antq_portal.lib.documents.snapshot import (
    canonical_json,
    content_digest,
    from_snapshot,
    to_snapshot,
)

__all__ = [
    "AppraisedUnit",
    "AssessmentMinutes",
    "Certificate",
    "ClassificationDecision",
    "ClassificationItem",
    "CriterionGroup",
    "CriterionRow",
    "Fact",
    "Letterhead",
    "NonRecognitionNotice",
    "Paper",
    "Person",
    "ProposedClassList",
    "RecognitionDecision",
    "RecognitionItem",
    "RegistrationForm",
    "ResultNotice",
    "ScoreGroup",
    "ScoreRow",
    "ScoreSheet",
    "SelfAssessmentReport",
    "SessionMinutes",
    "Signature",
    "StandingSubmission",
    "Subject",
    "SupplementItem",
    "SupplementRequest",
    "UnitProposal",
    "UnmetCriterion",
    "Verification",
    "canonical_json",
    "content_digest",
    "from_snapshot",
    "render_html",
    "to_snapshot",
]
