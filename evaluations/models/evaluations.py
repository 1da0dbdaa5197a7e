"""One unit in one season, and the log of its steps."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from criteria.models import TransitionRow
from criteria.workflow import legal_moves
from units.models import Unit, UnitVersion

from ..workflow import EDITABLE, EVALUATION_TRANSITIONS, WITH_AUTHORITY, Procedure, Status
from .seasons import Season
from .sessions import AppraisalSession

APPRAISED_STATES = (
    Status.APPRAISED, Status.PROPOSED, Status.APPROVED, Status.DECIDED, Status.ANNULLED,
)  # fmt: skip
APPROVED_STATES = (Status.APPROVED, Status.DECIDED, Status.ANNULLED)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: User) -> "EvaluationQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def of_file(self, unit_id: int, year: int) -> "EvaluationQuerySet":
        """The evaluations of one unit's yearly file: recognition first, then classification."""
        return self.filter(unit=unit_id, season__year=year).order_by("-season__scheme")


class Evaluation(models.Model):
    """One unit evaluated under one scheme in one season (hồ sơ đánh giá).

    Pins the unit's version, the set through its season, and the authorities. Who submits, who
    appraises and who decides are three persons. Legal: Thông tư 124/2021/TT-BCA Điều 9, Điều 10;
    Quyết định 510/QĐ-BCA-V05 Điều 11.
    """

    season = models.ForeignKey(
        Season, verbose_name="kỳ", on_delete=models.PROTECT, related_name="evaluations"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="evaluations"
    )
    unit_version = models.ForeignKey(
        UnitVersion, verbose_name="phiên bản", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        Unit, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+"
    )
    managing_unit = models.ForeignKey(
        Unit, verbose_name="cấp quản lý", on_delete=models.PROTECT, related_name="+"
    )
    appraising_unit = models.ForeignKey(
        Unit, verbose_name="cấp thẩm định", on_delete=models.PROTECT, related_name="+"
    )
    deciding_unit = models.ForeignKey(
        Unit, verbose_name="cấp quyết định", on_delete=models.PROTECT, related_name="+"
    )
    procedure = models.CharField(
        "quy trình", max_length=40, choices=Procedure, default=Procedure.GRASSROOTS_1
    )
    status = models.CharField(
        "trạng thái", max_length=20, choices=Status, default=Status.DRAFT, editable=False
    )
    representative_name = models.CharField("đại diện đơn vị", max_length=120, blank=True)
    representative_title = models.CharField("chức danh", max_length=120, blank=True)
    meeting_on = models.DateField("ngày họp đánh giá", null=True, blank=True)
    stated_at = models.DateTimeField("lúc ghi biên bản họp", null=True, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi biên bản họp",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField("lúc nhập", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhập",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_at = models.DateTimeField("lúc gửi", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người gửi",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_up_at = models.DateTimeField("lúc nhận thẩm định", null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhận thẩm định",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    appraised_at = models.DateTimeField("lúc thẩm định", null=True, blank=True)
    appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người thẩm định",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    appraisal_note = models.TextField("nhận xét thẩm định", blank=True)
    session = models.ForeignKey(
        AppraisalSession,
        verbose_name="phiên thẩm định",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    decided_at = models.DateTimeField("lúc duyệt", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người duyệt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    self_points = models.DecimalField(
        "điểm tự chấm", max_digits=6, decimal_places=2, null=True, blank=True
    )
    self_outcome = models.CharField("kết quả tự đánh giá", max_length=20, blank=True)
    appraised_points = models.DecimalField(
        "điểm thẩm định", max_digits=6, decimal_places=2, null=True, blank=True
    )
    appraised_outcome = models.CharField("mức tính theo thẩm định", max_length=20, blank=True)
    decided_outcome = models.CharField("mức được quyết định", max_length=20, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ đánh giá"
        verbose_name_plural = "hồ sơ đánh giá"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit"], name="evaluation_once_per_unit_and_season"
            ),
            models.CheckConstraint(
                name="evaluation_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="evaluation_procedure_known", condition=Q(procedure__in=Procedure.values)
            ),
            models.CheckConstraint(
                name="evaluation_stated_at_iff_by",
                condition=Q(stated_at=None, stated_by=None)
                | Q(stated_at__isnull=False, stated_by__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_entered_at_iff_by",
                condition=Q(entered_at=None, entered_by=None)
                | Q(entered_at__isnull=False, entered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_submitted_iff_by",
                condition=Q(
                    status__in=WITH_AUTHORITY,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                )
                | Q(status__in=EDITABLE, submitted_at=None, submitted_by=None),
            ),
            models.CheckConstraint(
                name="evaluation_taken_up_at_iff_by",
                condition=Q(taken_up_at=None, taken_up_by=None)
                | Q(taken_up_at__isnull=False, taken_up_by__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_appraised_iff_by",
                condition=Q(
                    status__in=APPRAISED_STATES,
                    appraised_at__isnull=False,
                    appraised_by__isnull=False,
                )
                | (~Q(status__in=APPRAISED_STATES) & Q(appraised_at=None, appraised_by=None)),
            ),
            models.CheckConstraint(
                name="evaluation_decided_iff_by",
                condition=Q(
                    status__in=APPROVED_STATES, decided_at__isnull=False, decided_by__isnull=False
                )
                | (~Q(status__in=APPROVED_STATES) & Q(decided_at=None, decided_by=None)),
            ),
            models.CheckConstraint(
                name="evaluation_outcome_iff_decided",
                condition=(Q(status=Status.DECIDED) & ~Q(decided_outcome=""))
                | (~Q(status=Status.DECIDED) & Q(decided_outcome="")),
            ),
            models.CheckConstraint(
                name="evaluation_submitter_does_not_appraise",
                condition=Q(submitted_by=None)
                | Q(appraised_by=None)
                | ~Q(submitted_by=F("appraised_by")),
                violation_error_message="Người gửi hồ sơ không được thẩm định hồ sơ đó.",
            ),
            models.CheckConstraint(
                name="evaluation_enterer_does_not_appraise",
                condition=Q(entered_by=None)
                | Q(appraised_by=None)
                | ~Q(entered_by=F("appraised_by")),
                violation_error_message="Người nhập hồ sơ không được thẩm định hồ sơ đó.",
            ),
            models.CheckConstraint(
                name="evaluation_appraiser_does_not_decide",
                condition=Q(appraised_by=None)
                | Q(decided_by=None)
                | ~Q(appraised_by=F("decided_by")),
                violation_error_message="Người thẩm định không được duyệt hồ sơ đó.",
            ),
            models.CheckConstraint(
                name="evaluation_submitter_does_not_decide",
                condition=Q(submitted_by=None)
                | Q(decided_by=None)
                | ~Q(submitted_by=F("decided_by")),
                violation_error_message="Người gửi hồ sơ không được duyệt hồ sơ đó.",
            ),
        ]
        indexes = [
            models.Index(fields=["appraising_unit", "status"], name="evaluation_appraising_status"),
            models.Index(fields=["deciding_unit", "status"], name="evaluation_deciding_status"),
            models.Index(fields=["unit", "season"], name="evaluation_unit_season"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_version}, {self.season}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:file", args=[self.season.year, self.unit_id])

    @property
    def outcome_so_far(self) -> str:
        """What was decided, else what the appraisal came to; empty once the outcome was taken back."""
        if self.status == Status.ANNULLED:
            return ""
        return self.decided_outcome or self.appraised_outcome

    @property
    def is_editable(self) -> bool:
        """Whether the unit's own answers may change in this state."""
        return self.status in EDITABLE


class TransitionLogQuerySet(models.QuerySet["TransitionLog"]):
    def visible_to(self, user: User) -> "TransitionLogQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class TransitionLog(TransitionRow):
    """One step of one evaluation; the database takes only arrows of the table."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="log")

    objects = TransitionLogQuerySet.as_manager()

    class Meta(TransitionRow.Meta):
        verbose_name = "bước của hồ sơ"
        verbose_name_plural = "các bước của hồ sơ"
        constraints = [
            models.CheckConstraint(
                name="transition_is_legal", condition=legal_moves(EVALUATION_TRANSITIONS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
