"""The audit chain: rows are only added, and whatever is changed behind its back is found."""

import threading
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, AuditHead, User
from accounts.services import broken_links, record_audit

pytestmark = pytest.mark.django_db
append_only = import_module("accounts.migrations.0002_append_only")


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password="x", full_name="Lò Thị Lan")


def write(lan, rows=3, province_id=38):
    with transaction.atomic():
        for number in range(rows):
            record_audit(
                "submit",
                by=lan,
                subject=f"hồ sơ {number}",
                summary="Gửi thẩm định",
                province_id=province_id,
                details={"điểm": Decimal("9.50"), "số": number},
            )


def execute(*statements):
    """Run SQL after the foreign keys of earlier rows were checked, so that triggers may be switched."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def tamper(sql):
    """Change rows as somebody with the owner's password could."""
    execute(
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
        sql,
        "ALTER TABLE accounts_auditevent ENABLE TRIGGER USER",
    )


def found():
    return [(link.province_id, link.sequence, link.reason) for link in broken_links()]


def test_rows_are_chained_per_province(lan):
    write(lan, 2, province_id=38)
    write(lan, 1, province_id=None)

    rows = AuditEvent.objects.values_list("province_id", "sequence", "by_name")
    first, second = AuditEvent.objects.filter(province_id=38)
    assert list(rows) == [(0, 1, "Lò Thị Lan"), (38, 1, "Lò Thị Lan"), (38, 2, "Lò Thị Lan")]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert found() == []


def test_act_without_a_person_is_the_system_s(db):
    with transaction.atomic():
        event = record_audit("clean", by=None, subject="kho", summary="Dọn kho")

    assert (event.by, event.by_name) == (None, "Hệ thống")


@pytest.mark.django_db(transaction=True)
def test_act_outside_a_transaction_is_refused(lan):
    with pytest.raises(transaction.TransactionManagementError):
        record_audit("submit", by=lan, subject="hồ sơ", summary="Gửi")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_auditevent SET summary = 'khác'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
    ],
)
def test_database_refuses_to_change_or_drop_rows(lan, sql):
    write(lan)

    execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER accounts_auditevent_no_truncate")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        execute(sql)


TAMPERING = {
    "changed content": (
        "UPDATE accounts_auditevent SET summary = 'khác' WHERE sequence = 2",
        (38, 2, "nội dung đã bị sửa"),
    ),
    "changed details": (
        """UPDATE accounts_auditevent SET details = '{"số": 7}' WHERE sequence = 1""",
        (38, 1, "nội dung đã bị sửa"),
    ),
    "changed person": (
        "UPDATE accounts_auditevent SET by_name = 'Người khác' WHERE sequence = 3",
        (38, 3, "nội dung đã bị sửa"),
    ),
    "changed time": (
        "UPDATE accounts_auditevent SET at = at - interval '1 day' WHERE sequence = 3",
        (38, 3, "nội dung đã bị sửa"),
    ),
    "deleted row": (
        "DELETE FROM accounts_auditevent WHERE sequence = 2",
        (38, 2, "thiếu dòng"),
    ),
    "deleted first row": (
        "DELETE FROM accounts_auditevent WHERE sequence = 1",
        (38, 1, "thiếu dòng"),
    ),
    "deleted tail": (
        "DELETE FROM accounts_auditevent WHERE sequence = 3",
        (38, 3, "đầu chuỗi không khớp dòng cuối"),
    ),
    "deleted chain": (
        "DELETE FROM accounts_auditevent",
        (38, 1, "đầu chuỗi không khớp dòng cuối"),
    ),
    "deleted head": (
        "DELETE FROM accounts_audithead",
        (38, 4, "đầu chuỗi không khớp dòng cuối"),
    ),
    "deleted row and closed gap": (
        """DELETE FROM accounts_auditevent WHERE sequence = 2;
        UPDATE accounts_auditevent SET sequence = 2 WHERE sequence = 3""",
        (38, 2, "không nối với dòng trước"),
    ),
    "swapped rows": (
        """UPDATE accounts_auditevent SET sequence = 9 WHERE sequence = 2;
        UPDATE accounts_auditevent SET sequence = 2 WHERE sequence = 3;
        UPDATE accounts_auditevent SET sequence = 3 WHERE sequence = 9""",
        (38, 2, "không nối với dòng trước"),
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_at_its_first_row(lan, how):
    write(lan, province_id=11)
    write(lan)
    sql, broken = TAMPERING[how]

    tamper(
        sql.replace("WHERE ", "WHERE province_id = 38 AND ")
        if "WHERE" in sql
        else f"{sql} WHERE province_id = 38"
    )

    assert found() == [broken]


def test_command_counts_what_holds(lan, capsys):
    write(lan, 2, province_id=38)
    write(lan, 1, province_id=11)

    call_command("audit_verify")

    assert "Nhật ký nguyên vẹn: 3 dòng trong 2 chuỗi." in capsys.readouterr().out


def test_command_names_the_first_broken_row_and_fails(lan, capsys):
    write(lan)
    tamper("UPDATE accounts_auditevent SET summary = 'khác' WHERE sequence = 2")

    with pytest.raises(CommandError) as refused:
        call_command("audit_verify")

    assert refused.value.returncode == 1
    assert "tỉnh 38, dòng 2: nội dung đã bị sửa" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_append_at_once_do_not_fork_the_chain(lan):
    """Also the very first rows, when there is no head to lock yet."""
    start = threading.Barrier(4)
    errors = []

    def append():
        try:
            start.wait()
            for _ in range(5):
                write(lan, 1)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert list(AuditEvent.objects.values_list("sequence", flat=True)) == list(range(1, 21))
    assert AuditHead.objects.get(pk=38).sequence == 20
    assert found() == []


def test_append_only_migration_can_be_taken_back(db):
    """All but the function, which other tables use by now."""
    execute(append_only.BACKWARD.replace("DROP FUNCTION refuse_change();", ""))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'accounts_auditevent_%'")
        assert cursor.fetchone() == (0,)
