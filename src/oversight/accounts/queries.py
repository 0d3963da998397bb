"""Every read of accounts worth a name."""

from __future__ import annotations

from oversight.accounts.models import Account


def names() -> dict[str, str]:
    """Each account's name by its key."""
    return dict(Account.objects.values_list("key", "name"))
