from django.db import migrations

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("record", "0001_initial")]
    operations = [append_only("retention_disposed"), append_only("retention_restore")]
