"""The vendor register and its parts as tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from oversight.accounts.queries import names
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.kinds import CAPACITIES, CHAIN
from oversight.vendors.lifecycle import VENDOR

if TYPE_CHECKING:
    from oversight.vendors.arranging import Arrangement, Reliance
    from oversight.vendors.models import Product, Vendor
    from oversight.vendors.past import Stay
    from oversight.vendors.queries import Branch
    from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

REGISTER = (
    Column("name", "Vendor"), Column("key", "In the data", kind="code"), Column("state", "State", kind="tag"), Column("arrangement", "Arrangement in force"),
    Column("relied_on", "Review relied on"), Column("exit_relook_on", "Next look at the exit plan", kind="day"),
    Column("registered_at", "Registered", kind="instant"),
)  # fmt: skip
ON_A_DAY = (Column("name", "Vendor"), Column("key", "In the data", kind="code"), Column("state", "State that day", kind="tag"))
ARRANGEMENTS = (
    Column("kind", "Kind"), Column("standing", "Stands", kind="tag"), Column("party", "Who handles the flow"), Column("crd", "CRD", kind="code"),
    Column("capacity", "Capacity"), Column("customers", "Customers"), Column("order_types", "Order types"), Column("instruments", "Instruments"),
    Column("from_on", "From", kind="day"), Column("until_on", "Until", kind="day"), Column("reliance", "Relying on its review"),
    Column("approved_by", "Approved by", kind="person"),
)  # fmt: skip
RELIANCES = (
    Column("quarter", "Quarter"), Column("standing", "Stands", kind="tag"), Column("due_on", "Holds until", kind="day"),
    Column("received_on", "Received", kind="day"), Column("read_by", "Read by", kind="person"),
    Column("challenged_by", "Challenged by", kind="person"), Column("relied_by", "Agreed by", kind="person"),
)  # fmt: skip
PRODUCTS = (
    Column("name", "Product"), Column("state", "State", kind="tag"), Column("purpose", "What for"), Column("version", "Version in use", kind="code"),
    Column("since_on", "Since", kind="day"), Column("ended_on", "Last day", kind="day"),
)  # fmt: skip
LINKS = (
    Column("depth", "Depth", kind="number"), Column("name", "Who"), Column("behind", "Stands behind"), Column("kind", "What it is"),
    Column("purpose", "What it does"), Column("where", "Where"), Column("criticality", "Critical?", kind="tag"), Column("state", "State", kind="tag"),
    Column("since_on", "Since", kind="day"), Column("ended_on", "Last day", kind="day"),
)  # fmt: skip
TESTS = (
    Column("suite", "Suite"), Column("state", "State", kind="tag"), Column("release", "Release", kind="code"), Column("tested_on", "Tested", kind="day"),
    Column("run", "Scenarios", kind="number"), Column("passed", "Passed", kind="number"), Column("failed", "Failed", kind="number"),
    Column("report", "Report"), Column("accepted_by", "Accepted by", kind="person"),
)  # fmt: skip
CONTROLS = (
    Column("holder", "Held by"), Column("holder_kind", "Which is"), Column("state", "State", kind="tag"), Column("evidence", "Evidence"),
    Column("stated_at", "Stated", kind="instant"), Column("confirmed_by", "Confirmed by", kind="person"),
)  # fmt: skip
PLANS = (
    Column("number", "Version", kind="number"), Column("state", "State", kind="tag"), Column("fallback", "Fallback"), Column("tested_on", "Tested", kind="day"),
    Column("notice_ours", "Our notice, days", kind="number"), Column("notice_theirs", "Their notice, days", kind="number"),
    Column("relook_on", "Next look", kind="day"), Column("approved_by", "Approved by", kind="person"),
)  # fmt: skip
STAYS = (
    Column("state", "State", kind="tag"), Column("from_at", "From", kind="instant"), Column("until_at", "Until", kind="instant"),
    Column("by", "Moved by", kind="person"), Column("why", "Why"),
)  # fmt: skip
RECORD = "Each change stands in the record."


def sheet(found: Iterable[Vendor]) -> Sheet:
    """The register as it stands today."""
    rows = tuple(
        Row(
            (
                row.name, row.key, _state(row), _arranged(row), _relied(row), next((plan.relook_on for plan in _now(row, "plan_now")), None),
                row.registered_at,
            ),
            {"name": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.state == "suspended" or row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("vendors", "Vendors", REGISTER, rows, source=RECORD, empty="No vendor is registered. Register the first one with the button above.")


def _state(row: Vendor) -> str:
    return f"adopted until {row.adopted_until}" if row.state == "adopted" else row.state_title


def on_a_day(found: Iterable[tuple[Vendor, str]], on: date) -> Sheet:
    """The register as it stood at the end of a day."""
    rows = tuple(Row((row.name, row.key, VENDOR.state(state).title), {"name": f"{row.get_absolute_url()}?on={on}"}, key=str(row.pk)) for row, state in found)
    return Sheet(
        f"vendors-{on}", f"Vendors at the end of {on}", ON_A_DAY, rows, source="Read from the record.", empty="No vendor was on the register that day."
    )


def arrangements(found: Iterable[Arrangement]) -> Sheet:
    """Arrangements, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.kind_of.title, row.standing, row.party, row.crd, CAPACITIES[row.capacity], row.customer_classes, row.order_types, row.asset_classes,
                row.from_on, row.until_on, "not possible" if row.why_no_reliance else "possible, by the quarter", people.get(row.approved_by, row.approved_by),
            ),
            {"kind": row.get_absolute_url()}, key=f"arrangement-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    empty = "No arrangement is written down. Draft one: under what contract does this vendor handle which flow?"
    return Sheet("arrangements", "Arrangements", ARRANGEMENTS, rows, source=RECORD, empty=empty)


