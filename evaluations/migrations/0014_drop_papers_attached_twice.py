"""Of one file attached twice at the same place the first stays, before the database refuses a second."""

from django.db import migrations

FORWARD = """
    DELETE FROM evaluations_attachment later USING evaluations_attachment first
    WHERE first.id < later.id AND first.evidence_file_id = later.evidence_file_id
      AND first.unit_id = later.unit_id AND first.year = later.year
      AND first.purpose = later.purpose AND first.criterion_id IS NOT DISTINCT FROM later.criterion_id
"""


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0013_file_visits")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
