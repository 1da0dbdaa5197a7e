"""What the approver says when an outcome is taken back."""

from django import forms

from antq_portal.lib.fields import DayField


class AnnulForm(forms.Form):
    """The reason, and the paper it was done by where there is one."""

    reason = forms.CharField(
        label="Lý do hủy bỏ",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi lý do hủy bỏ."},
        help_text="Hiện ở trang quyết định và hồ sơ đơn vị, lưu trong lịch sử.",
    )
    number = forms.CharField(
        label="Số văn bản hủy bỏ",
        required=False,
        max_length=60,
        help_text="Nếu có, ví dụ 15/QĐ-UBND.",
    )
    signed_on = DayField(label="Ngày văn bản", required=False)
