from django.db import migrations

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("record", "0001_initial")]
    operations = [append_only("notices_notice")]
