"""The states of a request, its items, documents, extensions, productions and readers' rooms, with their moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER

AUTOMATED = (SYSTEM,)
KEEPERS = (COMPLIANCE,)
"""Who takes a letter in, splits it and drafts what is produced."""
OWNERS = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER)
"""Who may own an item. The auditor reads it and owns none."""
COUNSEL = (COMPLIANCE, SENIOR_MANAGER)
"""The roles of which a request's counsel is named; being of the role is not enough."""
RELEASERS = (COMPLIANCE, SENIOR_MANAGER)
"""Who lets out what another drafted."""
WORKED = ("assembling", "under_review", "partly")
"""A request whose items are gathered, reviewed and produced."""
OPEN = ("received", "split", *WORKED, "produced")
"""A request on which somebody must still do something."""
RUNNING = ("received", "split", *WORKED)
"""A request whose answer is still owed: its clock runs."""
TO_DO = ("open", "gathering", "ready", "reviewed", "nothing_said")
"""An item that has not ended."""
GIVEN = ("cleared", "redacted")
"""A document that counsel lets go out, whole or redacted."""
_WORKED = {"is_worked": "its request is not being worked on; begin gathering, or reopen the request"}

REQUEST = Lifecycle(
    "request",
    (
        State("received", "received", "The letter is filed. Its items are not split yet, and its clock runs."),
        State("split", "split into items", "Each item has its words, an owner and a day; counsel is being named."),
        State("assembling", "assembling", "Owners gather; counsel reviews what is ready."),
        State("under_review", "with counsel", "Nothing is being gathered any more; counsel decides document by document."),
        State("partly", "produced in part", "Something was produced; the rest is still gathered and reviewed."),
        State("produced", "produced in full", "Every item has ended. What is left is to hand over and to close."),
        State("closed", "closed", "Handed over and answered; everything stays as it was.", is_end=True),
        State("withdrawn", "withdrawn", "The authority took the request back.", is_end=True),
    ),
    (
        Move("split", ("received",), "split", KEEPERS, "The items are complete", when={"has_items": "no item is written yet; each question of the letter is one"}),
        Move("begin", ("split",), "assembling", KEEPERS, "Begin gathering", when={"has_counsel": "no counsel is named for this request"}),
        Move("hand_to_counsel", ("assembling",), "under_review", KEEPERS, "Hand to counsel", when={"is_gathered": "an item is still being gathered, or waits for a second look"}),
        Move("gather_more", ("under_review",), "assembling", COUNSEL, "Gather more", needs=("why",)),
        Move("produce_part", WORKED, "partly", AUTOMATED, "Produce in part"),
        Move("produce_all", WORKED, "produced", AUTOMATED, "Produce in full", when={"is_ended": "an item has not ended"}),
        Move(
            "close", ("produced",), "closed", COUNSEL, "Close", signs="closed",
            when={"is_ended": "an item has not ended", "is_handed_over": "a production was drafted and not released, or released and not handed over"},
        ),
        Move("reopen", ("produced", "closed"), "assembling", KEEPERS, "Reopen", needs=("why",)),
        Move("withdraw", RUNNING, "withdrawn", KEEPERS, "The authority withdrew it", needs=("why",), signs="closed"),
    ),
)  # fmt: skip

ITEM = Lifecycle(
    "item",
    (
        State("open", "open", "Nobody has begun to gather."),
        State("gathering", "gathering", "Its owner gathers what answers it."),
        State("ready", "ready for counsel", "Its owner says that it is complete."),
        State("reviewed", "reviewed by counsel", "Counsel decided on each document; it can be produced."),
        State("nothing_said", "nothing found, to be confirmed", "One person searched and found nothing; a second looks at how it was searched."),
        State("produced", "produced", "What counsel cleared was given.", is_end=True),
        State("nothing", "nothing responsive", "Two people say so, with the search that was made.", is_end=True),
        State("withheld", "objected or withheld", "Counsel objects, or withholds all of it; the log says on what ground.", is_end=True),
    ),
    (
        Move("gather", ("open",), "gathering", OWNERS, "Begin", when=_WORKED),
        Move("hand_in", ("gathering",), "ready", OWNERS, "It is complete", when={**_WORKED, "has_documents": "no document is in it; say that nothing responsive was found, if so"}, signs="readied"),
        Move("send_back", ("ready", "reviewed"), "gathering", COUNSEL, "Send back", needs=("why",), when=_WORKED),
        Move("review", ("ready",), "reviewed", COUNSEL, "Reviewed", when={**_WORKED, "is_decided": "counsel has not decided on a document of it, or a later filing took the place of one"}, not_by=("readied_by",), signs="reviewed"),
        Move("look_again", ("reviewed",), "ready", (*COUNSEL, SYSTEM), "Review again", needs=("why",), when=_WORKED),
        Move("find_nothing", ("open", "gathering"), "nothing_said", OWNERS, "Nothing responsive", needs=("search_made",), when={**_WORKED, "is_bare": "documents are in it; take them out first"}, signs="searched"),
        Move("confirm_nothing", ("nothing_said",), "nothing", COUNSEL, "Confirm: nothing responsive", when=_WORKED, not_by=("searched_by",), signs="confirmed"),
        Move("search_again", ("nothing_said",), "gathering", COUNSEL, "Search again", needs=("why",), when=_WORKED),
        Move("object", ("open", "gathering", "ready", "reviewed"), "withheld", COUNSEL, "Object or withhold", needs=("objection",), when={**_WORKED, "has_nothing_to_give": "a document of it is cleared; produce it, or withhold it first"}, signs="objected"),
        Move("produce", ("reviewed",), "produced", AUTOMATED, "Produce", when={"has_nothing_to_give": "a document of it is cleared and not produced"}),
        Move("take_up", ("produced", "nothing", "withheld"), "gathering", KEEPERS, "Take up again", needs=("why",), when=_WORKED),
    ),
)  # fmt: skip

