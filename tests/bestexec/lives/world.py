"""A market of three quotes, an order with one route and two fills, and an order of the same id in another symbol."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bestexec import open_workspace, pipeline
from bestexec.intake import import_files
from bestexec.runs import Run
from bestexec.workspace import Workspace

DAY = date(2026, 9, 28)
ACCOUNT = "ACCT-774411"
FILES = {
    "orders.csv": f"""firm,key_on,order_id,symbol,side,qty,order_type,limit_px,tif,received_at,ended_at,end_reason,canceled_qty,arrangement,account,vendor
FIRM,2026-09-28,O1,ABCZ,buy,300,market,,day,2026-09-28T14:00:00.000Z,2026-09-28T14:00:00.020Z,filled,0,ring {ACCOUNT} first,{ACCOUNT},one
FIRM,2026-09-28,O1,XYZZ,sell,50,limit,7.5,day,2026-09-28T14:00:00.000Z,2026-09-28T14:30:00.000Z,canceled,50,,{ACCOUNT},one
""",
    "routes.csv": """firm,key_on,order_id,route_id,routed_on,symbol,side,qty,routed_at,acked_at,ended_at,end_reason,canceled_qty,venue,vendor,attempt
FIRM,2026-09-28,O1,R0,2026-09-28,ABCZ,buy,300,2026-09-28T14:00:00.001Z,,2026-09-28T14:00:00.002Z,rejected,300,XNYS,one,1
FIRM,2026-09-28,O1,R1,2026-09-28,ABCZ,buy,300,2026-09-28T14:00:00.003Z,2026-09-28T14:00:00.004Z,2026-09-28T14:00:00.020Z,filled,0,XNAS,one,2
""",
    "fills.csv": """firm,key_on,order_id,route_id,fill_id,traded_on,symbol,side,qty,px,filled_at,venue,vendor,liquidity,kind
FIRM,2026-09-28,O1,R1,X1,2026-09-28,ABCZ,buy,100,10.03,2026-09-28T14:00:00.005Z,XNAS,one,removed,regular
FIRM,2026-09-28,O1,R1,X2,2026-09-28,ABCZ,buy,200,10.06,2026-09-28T14:00:00.020Z,XNAS,one,removed,regular
FIRM,2026-09-28,GONE,R9,X9,2026-09-28,ABCZ,buy,10,10.02,2026-09-28T14:05:00.000Z,XNAS,one,removed,regular
""",
    "quotes.csv": """day,symbol,quoted_at,sequence,bid_px,ask_px,bid_qty,ask_qty,kind,source
2026-09-28,ABCZ,2026-09-28T13:59:00.000Z,1,10.00,10.04,500,500,nbbo,sip
2026-09-28,ABCZ,2026-09-28T14:00:00.010Z,2,10.01,10.03,500,500,nbbo,sip
2026-09-28,ABCZ,2026-09-28T14:00:10.000Z,3,10.02,10.06,500,500,nbbo,sip
""",
}


def build(folder: Path, *, by_reference: bool = False, without: tuple[str, ...] = ()) -> tuple[Workspace, Run]:
    """The workspace with those files imported and measured, and its run."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for name, text in FILES.items():
        if name not in without:
            (raw / name).write_text(text, encoding="utf-8")
    workspace = open_workspace(folder / "workspace")
    told = import_files(workspace, [raw], received_at=1, by_reference=by_reference, secret=b"of this test")
    assert set(told["status"]) == {"imported"}, told["notes"].to_list()
    return workspace, pipeline.measure(workspace)
