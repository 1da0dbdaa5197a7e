"""A line of the book of incidents is struck out once, and otherwise stays as it was written."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_incident_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    striking text[] := ARRAY['struck_at', 'struck_by_id', 'strike_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.struck_at IS NULL
        AND to_jsonb(NEW) - striking = to_jsonb(OLD) - striking THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a line of the book of incidents is only struck out: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER evaluations_incident_only_struck BEFORE UPDATE OR DELETE ON evaluations_incident
    FOR EACH ROW EXECUTE FUNCTION refuse_incident_rewrite();
CREATE TRIGGER evaluations_incident_no_truncate BEFORE TRUNCATE ON evaluations_incident
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER evaluations_incident_no_truncate ON evaluations_incident;
DROP TRIGGER evaluations_incident_only_struck ON evaluations_incident;
DROP FUNCTION refuse_incident_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("evaluations", "0005_incident_book_and_security_teams"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
