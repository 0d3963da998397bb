"""Where the demonstration's desk stands, and the settings it runs with."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

STAGES = {
    "onboarding": datetime(2026, 9, 18, 20, 30, tzinfo=UTC),
    "daily": datetime(2026, 10, 1, 12, 0, tzinfo=UTC),
    "review": datetime(2026, 10, 27, 14, 30, tzinfo=UTC),
    "remediation": datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
}
"""Where each stage leaves the desk's clock: 16:30 in New York with the memo on the vendors proposed; 08:00 on the day after the sample firm's quarter;
10:30 in the committee's meeting; 09:00 with the remedy under way."""
LAST = "remediation"
"""The stage that is played unless another is named."""
MADE = "made.txt"


def prepare(stage: str) -> None:
    """Make the folder OVERSIGHT_HOME afresh (only one that this made before), with settings that nothing else shares."""
    home = Path(os.environ.setdefault("OVERSIGHT_HOME", "demo/desk")).expanduser().resolve()
    if home.exists() and any(home.iterdir()) and not (home / MADE).exists():
        raise SystemExit(f"oversight: {home} holds something else · name another folder in OVERSIGHT_HOME")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MADE).write_text("Made by `oversight demo`; made anew the next time.\n", encoding="utf-8")
    workspace = Path(os.environ.get("BESTEXEC_WORKSPACE", home.parent / "workspace")).expanduser().resolve()
    _policy_as_it_was(workspace)
    for stone in (workspace / "disposed").glob("book-*.json"):
        stone.unlink()  # a quote book is built again when it is needed, and this desk's record does not know who let it go before
    (home / "desk.env").write_text(
        "# The demonstration's settings. The clock is stated: at the second instant it was the first, and time has gone on since.\n"
        f"OVERSIGHT_SECRET_KEY={secrets.token_urlsafe(48)}\nBESTEXEC_WORKSPACE={workspace}\nOVERSIGHT_MFA=offered\nOVERSIGHT_IDLE_MINUTES=600\n"
        f"OVERSIGHT_URL={os.environ.get('OVERSIGHT_URL', 'http://127.0.0.1:8000')}\n"
        f"OVERSIGHT_CLOCK={STAGES[stage].isoformat()}@{datetime.now(UTC).isoformat(timespec='seconds')}\n",
        encoding="utf-8",
    )


def _policy_as_it_was(workspace: Path) -> None:
    """Put the policy folder back as the first demonstration found it: the story publishes to it, and begins at the beginning each time."""
    kept = workspace.parent / "policy-before-the-desk"
    if kept.is_dir():
        shutil.rmtree(workspace / "policy", ignore_errors=True)
        shutil.copytree(kept, workspace / "policy")
    elif (workspace / "policy").is_dir():
        shutil.copytree(workspace / "policy", kept)
