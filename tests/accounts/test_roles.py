"""The table of acts, held against the table that the people of the procedure agreed to."""

import pytest

from accounts.roles import ALLOWED, SENSITIVE_READERS, SUPERUSER_ACTS, Act, Reach, Role

AGREED = """
act                  officer    reporter  appraiser  approver   clerk      analyst  viewer  administrator  superuser
keep_head_counts     authority  own       authority  -          -          -        -       scope          yes
keep_units           until_frozen  -         authority  -          -          -        -       scope          yes
freeze_roster        -          -         authority  -          -          -        -       -              -
register             authority  own       -          -          -          -        -       -              -
answer               authority  own       -          -          -          -        -       -              -
submit               authority  own       -          -          -          -        -       -              -
submit_commune       -          -         authority  -          -          -        -       -              -
keep_book            authority  -         authority  -          -          -        -       -              -
record_result        authority  -         authority  -          -          -        -       -              -
accept_registration  -          -         authority  -          -          -        -       -              -
appraise             -          -         authority  -          -          -        -       -              -
prepare_decision     -          -         authority  -          -          -        -       -              -
set_deadlines        -          -         authority  -          -          -        -       -              -
approve              -          -         -          authority  -          -        -       -              -
issue                -          -         -          -          authority  -        -       -              -
annul                -          -         -          authority  -          -        -       -              -
see_reports          scope      own       scope      scope      scope      scope    scope   scope          yes
administer           -          -         -          -          -          -        -       scope          yes
see_audit            -          -         scope      scope      -          scope    -       scope          yes
"""

PROCEDURE = {
    Act.FREEZE_ROSTER,
    Act.REGISTER,
    Act.ANSWER,
    Act.SUBMIT,
    Act.SUBMIT_COMMUNE,
    Act.KEEP_BOOK,
    Act.RECORD_RESULT,
    Act.ACCEPT_REGISTRATION,
    Act.APPRAISE,
    Act.PREPARE_DECISION,
    Act.SET_DEADLINES,
    Act.APPROVE,
    Act.ISSUE,
    Act.ANNUL,
}


def written_table():
    """The table as the code has it, in the same form."""
    return [
        [str(act), *(cell(act, role) for role in Role), "yes" if act in SUPERUSER_ACTS else "-"]
        for act in Act
    ]


def cell(act, role):
    reach = ALLOWED[act].get(role)
    return reach.value if reach else "-"


def test_table_is_the_agreed_one():
    head, *rows = [line.split() for line in AGREED.strip().splitlines()]

    assert head == ["act", *Role.values, "superuser"]
    assert rows == written_table()


@pytest.mark.parametrize("act", Act)
def test_every_act_has_somebody_who_does_it(act):
    assert ALLOWED[act]


def test_superuser_does_no_act_of_the_procedure():
    assert SUPERUSER_ACTS.isdisjoint(PROCEDURE)


def test_acts_of_the_procedure_are_done_at_the_authority_or_by_the_unit_itself():
    reaches = {reach for act in PROCEDURE for reach in ALLOWED[act].values()}

    assert reaches == {Reach.AUTHORITY, Reach.OWN}


def test_nobody_both_appraises_and_decides_by_one_role():
    assert set(ALLOWED[Act.APPRAISE]).isdisjoint(ALLOWED[Act.APPROVE])
    assert set(ALLOWED[Act.APPROVE]).isdisjoint(ALLOWED[Act.ISSUE])


def test_sensitive_rows_are_read_by_those_who_work_on_the_file():
    assert sorted(SENSITIVE_READERS) == ["appraiser", "approver", "officer", "reporter"]