def reliances(found: Iterable[Reliance]) -> Sheet:
    """Reliance on somebody's review, quarter by quarter."""
    people = names()
    rows = tuple(
        Row(
            (row.quarter, row.standing, row.due_on, row.received_on, *(people.get(key, key) for key in (row.read_by, row.challenged_by, row.relied_by))),
            {"quarter": row.get_absolute_url()}, key=f"reliance-{row.pk}", tone="attention" if row.standing == "lapsed" else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "reliances",
        "Reliance on the other firm's review",
        RELIANCES,
        rows,
        source=RECORD,
        empty="Nobody's review is relied on: the firm's own review covers it.",
    )


def products(found: Iterable[Product]) -> Sheet:
    """Products of a vendor."""
    rows = tuple(Row((row.name, row.state_title, row.purpose, row.version, row.since_on, row.ended_on), key=f"product-{row.pk}") for row in found)
    return Sheet("products", "Products", PRODUCTS, rows, source=RECORD, empty="No product is named yet.")


def links(found: Iterable[Branch]) -> Sheet:
    """The chain behind a vendor, each link after the one it stands behind."""
    kept = list(found)
    by_pk = {branch.row.pk: branch.row.name for branch in kept}
    rows = tuple(
        Row(
            (
                branch.depth, row.name, by_pk.get(row.behind_id or 0, row.vendor.name), CHAIN[row.kind], row.purpose, row.where, row.criticality,
                row.state_title, row.since_on, row.ended_on,
            ),
            key=f"link-{row.pk}",
        )
        for branch in kept for row in (branch.row,)
    )  # fmt: skip
    return Sheet("chain", "The chain behind the vendor", LINKS, rows, source=RECORD, empty="Nothing is written down of what this vendor rests on.")


def tests(found: Iterable[TestReport]) -> Sheet:
    """Test reports, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.suite, row.state_title, row.release, row.tested_on, row.scenarios_run, row.scenarios_passed, row.scenarios_failed, row.report.title,
                people.get(row.accepted_by, row.accepted_by),
            ),
            {"suite": row.get_absolute_url(), "report": row.report.get_absolute_url()}, key=f"test-{row.pk}", tone="attention" if row.scenarios_failed else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "test-reports", "Test reports", TESTS, rows, source=RECORD, empty="No test report is filed. Without one that is accepted, no order goes there."
    )


def controls(found: Iterable[AccessControl]) -> Sheet:
    """Statements on market access, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (row.holder, row.get_holder_kind_display(), row.state_title, row.evidence.title, row.stated_at, people.get(row.confirmed_by, row.confirmed_by)),
            {"holder": row.get_absolute_url(), "evidence": row.evidence.get_absolute_url()}, key=f"access-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "market-access", "Market-access control", CONTROLS, rows, source="17 CFR 240.15c3-5.", empty="Nobody stated who holds direct and exclusive control."
    )


def plans(found: Iterable[ExitPlan]) -> Sheet:
    """Versions of the exit plan, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.number, row.state_title, row.fallback, row.fallback_tested_on, row.notice_days_ours, row.notice_days_theirs, row.relook_on,
                people.get(row.approved_by, row.approved_by),
            ),
            {"number": row.get_absolute_url()}, key=f"plan-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "exit-plans",
        "Exit plan",
        PLANS,
        rows,
        source=RECORD,
        empty="There is no exit plan. Before go-live it must say where orders go instead, and that it was tried.",
    )


def history(found: Iterable[Stay]) -> Sheet:
    """The states that a vendor was in, the latest first."""
    people = names()
    rows = tuple(Row((VENDOR.state(stay.state).title, stay.from_at, stay.until_at, people.get(stay.by, stay.by), stay.why)) for stay in reversed(list(found)))
    return Sheet("states", "Its states", STAYS, rows, source="Read from the record.", empty="The record says nothing of it yet.")


def _now(row: Vendor, name: str) -> list[Any]:
    """What the query kept beside the row; nothing where it was not asked for."""
    return getattr(row, name, [])


def _arranged(row: Vendor) -> str:
    return "; ".join(each.kind_of.title for each in _now(row, "arranged_now"))


def _relied(row: Vendor) -> str:
    kept = [relied for each in _now(row, "arranged_now") for relied in _now(each, "relied_now")[:1]]
    return "; ".join(f"{relied.quarter}, until {relied.due_on}" for relied in kept)
