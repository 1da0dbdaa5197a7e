"""Who may do what: the roles of the procedure and the one table of their acts.

Buttons, services, the API and the permission tests all read `ALLOWED`; nothing else in the code
names a role together with an act. Changing authority is a reviewed change of this file.

Legal: Thông tư 124/2021/TT-BCA Điều 9, Điều 10.
"""

from enum import Enum
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is in the procedure (vai trò)."""

    OFFICER = "officer", "Cán bộ phụ trách"
    REPORTER = "reporter", "Người khai của đơn vị"
    APPRAISER = "appraiser", "Thường trực Ban Chỉ đạo (thẩm định)"
    APPROVER = "approver", "Người có thẩm quyền quyết định"
    CLERK = "clerk", "Văn thư"
    ANALYST = "analyst", "Cán bộ tổng hợp"
    VIEWER = "viewer", "Người theo dõi"
    ADMINISTRATOR = "administrator", "Quản trị"


class Act(TextChoices):
    """One thing a person does in the portal that not everybody may do."""

    KEEP_HEAD_COUNTS = "keep_head_counts", "Cập nhật số hộ, đầu mối liên hệ"
    KEEP_UNITS = "keep_units", "Thêm, sửa, kết thúc đơn vị"
    FREEZE_ROSTER = "freeze_roster", "Chốt danh sách"
    REGISTER = "register", "Đăng ký"
    ANSWER = "answer", "Tự đánh giá"
    SUBMIT = "submit", "Gửi thẩm định"
    SUBMIT_COMMUNE = "submit_commune", "Gửi thẩm định hồ sơ của xã (huyện)"
    KEEP_BOOK = "keep_book", "Ghi Sổ vụ việc, Tổ bảo vệ an ninh, trật tự"
    RECORD_RESULT = "record_result", "Ghi kết quả từ văn bản"
    ACCEPT_REGISTRATION = "accept_registration", "Tiếp nhận đăng ký"
    APPRAISE = "appraise", "Thẩm định"
    PREPARE_DECISION = "prepare_decision", "Lập dự thảo, trình ký"
    SET_DEADLINES = "set_deadlines", "Đặt mốc của cấp mình, gia hạn, nhắc đơn vị"
    APPROVE = "approve", "Duyệt danh sách"
    ISSUE = "issue", "Vào số, ban hành"
    ANNUL = "annul", "Hủy bỏ kết quả"
    SEE_REPORTS = "see_reports", "Xem, xuất báo cáo"
    ADMINISTER = "administer", "Quản trị người dùng, kỳ đánh giá"
    SEE_AUDIT = "see_audit", "Xem nhật ký"


class Reach(Enum):
    """How far a role carries an act."""

    AUTHORITY = "authority"
    """Only where the role is held at exactly the authority the dated rule names."""
    UNTIL_FROZEN = "until_frozen"
    """As AUTHORITY, until that authority has frozen the year's list of units."""
    OWN = "own"
    """Only for the unit the role is held on."""
    SCOPE = "scope"
    """For the unit the role is held on and everything below it."""


_A, _F, _O, _S = Reach.AUTHORITY, Reach.UNTIL_FROZEN, Reach.OWN, Reach.SCOPE
_R = Role

# fmt: off
ALLOWED: Final = MappingProxyType({
    Act.KEEP_HEAD_COUNTS:    {_R.OFFICER: _A, _R.REPORTER: _O, _R.APPRAISER: _A, _R.ADMINISTRATOR: _S},
    Act.KEEP_UNITS:          {_R.OFFICER: _F, _R.APPRAISER: _A, _R.ADMINISTRATOR: _S},
    Act.FREEZE_ROSTER:       {_R.APPRAISER: _A},
    Act.REGISTER:            {_R.OFFICER: _A, _R.REPORTER: _O},
    Act.ANSWER:              {_R.OFFICER: _A, _R.REPORTER: _O},
    Act.SUBMIT:              {_R.OFFICER: _A, _R.REPORTER: _O},
    Act.SUBMIT_COMMUNE:      {_R.APPRAISER: _A},
    Act.KEEP_BOOK:           {_R.OFFICER: _A, _R.APPRAISER: _A},
    Act.RECORD_RESULT:       {_R.OFFICER: _A, _R.APPRAISER: _A},
    Act.ACCEPT_REGISTRATION: {_R.APPRAISER: _A},
    Act.APPRAISE:            {_R.APPRAISER: _A},
    Act.PREPARE_DECISION:    {_R.APPRAISER: _A},
    Act.SET_DEADLINES:       {_R.APPRAISER: _A},
    Act.APPROVE:             {_R.APPROVER: _A},
    Act.ISSUE:               {_R.CLERK: _A},
    Act.ANNUL:               {_R.APPROVER: _A},
    Act.SEE_REPORTS:         {_R.OFFICER: _S, _R.REPORTER: _O, _R.APPRAISER: _S, _R.APPROVER: _S,
                              _R.CLERK: _S, _R.ANALYST: _S, _R.VIEWER: _S, _R.ADMINISTRATOR: _S},
    Act.ADMINISTER:          {_R.ADMINISTRATOR: _S},
    Act.SEE_AUDIT:           {_R.APPRAISER: _S, _R.APPROVER: _S, _R.ANALYST: _S, _R.ADMINISTRATOR: _S},
})
# fmt: on

SUPERUSER_ACTS: Final = frozenset(
    {Act.KEEP_HEAD_COUNTS, Act.KEEP_UNITS, Act.SEE_REPORTS, Act.ADMINISTER, Act.SEE_AUDIT}
)
"""What the national administrator does; never an act of the procedure."""

SENSITIVE_READERS: Final = frozenset({Role.OFFICER, Role.REPORTER, Role.APPRAISER, Role.APPROVER})
"""Who may read the text of rows marked sensitive, for the files of their own authority."""
