from django.db import migrations

FREEZE = """
CREATE FUNCTION criteria_refuse_published_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'criteria set % is published and frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

-- FOR SHARE makes a row written now and a publication at the same moment wait for each other.
CREATE FUNCTION criteria_require_unpublished(set_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    published timestamptz;
BEGIN
    SELECT published_at INTO published FROM criteria_criteriaset WHERE id = set_id FOR SHARE;
    IF published IS NOT NULL THEN
        RAISE EXCEPTION 'criteria set % is published and frozen', set_id
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION criteria_refuse_row_of_published_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM criteria_require_unpublished(OLD.criteria_set_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM criteria_require_unpublished(NEW.criteria_set_id);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION criteria_refuse_level_of_published_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM criteria_require_unpublished(
            (SELECT criteria_set_id FROM criteria_criterion WHERE id = OLD.criterion_id));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM criteria_require_unpublished(
            (SELECT criteria_set_id FROM criteria_criterion WHERE id = NEW.criterion_id));
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER criteria_set_frozen BEFORE UPDATE OR DELETE ON criteria_criteriaset
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_published_set();
CREATE TRIGGER criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON criteria_criterion
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_row_of_published_set();
CREATE TRIGGER level_frozen BEFORE INSERT OR UPDATE OR DELETE ON criteria_level
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_level_of_published_set();
CREATE TRIGGER band_frozen BEFORE INSERT OR UPDATE OR DELETE ON criteria_band
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_row_of_published_set();
CREATE TRIGGER set_rule_frozen BEFORE INSERT OR UPDATE OR DELETE ON criteria_setrule
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_row_of_published_set();
CREATE TRIGGER exception_ground_frozen BEFORE INSERT OR UPDATE OR DELETE ON criteria_exceptionground
    FOR EACH ROW EXECUTE FUNCTION criteria_refuse_row_of_published_set();
"""

THAW = """
DROP TRIGGER exception_ground_frozen ON criteria_exceptionground;
DROP TRIGGER set_rule_frozen ON criteria_setrule;
DROP TRIGGER band_frozen ON criteria_band;
DROP TRIGGER level_frozen ON criteria_level;
DROP TRIGGER criterion_frozen ON criteria_criterion;
DROP TRIGGER criteria_set_frozen ON criteria_criteriaset;
DROP FUNCTION criteria_refuse_level_of_published_set();
DROP FUNCTION criteria_refuse_row_of_published_set();
DROP FUNCTION criteria_require_unpublished(bigint);
DROP FUNCTION criteria_refuse_published_set();
"""


class Migration(migrations.Migration):
    """Refuse to change, remove or extend a published criteria set; publishing itself is allowed."""

    dependencies = [("criteria", "0002_proposal_sources_and_dates")]

    operations = [migrations.RunSQL(FREEZE, reverse_sql=THAW)]
