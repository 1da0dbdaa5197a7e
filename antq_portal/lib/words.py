"""States of every record as colour, shape and word: what a badge shows for a code.

A code used by two tables with two words passes its own label to the badge.
"""

from typing import Final

UNKNOWN_STATUS: Final = ("grey", "dot", "")

# fmt: off
STATUSES: Final = {
    # registration
    "none":           ("grey", "ring",    "Chưa đăng ký"),
    "sent":           ("info", "forward", "Đã gửi đăng ký"),
    "accepted":       ("ok",   "check",   "Đã tiếp nhận đăng ký"),
    "late":           ("warn", "alert",   "Đăng ký sau Quý I"),
    "not_considered": ("grey", "minus",   "Không xét năm nay"),
    "out_of_scope":   ("grey", "minus",   "Không thuộc diện"),
    # evaluation
    "not_started":    ("grey", "ring",    "Chưa tự đánh giá"),
    "draft":          ("info", "half",    "Đang soạn"),
    "submitted":      ("info", "forward", "Đã gửi thẩm định"),
    "withdrawn":      ("grey", "back",    "Đã rút lại"),
    "in_review":      ("plum", "diamond", "Đang thẩm định"),
    "returned":       ("warn", "back",    "Trả lại bổ sung"),
    "appraised":      ("ok",   "check",   "Đã thẩm định"),
    "proposed":       ("plum", "forward", "Đã trình ký"),
    "sent_to_sign":   ("plum", "forward", "Đã trình ký"),
    "approved":       ("plum", "check",   "Đã duyệt, chờ vào số"),
    "decided":        ("ok",   "square",  "Đã có quyết định"),
    "issued":         ("ok",   "square",  "Đã ban hành"),
    "published":      ("ok",   "square",  "Đã công bố"),
    "handed_out":     ("ok",   "star",    "Đã trao Giấy công nhận"),
    "objection":      ("warn", "alert",   "Đang có kiến nghị"),
    "corrected":      ("grey", "pair",    "Đã đính chính"),
    "replaced":       ("grey", "pair",    "Đã được thay thế"),
    "annulled":       ("bad",  "cross",   "Đã hủy bỏ"),
    # time
    "overdue":        ("bad",  "alert",   "Quá hạn"),
    "due_soon":       ("warn", "alert",   "Sắp đến hạn"),
    "open":           ("ok",   "dot",     "Đang mở"),
    "closed":         ("grey", "minus",   "Hết hạn nhập"),
    "locked":         ("grey", "square",  "Đã khóa sổ"),
    # jobs
    "queued":         ("grey", "ring",    "Đang chờ"),
    "pending":        ("grey", "ring",    "Đang chờ"),
    "running":        ("info", "half",    "Đang chạy"),
    "done":           ("ok",   "check",   "Đã xong"),
    "succeeded":      ("ok",   "check",   "Đã xong"),
    "failed":         ("bad",  "cross",   "Không làm được"),
    "cancelled":      ("grey", "cross",   "Đã hủy"),
    # answers
    "not_applicable": ("grey", "minus",   "Không áp dụng"),
    "no_incident":    ("ok",   "check",   "Không xảy ra"),
    "exception_claimed":  ("warn", "diamond", "Đề nghị xét ngoại lệ"),
    "exception_accepted": ("ok",   "diamond", "Chấp nhận ngoại lệ"),
    "force_majeure":  ("grey", "diamond", "Bất khả kháng"),
    # self-managed models
    "surveyed":       ("info", "half",    "Khảo sát"),
    "launched":       ("info", "forward", "Ra mắt"),
    "kept":           ("ok",   "dot",     "Duy trì"),
    "strengthened":   ("plum", "diamond", "Củng cố"),
    "replicated":     ("ok",   "star",    "Nhân rộng"),
    "dropped":        ("grey", "cross",   "Thanh loại"),
    "inactive":       ("warn", "ring",    "Mô hình không hoạt động"),
}
OUTCOME_SHAPES: Final = {
    "excellent": "star",
    "good":      "dot",
    "average":   "pair",
    "weak":      "down",
    "met":       "check",
    "not-met":   "cross",
}
# fmt: on