DOCUMENT = Lifecycle(
    "document",
    (
        State("waiting", "waits for counsel", "It is in the item; counsel has not decided."),
        State("cleared", "to be produced", "Counsel lets it go out as it is."),
        State("redacted", "to be produced redacted", "Counsel lets a redacted copy go out; the original stays here."),
        State("withheld", "withheld", "Counsel keeps it back; the log says on what ground.", is_end=True),
        State("produced", "produced", "It was given under its number.", is_end=True),
        State("recalled", "recalled", "It was given and asked back; the room shows it no more.", is_end=True),
        State("set_aside", "taken out", "It was chosen in error, or a later filing took its place.", is_end=True),
    ),
    (
        Move("clear", ("waiting",), "cleared", COUNSEL, "Produce it", when={"is_current": "a later filing took its place; take that one"}, not_by=("chosen_by",), signs="reviewed"),
        Move("redact", ("waiting",), "redacted", COUNSEL, "Produce the redacted copy", needs=("redacts", "ground"), when={"is_current": "a later filing took its place; take that one", "has_redaction": "no redacted copy is filed; upload it"}, not_by=("chosen_by",), signs="reviewed"),
        Move("withhold", ("waiting",), "withheld", COUNSEL, "Withhold it", needs=("ground", "log_line"), not_by=("chosen_by",), signs="reviewed"),
        Move("reconsider", (*GIVEN, "withheld"), "waiting", (*COUNSEL, SYSTEM), "Decide again", needs=("why",)),
        Move("set_aside", ("waiting",), "set_aside", OWNERS, "Take it out", needs=("why",)),
        Move("take_back_in", ("set_aside",), "waiting", OWNERS, "Take it in again"),
        Move("produce", GIVEN, "produced", AUTOMATED, "Produce"),
        Move("recall", ("produced",), "recalled", COUNSEL, "Recall it", needs=("recall_line",), signs="recalled"),
    ),
)  # fmt: skip

EXTENSION = Lifecycle(
    "extension",
    (
        State("asked", "asked for", "The letter went out; the day of the request stands until it is granted."),
        State("granted", "granted", "The request is due on the new day.", is_end=True),
        State("refused", "refused", "The day stands.", is_end=True),
    ),
    (
        Move("grant", ("asked",), "granted", KEEPERS, "Granted", needs=("until_on",), signs="answered"),
        Move("refuse", ("asked",), "refused", KEEPERS, "Refused", needs=("why",), signs="answered"),
    ),
)

PRODUCTION = Lifecycle(
    "production",
    (
        State("drafted", "drafted", "One person chose what goes out; another releases it."),
        State("released", "released", "Numbered, bound and filed by its hash; never made again. It is to be handed over."),
        State("delivered", "handed over", "Given to the authority; the log says to whom, when and how.", is_end=True),
        State("dropped", "dropped", "Taken back before it was released; it took no number.", is_end=True),
    ),
    (
        Move("release", ("drafted",), "released", RELEASERS, "Release", not_by=("made_by",), signs="released", when={"is_fit": "a document of it is no longer as counsel reviewed it; drop the draft and draft again"}),
        Move("hand_over", ("released",), "delivered", COUNSEL, "Handed over", needs=("delivered_to", "delivered_how"), signs="delivered"),
        Move("drop", ("drafted",), "dropped", RELEASERS, "Drop the draft", needs=("why",)),
    ),
)  # fmt: skip

ROOM = Lifecycle(
    "reader's room",
    (
        State("proposed", "waits for release", "One person made it; its address opens nothing until another releases it."),
        State("open", "open", "Who has its address and passphrase reads what was produced in its scope, until its last day."),
        State("locked", "locked", "Too many wrong passphrases; compliance unlocks it or makes a new link."),
        State("revoked", "revoked", "Closed by hand before its last day.", is_end=True),
        State("expired", "expired", "Its last day is over.", is_end=True),
    ),
    (
        Move("release", ("proposed",), "open", RELEASERS, "Release the room", not_by=("made_by",), signs="released", when={"is_ahead": "its last day is over", "has_something": "nothing is released in its scope yet"}),
        Move("lock", ("open",), "locked", AUTOMATED, "Lock", needs=("why",)),
        Move("unlock", ("locked",), "open", KEEPERS, "Unlock", needs=("why",), when={"is_ahead": "its last day is over"}),
        Move("revoke", ("proposed", "open", "locked"), "revoked", RELEASERS, "Revoke", needs=("why",), signs="ended"),
        Move("expire", ("proposed", "open", "locked"), "expired", AUTOMATED, "Expire", when={"is_over": "its last day is not over"}, signs="ended"),
    ),
)  # fmt: skip
