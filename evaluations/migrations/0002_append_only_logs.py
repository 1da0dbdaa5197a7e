"""Logs of steps and of answers take new rows only; the database refuses to change or drop one."""

from django.db import migrations

TABLES = (
    "evaluations_transitionlog",
    "evaluations_registrationlog",
    "evaluations_decisionlog",
    "evaluations_answerchange",
)

FORWARD = "".join(
    f"""
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """
    for table in TABLES
)
BACKWARD = "".join(
    f"""
    DROP TRIGGER {table}_append_only ON {table};
    DROP TRIGGER {table}_no_truncate ON {table};
    """
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("evaluations", "0001_initial"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
