"""From here on the database refuses to change or remove an entry or a word, and to break the chain."""

from django.db import migrations

from oversight.record.triggers import append_only, chain


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [append_only("record_entry"), append_only("record_word"), chain()]
