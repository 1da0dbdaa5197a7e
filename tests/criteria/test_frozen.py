"""A published set is frozen by the database itself, whoever asks."""

import importlib

import pytest
from django.db import IntegrityError, connection, transaction

from criteria.models import CriteriaSet
from criteria.services import load_criteria
from criteria.sources import REGULATIONS

MIGRATION = importlib.import_module("criteria.migrations.0003_published_sets_are_frozen")

CHANGES = [
    "UPDATE criteria_criteriaset SET title = 'Khác' WHERE id = {set}",
    "UPDATE criteria_criteriaset SET published_at = NULL WHERE id = {set}",
    "DELETE FROM criteria_criteriaset WHERE id = {set}",
    "UPDATE criteria_criterion SET text = 'Khác' WHERE criteria_set_id = {set}",
    "DELETE FROM criteria_criterion WHERE criteria_set_id = {set} AND kind = 'veto'",
    (
        "INSERT INTO criteria_criterion (criteria_set_id, code, position, kind, answer_type, text, "
        "legal_ref, origin, is_enabled, is_sensitive, numerator_label, denominator_label, counters, "
        "parts, na_condition, exceptions, fields, evidence, prefill, proposal_rule, proposal_sources, "
        "proposal_steps, local_note) VALUES ({set}, 'X', 999, 'requirement', 'yes_no', 'X', '', '', "
        "true, false, '', '', '{{}}', '{{}}', '', '{{}}', '{{}}', '{{}}', '', '', '{{}}', '{{}}', '')"
    ),
    (
        "UPDATE criteria_level SET points = points + 0.25 WHERE criterion_id IN "
        "(SELECT id FROM criteria_criterion WHERE criteria_set_id = {set})"
    ),
    (
        "DELETE FROM criteria_level WHERE criterion_id IN "
        "(SELECT id FROM criteria_criterion WHERE criteria_set_id = {set})"
    ),
    (
        'INSERT INTO criteria_level (criterion_id, position, points, "when") '
        "SELECT id, 99, 0.25, 'x' FROM criteria_criterion WHERE criteria_set_id = {set} AND code = 'A1'"
    ),
    "UPDATE criteria_band SET min_points = 1 WHERE criteria_set_id = {set}",
    "DELETE FROM criteria_band WHERE criteria_set_id = {set}",
    (
        "INSERT INTO criteria_band (criteria_set_id, code, label, position) "
        "VALUES ({set}, 'x', 'X', 9)"
    ),
    "UPDATE criteria_setrule SET value = '1' WHERE criteria_set_id = {set}",
    "DELETE FROM criteria_setrule WHERE criteria_set_id = {set}",
    "INSERT INTO criteria_setrule (criteria_set_id, code, value) VALUES ({set}, 'x', '')",
    "INSERT INTO criteria_exceptionground (criteria_set_id, code, label) VALUES ({set}, 'x', 'X')",
]
RECOGNITION_CHANGES = [
    "UPDATE criteria_exceptionground SET label = 'Khác' WHERE criteria_set_id = {set}",
    "DELETE FROM criteria_exceptionground WHERE criteria_set_id = {set}",
]


@pytest.fixture
def published(db):
    load_criteria(
        [
            REGULATIONS / "tt124-residential-area@2022-02-10.yaml",
            REGULATIONS / "qd510-provisional-residential-area@2023-11-01.yaml",
        ]
    )
    return {found.scheme: found for found in CriteriaSet.objects.all()}


@pytest.fixture
def draft(db):
    return CriteriaSet.objects.create(
        code="nhap",
        scheme="recognition",
        unit_kinds=["agency"],
        title="Bản nháp",
        regulation_number="124/2021/TT-BCA",
        regulation_issued_on="2021-12-28",
        effective_from="2027-01-01",
        provenance="digest",
        source_sha256="0" * 64,
    )


def execute(sql, **names):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**names) if names else sql)
        return cursor.rowcount


@pytest.mark.parametrize("sql", CHANGES)
def test_a_published_classification_refuses_raw_sql(published, sql):
    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(sql, set=published["classification"].pk)


@pytest.mark.parametrize("sql", RECOGNITION_CHANGES)
def test_a_published_recognition_refuses_raw_sql(published, sql):
    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(sql, set=published["recognition"].pk)


def test_a_row_cannot_be_moved_out_of_or_into_a_published_set(published, draft):
    band = draft.bands.create(code="met", label="Đạt", position=1)

    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(
            "UPDATE criteria_band SET criteria_set_id = {set}, position = 9, code = 'x' "
            "WHERE id = {band}",
            set=published["recognition"].pk,
            band=band.pk,
        )
    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(
            "UPDATE criteria_band SET criteria_set_id = {draft}, position = 9 "
            "WHERE criteria_set_id = {set} AND code = 'not_met'",
            set=published["recognition"].pk,
            draft=draft.pk,
        )


def test_a_draft_may_change_be_published_and_then_not(draft):
    draft.bands.create(code="met", label="Đạt", position=1)
    assert execute(
        "UPDATE criteria_band SET label = 'Có' WHERE criteria_set_id = {set}", set=draft.pk
    )
    assert execute(
        "UPDATE criteria_criteriaset SET published_at = now() WHERE id = {set}", set=draft.pk
    )

    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(
            "UPDATE criteria_band SET label = 'Đạt' WHERE criteria_set_id = {set}", set=draft.pk
        )


def test_a_draft_may_be_removed_with_all_its_rows(draft):
    head = draft.criteria.create(
        code="nhóm A", position=1, kind="group", answer_type="none", text="A"
    )
    row = draft.criteria.create(
        code="A1",
        position=2,
        kind="points",
        answer_type="levels",
        text="A1",
        parent=head,
        max_points=1,
    )
    row.levels.create(position=1, points=1, when="có")

    draft.delete()

    assert not CriteriaSet.objects.filter(code="nhap").exists()


def test_the_reverse_sql_thaws_and_the_forward_sql_freezes_again(published):
    (operation,) = MIGRATION.Migration.operations
    sql = "UPDATE criteria_criteriaset SET title = 'Khác' WHERE id = {set}"

    execute(operation.reverse_sql)
    assert execute(sql, set=published["recognition"].pk) == 1
    execute(operation.sql)

    with pytest.raises(IntegrityError, match="is published and frozen"):
        execute(sql, set=published["recognition"].pk)
