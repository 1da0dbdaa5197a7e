"""One act of one authority over many evaluations, and the outcome for each of them."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from accounts.models import User
from criteria.models import Organ, TransitionRow
from criteria.workflow import legal_moves
from units.coverage import Scheme
from units.models import Unit

from ..workflow import DECISION_TRANSITIONS, DecisionStatus, Procedure
from .evaluations import Evaluation
from .sessions import AppraisalSession


class SigningCapacity(models.TextChoices):
    """In what capacity the decision is signed (quyền hạn ký). Legal: Nghị định 30/2020/NĐ-CP Phụ lục I."""

    ON_BEHALF = "tm", "TM. ỦY BAN NHÂN DÂN"
    HEAD = "head", "CHỦ TỊCH"
    DEPUTY = "kt", "KT. CHỦ TỊCH"


BOARD_CAPACITIES = (
    (SigningCapacity.ON_BEHALF, "TM. BAN CHỈ ĐẠO"),
    (SigningCapacity.HEAD, "TRƯỞNG BAN"),
    (SigningCapacity.DEPUTY, "KT. TRƯỞNG BAN"),
)
"""In what capacity a decision of a steering committee is signed."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> "DecisionQuerySet":
        """Decisions of authorities the person may see, and those that name a unit the person may see."""
        visible = Unit.objects.visible_to(user)
        named = DecisionItem.objects.filter(evaluation__unit__in=visible).values("decision")
        return self.filter(Q(authority__in=visible) | Q(pk__in=named, status=DecisionStatus.ISSUED))


