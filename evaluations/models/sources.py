"""What a source says to a row of a file, kept beside the answer so that a change of it can be told."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.models import User
from criteria.models import Criterion
from units.models import Unit

from .evaluations import Evaluation

NOTHING: dict[str, object] = {}


class SourceValueQuerySet(models.QuerySet["SourceValue"]):
    def visible_to(self, user: User) -> "SourceValueQuerySet":
        return self.filter(evaluation__unit__in=Unit.objects.visible_to(user))


class SourceValue(models.Model):
    """What a source gives to one row of one file now, and what it gave before (giá trị từ nguồn).

    Sources are the TT 124 answers of the same file and the portal's registers. `before` is what
    stood when a person last answered the row, if the source changed since. `said` and `before`
    hold values by their names in an answer; empty when the source says nothing.
    """

    evaluation = models.ForeignKey(
        Evaluation, verbose_name="hồ sơ", on_delete=models.CASCADE, related_name="source_values"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.PROTECT, related_name="+"
    )
    said = models.JSONField("nguồn cho giá trị", default=dict, encoder=DjangoJSONEncoder)
    source = models.CharField("nguồn", max_length=300, blank=True)
    before = models.JSONField("trước đó cho giá trị", default=dict, encoder=DjangoJSONEncoder)
    before_source = models.CharField("nguồn trước đó", max_length=300, blank=True)
    changed_at = models.DateTimeField("lúc nguồn đổi")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người làm nguồn đổi",
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SourceValueQuerySet.as_manager()

    class Meta:
        verbose_name = "giá trị từ nguồn"
        verbose_name_plural = "giá trị từ nguồn"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"], name="source_value_once_per_row"
            ),
            models.CheckConstraint(
                name="source_value_names_source",
                condition=Q(said=NOTHING, source="") | (~Q(said=NOTHING) & ~Q(source="")),
            ),
            models.CheckConstraint(
                name="source_value_names_source_before",
                condition=Q(before=NOTHING, before_source="")
                | (~Q(before=NOTHING) & ~Q(before_source="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.source or '–'}"
