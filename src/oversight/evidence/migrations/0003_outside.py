from django.db import migrations, models

from oversight.record.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_filed_stays")]
    operations = [
        migrations.AddField("filed", "vendor", models.CharField(blank=True, default="", max_length=60)),
        append_only("evidence_filed"),
    ]