class Decision(models.Model):
    """One act of one authority, one scheme, one year, over many evaluations (quyết định).

    A recognition in which no unit meets the standard is closed by a notice of the result
    (`is_notice`, thông báo kết quả xét duyệt) instead: it recognises nobody.

    Drafted, sent to sign, approved, then numbered and issued by the clerk; the number is typed,
    never invented. Issuing seals the snapshot; the PDF follows from it and may fail without
    harm. Legal: Thông tư 124/2021/TT-BCA Điều 10; Nghị định 30/2020/NĐ-CP.
    """

    authority = models.ForeignKey(
        Unit, verbose_name="cấp quyết định", on_delete=models.PROTECT, related_name="decisions"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    organ = models.CharField("cơ quan quyết định", max_length=20, choices=Organ)
    scheme = models.CharField("chế độ", max_length=20, choices=Scheme)
    year = models.PositiveSmallIntegerField("năm")
    session = models.ForeignKey(
        AppraisalSession,
        verbose_name="phiên thẩm định",
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    is_notice = models.BooleanField("thông báo kết quả xét duyệt", default=False, editable=False)
    status = models.CharField(
        "trạng thái",
        max_length=20,
        choices=DecisionStatus,
        default=DecisionStatus.DRAFT,
        editable=False,
    )
    number = models.CharField("số quyết định", max_length=20, blank=True)
    symbol = models.CharField("ký hiệu", max_length=30, default="QĐ-UBND")
    issued_on = models.DateField("ngày quyết định", null=True, blank=True)
    signer_name = models.CharField("người ký", max_length=120, blank=True)
    signing_capacity = models.CharField(
        "quyền hạn ký", max_length=10, choices=SigningCapacity, default=SigningCapacity.ON_BEHALF
    )
    basis = models.TextField("căn cứ bổ sung", blank=True, help_text="Mỗi dòng một căn cứ.")
    drafted_at = models.DateTimeField("lúc lập dự thảo")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người lập dự thảo",
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField("lúc trình ký", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người trình ký",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField("lúc duyệt", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người duyệt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_at = models.DateTimeField("lúc vào số", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người vào số",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verification_code = models.CharField(
        "mã xác minh", max_length=32, unique=True, null=True, blank=True
    )
    snapshot = models.JSONField(
        "nội dung đã niêm", null=True, blank=True, encoder=DjangoJSONEncoder
    )
    snapshot_sha256 = models.CharField("dấu vân nội dung", max_length=64, blank=True)
    pdf = models.FileField("bản PDF", upload_to="decisions/%Y/", blank=True)
    pdf_sha256 = models.CharField("dấu vân bản PDF", max_length=64, blank=True)
    pdf_fingerprint = models.CharField("dấu vân bộ dựng PDF", max_length=200, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "quyết định"
        verbose_name_plural = "quyết định"
        ordering = ("-year", "-drafted_at")
        constraints = [
            models.CheckConstraint(name="decision_organ_known", condition=Q(organ__in=Organ.values)),
            models.CheckConstraint(name="decision_scheme_known", condition=Q(scheme__in=Scheme.values)),
            models.CheckConstraint(
                name="decision_notice_is_of_recognition", condition=Q(is_notice=False) | Q(scheme=Scheme.RECOGNITION)
            ),
            models.CheckConstraint(name="decision_status_known", condition=Q(status__in=DecisionStatus.values)),
            models.CheckConstraint(
                name="decision_signing_capacity_known", condition=Q(signing_capacity__in=SigningCapacity.values)
            ),
            models.CheckConstraint(
                name="decision_sent_iff_by",
                condition=Q(status__in=["sent", "approved", "issued"], sent_at__isnull=False, sent_by__isnull=False)
                | Q(status__in=["draft", "discarded"], sent_at=None, sent_by=None),
            ),
            models.CheckConstraint(
                name="decision_approved_iff_by",
                condition=Q(status__in=["approved", "issued"], approved_at__isnull=False, approved_by__isnull=False)
                | Q(status__in=["draft", "sent", "discarded"], approved_at=None, approved_by=None),
            ),
            models.CheckConstraint(
                name="decision_issued_iff_by",
                condition=Q(status="issued", issued_at__isnull=False, issued_by__isnull=False)
                | (~Q(status="issued") & Q(issued_at=None, issued_by=None)),
            ),
            models.CheckConstraint(
                name="decision_issued_is_numbered_and_sealed",
                condition=(
                    Q(status="issued", issued_on__isnull=False, snapshot__isnull=False)
                    & ~Q(number="") & ~Q(signer_name="") & ~Q(snapshot_sha256="")
                    & Q(verification_code__isnull=False)
                )
                | (~Q(status="issued") & Q(number="", issued_on=None, snapshot=None, snapshot_sha256="")),
            ),
            models.CheckConstraint(
                name="decision_drafter_does_not_approve",
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                violation_error_message="Người lập dự thảo không được duyệt danh sách.",
            ),
            models.UniqueConstraint(
                F("authority"), ExtractYear("issued_on"), F("number"), F("symbol"),
                condition=~Q(number=""), name="decision_number_once_per_year",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.full_number or 'Dự thảo'} · {self.get_scheme_display()} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:decision", args=[self.pk])

    @property
    def procedure(self) -> str:
        return Procedure.DECISION_1

    @property
    def noun(self) -> str:
        """What sort of paper it is: "Quyết định" or "Thông báo"."""
        return "Thông báo" if self.is_notice else "Quyết định"

    @property
    def capacities(self) -> list[tuple[str, str]]:
        """In what capacities its organ signs, with the words that print."""
        if self.organ == Organ.STEERING_COMMITTEE:
            return [(code.value, label) for code, label in BOARD_CAPACITIES]
        return list(SigningCapacity.choices)

    @property
    def capacity_label(self) -> str:
        return dict(self.capacities)[self.signing_capacity]

    @property
    def full_number(self) -> str:
        """Number and symbol as they print, "05/QĐ-UBND"; empty while the number is open."""
        return f"{self.number}/{self.symbol}" if self.number else ""


class DecisionItemQuerySet(models.QuerySet["DecisionItem"]):
    def visible_to(self, user: User) -> "DecisionItemQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class DecisionItem(models.Model):
    """The outcome one decision gives one evaluation; different from the computed one only with a reason.

    Legal: Thông tư 124/2021/TT-BCA Điều 8, Điều 10; Quyết định 510/QĐ-BCA-V05 Điều 5. Deviating
    with a reason is the portal's rule.
    """

    decision = models.ForeignKey(
        Decision, verbose_name="quyết định", on_delete=models.PROTECT, related_name="items"
    )
    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.PROTECT, related_name="decision_items"
    )
    computed_outcome = models.CharField("mức tính theo thẩm định", max_length=20)
    outcome = models.CharField("mức được quyết định", max_length=20)
    reason = models.CharField("lý do khác mức tính", max_length=500, blank=True)

    objects = DecisionItemQuerySet.as_manager()

    class Meta:
        verbose_name = "kết quả trong quyết định"
        verbose_name_plural = "kết quả trong quyết định"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"], name="decision_item_once_per_evaluation"
            ),
            models.CheckConstraint(
                name="decision_item_other_outcome_says_why",
                condition=Q(outcome=F("computed_outcome")) | Q(reason__regex=r"\S"),
                violation_error_message="Mức khác mức tính theo điểm thì phải ghi lý do.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.outcome}"


class DecisionLogQuerySet(models.QuerySet["DecisionLog"]):
    def visible_to(self, user: User) -> "DecisionLogQuerySet":
        return self.filter(decision__in=Decision.objects.visible_to(user))


class DecisionLog(TransitionRow):
    """One step of one decision."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="log")

    objects = DecisionLogQuerySet.as_manager()

    class Meta(TransitionRow.Meta):
        verbose_name = "bước của quyết định"
        verbose_name_plural = "các bước của quyết định"
        constraints = [
            models.CheckConstraint(
                name="decision_move_is_legal", condition=legal_moves(DECISION_TRANSITIONS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
