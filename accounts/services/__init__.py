from .activation import (
    LINK_DAYS,
    IssuedLink,
    NewAccount,
    activate_account,
    correct_account,
    issue_link,
    link_for,
    lock_account,
    open_account,
    unlock_account,
    void_links,
)
from .audit import AuditEntry, BrokenLink, broken_links, event_hash, record_audit, record_audits
from .reminders import choose_reminders

__all__ = [
    "LINK_DAYS",
    "AuditEntry",
    "BrokenLink",
    "IssuedLink",
    "NewAccount",
    "activate_account",
    "broken_links",
    "choose_reminders",
    "correct_account",
    "event_hash",
    "issue_link",
    "link_for",
    "lock_account",
    "open_account",
    "record_audit",
    "record_audits",
    "unlock_account",
    "void_links",
]
