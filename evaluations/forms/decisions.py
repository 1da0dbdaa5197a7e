"""What the standing body proposes and what the clerk types."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from antq_portal.lib.fields import DayField
from antq_portal.lib.text import clean

from ..models import Decision, DecisionItem
from ..services.decisions import Numbering


class OutcomeForm(forms.Form):
    """Another class than the computed one, with its reason."""

    outcome = forms.ChoiceField(label="Mức đề nghị", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Lý do khác mức tính theo điểm",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In vào ghi chú của quyết định. Giữ mức tính theo điểm thì để trống.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        item: DecisionItem,
        bands: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, initial={"outcome": item.outcome, "reason": item.reason})
        self.fields["outcome"].choices = bands


class NumberingForm(forms.Form):
    """The clerk's facts, as the office's register and the signed paper give them."""

    number = forms.CharField(
        label="Số",
        max_length=20,
        help_text="Đúng số trong sổ văn bản đi, ví dụ 05; cổng không tự cấp số.",
        error_messages={"required": "Ghi số trong sổ văn bản."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    issued_on = DayField(
        label="Ngày quyết định", error_messages={"required": "Ghi ngày quyết định."}
    )
    signer_name = forms.CharField(
        label="Người ký",
        max_length=120,
        help_text="Chỉ họ tên, không ghi học hàm, học vị.",
        error_messages={"required": "Ghi họ tên người ký."},
    )
    signing_capacity = forms.ChoiceField(label="Quyền hạn ký", widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, decision: Decision) -> None:
        signer = str(decision.approved_by) if decision.approved_by else ""
        initial = {"signer_name": signer, "signing_capacity": decision.signing_capacity}
        super().__init__(data, initial=initial)
        self.suffix = f"/{decision.symbol}"
        self.fields["signing_capacity"].choices = decision.capacities

    def numbering(self) -> Numbering:
        """The facts as the service takes them; a number below ten is written with its zero.

        Legal: 30/2020/NĐ-CP, Phụ lục I, phần II, mục 3.
        """
        cleaned = self.cleaned_data
        return Numbering(
            number=cleaned["number"].strip().zfill(2),
            issued_on=cleaned["issued_on"],
            signer_name=clean(cleaned["signer_name"]),
            signing_capacity=cleaned["signing_capacity"],
        )
