from django.db import migrations


class Migration(migrations.Migration):
    """The sequence that record numbers are taken from."""

    dependencies = [("patients", "0002_search_links_and_cover")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE patients_record_number AS integer START WITH 100001",
            "DROP SEQUENCE patients_record_number",
        )
    ]
