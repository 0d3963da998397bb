"""What the apps above the register hold of a vendor, as rows of theirs: an approved due diligence, a configuration in force."""

from __future__ import annotations

from datetime import date, timedelta

from oversight import clock
from oversight.actor import automated
from oversight.configuration.models import Version
from oversight.diligence.models import Assessment, QuestionForm
from oversight.record.actions import create
from oversight.vendors.models import Vendor

BY = automated("test")


def assess(vendor: Vendor, *, until: date | None = None) -> Assessment:
    """A due diligence that was approved now, for a year or until that day."""
    now, today = clock.now(), clock.today()
    form = create(BY, QuestionForm(sha256=f"{QuestionForm.objects.count():064d}", areas={}, questions=[], made_by=BY.key, made_at=now))
    row = Assessment(vendor=vendor, form=form, state="approved", first_on=today, last_on=today, drafted_by=BY.key, drafted_at=now, approved_at=now)
    row.valid_until = until or today + timedelta(days=365)
    return create(BY, row)


def configure(vendor: Vendor) -> Version:
    """A first configuration, in force."""
    now = clock.now()
    return create(BY, Version(vendor=vendor, number=1, effective_from=now, summary="As it stands.", state="in_force", drafted_by=BY.key, drafted_at=now))
