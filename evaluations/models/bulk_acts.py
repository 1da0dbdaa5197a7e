"""One act done to many ticked units at once, remembered so that it can be undone by name."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import User
from units.models import Unit

from ..workflow import EDITABLE, Action
from .answers import AnswerChange
from .evaluations import TransitionLog
from .registrations import RegistrationLog

BULK_ACTIONS = (
    Action.SEND, Action.CALL_BACK, Action.ACCEPT, Action.RETURN,
    Action.SUBMIT, Action.TAKE_UP, Action.APPRAISE,
)  # fmt: skip
NO_INCIDENTS = "no_incidents"
"""Zeros written into the empty counted rows of many units: no step of the procedure, but answers."""
BULK_CHOICES = (
    *((action.value, action.label) for action in BULK_ACTIONS),
    (NO_INCIDENTS, "Xác nhận không xảy ra"),
)


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def visible_to(self, user: User) -> "BulkActQuerySet":
        """Those that touched at least one unit the person sees."""
        rows = BulkActRow.objects.visible_to(user).filter(bulk_act=OuterRef("pk"))
        return self.filter(Exists(rows))


class BulkAct(models.Model):
    """One act that somebody did to many ticked units at once (việc hàng loạt)."""

    action = models.CharField("thao tác", max_length=20, choices=BULK_CHOICES)
    year = models.PositiveSmallIntegerField("năm")
    done_at = models.DateTimeField("lúc làm")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người làm",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = "việc hàng loạt"
        verbose_name_plural = "việc hàng loạt"
        constraints = [
            models.CheckConstraint(
                name="bulk_act_action_known",
                condition=Q(action__in=[code for code, _ in BULK_CHOICES]),
            ),
        ]
        indexes = [models.Index(fields=["done_by", "year", "-done_at"], name="bulk_act_of_person")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.done_at:%d/%m/%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:bulk_done", args=[self.pk])


class BulkActRowQuerySet(models.QuerySet["BulkActRow"]):
    def visible_to(self, user: User) -> "BulkActRowQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def standing(self) -> "BulkActRowQuerySet":
        """Rows that were done and where nobody has acted since."""
        later = TransitionLog.objects.order_by()
        later_of_registration = RegistrationLog.objects.filter(
            registration=OuterRef("registration_log__registration"),
            pk__gt=OuterRef("registration_log"),
        )
        return self.filter(
            ~Exists(
                later.filter(
                    evaluation=OuterRef("recognition_log__evaluation"),
                    pk__gt=OuterRef("recognition_log"),
                )
            ),
            ~Exists(
                later.filter(
                    evaluation=OuterRef("classification_log__evaluation"),
                    pk__gt=OuterRef("classification_log"),
                )
            ),
            ~Exists(later_of_registration.order_by()),
            Q(answers_key=None) | Exists(_unchanged_answers()),
            problem="",
            undone_at=None,
        )


def _unchanged_answers() -> models.QuerySet[AnswerChange]:
    """What a row wrote and nobody changed since, while the file is still with the unit."""
    return AnswerChange.objects.order_by().filter(
        click_key=OuterRef("answers_key"),
        version=F("answer__version"),
        answer__evaluation__unit=OuterRef("unit"),
        answer__evaluation__status__in=EDITABLE,
    )


class BulkActRow(models.Model):
    """What became of one ticked unit: the steps that were written, or why none was; later its undoing."""

    bulk_act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="rows")
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="+"
    )
    recognition_log = models.OneToOneField(
        TransitionLog, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    classification_log = models.OneToOneField(
        TransitionLog, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registration_log = models.OneToOneField(
        RegistrationLog, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answers_key = models.UUIDField("lần ghi trả lời", null=True, blank=True)
    """The click key of the answers that were written, where the act wrote answers."""
    problem = models.TextField("vì sao không làm được", blank=True)
    undone_at = models.DateTimeField("lúc hoàn tác", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người hoàn tác",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undo_problem = models.TextField("vì sao không hoàn tác được", blank=True)

    objects = BulkActRowQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị trong việc hàng loạt"
        verbose_name_plural = "đơn vị trong việc hàng loạt"
        constraints = [
            models.UniqueConstraint(fields=["bulk_act", "unit"], name="bulk_act_row_once_per_unit"),
            models.CheckConstraint(
                name="bulk_act_row_logged_or_refused",
                condition=Q(problem="")
                & (
                    Q(recognition_log__isnull=False)
                    | Q(classification_log__isnull=False)
                    | Q(registration_log__isnull=False)
                    | Q(answers_key__isnull=False)
                )
                | ~Q(problem="")
                & Q(
                    recognition_log=None,
                    classification_log=None,
                    registration_log=None,
                    answers_key=None,
                ),
            ),
            models.CheckConstraint(
                name="bulk_act_row_undone_at_iff_by",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="bulk_act_row_undone_was_done",
                condition=Q(undone_at=None) | Q(problem="", undo_problem=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_act_id}: {self.unit_id}"

    @property
    def is_done(self) -> bool:
        return not self.problem
