from django.db import migrations

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("diligence", "0001_initial"), ("record", "0001_initial")]
    operations = [append_only(f"diligence_{table}") for table in ("questionform", "given", "remark", "reminder")]
