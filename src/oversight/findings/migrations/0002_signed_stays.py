from django.db import migrations

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial"), ("record", "0001_initial")]
    operations = [append_only("findings_signature"), append_only("findings_draw"), append_only("findings_run")]
