"""The starter sections for the oversight of a third-party order router, each to be made the firm's own before it counts."""

from __future__ import annotations

from oversight.procedures.content import DUTY, FILED, RUN, Proof
from oversight.procedures.starter import Starter
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER

EVERYONE = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER)

STARTERS = (
    Starter(
        "responsibility", "responsibility", "Who answers for best execution",
        """[Name of the firm] sends its customers' orders through a router that another company runs. The routing is outsourced; the duty is not. The firm stays answerable for each order as if it had chosen the market by hand.

- [Name and title of the designated principal] is designated to supervise best execution and signs for it. [Name and title of the deputy] acts in absence and is told of the absence in writing beforehand.
- Compliance keeps these procedures, watches that what they ask for is done, and may stop the use of a venue or a vendor at once.
- The vendor manager is the vendor's one point of contact; nobody else agrees to a change of routing by mail or telephone.
- The best-execution committee decides every quarter whether each vendor is kept, kept on conditions, put under a case, or left.

Nobody reviews or approves their own work. Where the firm is too small for that, [name and title of the independent second signer] signs as the second person. At the start of each year the designated principal confirms in writing to senior management that people, time and data suffice for this work; what does not suffice is said with a date by which it will.""",
        """1. On a change of person, compliance drafts a new version of this section within five business days.
2. The second person approves it before the change takes effect.
3. The administrator changes accounts and roles the same day; the access review shows it.""",
        ("FINRA 5310(a)(1)", "FINRA 3110", "FINRA 5310(c)", "FINRA RN 21-29"),
        (Proof(FILED, 370, "the designated principal's yearly confirmation of people, time and data"),), COMPLIANCE, SUPERVISOR, EVERYONE, duties=("access_quarterly", "profile_yearly"),
    ),
    Starter(
        "selection", "diligence", "Choosing a router vendor",
        """No order goes to a router before it was chosen in writing. The vendor manager names at least [number, not below three] candidates, among them building the router and the clearing firm's router, and puts the same questions to each.

## Before approval
- The vendor manager sends the questionnaire and collects answers with their evidence; each answer that data can test is written down as a claim.
- A second person, not the one who collected them, tests a sample of [number] answers of each candidate that goes forward, and files how.
- Compliance settles who holds direct and exclusive control over market access; without that answer there is no approval.
- The memo says why the winner won and why each other lost, what payment each would bring, and that payment was no part of the score.

Compliance approves; whoever registered the vendor does not. A vendor begins with a pilot of at most [number] orders a day for [number] trading days, and goes live only with a filed test report, a tested way back and an agreement that gives the firm its data. A router that was in use before this desk stays so only where two people adopt it until a day; what is not there by then is overdue, and the firm leaves it or says why not.""",
        """1. Register the candidates and open an assessment for each.
2. Send the questionnaire; chase after ten business days.
3. Sample, test, challenge; note conditions with an owner and a day.
4. Write the memo, file it, ask for approval.""",
        ("FINRA 5310.09", "FINRA RN 21-29", "FINRA NTM 05-48", "17 CFR 240.15c3-5", "SEC risk alert 2015-11 on outsourced functions"),
        (Proof(FILED, 400, "the selection memo, or the last refresh of it"),), VENDOR_MANAGER, COMPLIANCE, (VENDOR_MANAGER, COMPLIANCE, COMMITTEE),
    ),
    Starter(
        "reliance", "diligence", "Relying on a review that somebody else made",
        """The firm may lean on another member's regular and rigorous review only for flow which that member handles as agent for us, and only while it gives us results and reasons that we can examine. For flow that goes out under our own market participant identifier, [list the flow], there is nothing to lean on: we review it ourselves.

Each quarter, within [number] business days of receiving the other firm's review, [title of the person] reads it, sets our own figures beside it, asks in writing about at least [number] points, and files question and answer. If no review came, or it cannot be examined, reliance lapses on the last day of the quarter and our own review covers that flow from the next day on.""",
        """1. Ask for the review on the first business day of the quarter.
2. Compare its effective over quoted spread, speed and fill rates with ours for the same flow.
3. File review, questions and answers beside the arrangement.
4. Renew the reliance, or say that it lapses.""",
        ("FINRA 5310.09", "FINRA 5310(b)", "FINRA RN 15-46"),
        (Proof(FILED, 100, "the other firm's review as received, with our questions and its answers"),), VENDOR_MANAGER, COMPLIANCE, (VENDOR_MANAGER, COMPLIANCE),
        metrics=("effective_over_quoted", "mean_receipt_to_execution", "fill_rate_orders"), duties=("reliance_quarterly",),
    ),
    Starter(
        "refresh", "diligence", "Looking at the vendor again every year",
        """Once a year, and at once after [events: change of control, outage above one hour, disciplinary action, loss of a key person], the vendor manager repeats the diligence. The refresh begins with what changed, and then holds each claim of last year against a year of measured data: supported, contradicted, attested only, untested or stale.

The result is presented in person to [names and titles of the senior managers], whose questions, with the answers, are minuted and who each acknowledge it. On day 366 after the last approval the vendor's approval is suspended unless compliance has signed an extension of at most [number] days that says why and what happens meanwhile.""",
        """1. Open the refresh sixty days before the anniversary.
2. Send the questionnaire with last year's answers in it.
3. Read the claims ledger; open a finding for each contradiction.
4. Present, answer, collect the acknowledgements, approve or suspend.""",
        ("FINRA RN 21-29", "FINRA 5310.09", "FINRA 3110"),
        (Proof(DUTY, 375, "the refresh, presented and acknowledged"), Proof(FILED, 375, "the refresh report")), VENDOR_MANAGER, COMPLIANCE,
        (VENDOR_MANAGER, COMPLIANCE, SENIOR_MANAGER), duties=("refresh_yearly",),
    ),
    Starter(
        "venues", "diligence", "Venues, and where the firm's symbols trade",
        """The list of approved venues is short, dated and the firm's. An order that reaches a venue not on it is an exception of high severity, answered the same day by [title of the person], who has the vendor stop using the venue or brings it for approval.

Each quarter the analyst compares where our symbols traded with where our orders went, venue by venue and session by session: which material venue we did not reach, which we reach only through another broker, and what share one venue takes. Above [number] percent at one venue the reasons are written down and brought to the committee.

For each new venue, order type or fee tier, [title of the person] writes within [number] business days a memo that says try or decline, why, and on which day it is looked at again. Declined venues stay in the comparison.""",
        """1. Open the exception, name the orders, call the vendor.
2. If the venue code is only misspelled, have the mapping corrected and say so.
3. Otherwise take the venue out today; compliance confirms in writing.""",
        ("FINRA 5310.09", "FINRA RN 15-46", "17 CFR 242.304", "FINRA exam findings, best execution"),
        (Proof(RUN, 4, "a received run that looked at the venues of every fill and route"), Proof(FILED, 100, "the quarter's comparison of venues used and not used")),
        ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR, VENDOR_MANAGER), checks=("ROU-101", "ROU-102", "ROU-103", "ROU-104", "ROU-109", "COM-114"),
        metrics=("venue_concentration",),
    ),
    Starter(
        "access", "diligence", "Market access, sweeps and the order protection rule",
        """[Name of the broker-dealer that provides access] holds direct and exclusive control over the risk controls in front of the markets. [Title of the person] keeps the list of those controls and their limits, and has it confirmed each year by that firm's signature. We never ask the vendor to loosen one; a change is asked for by compliance alone.

Sweeps go out with a limit on each child. A sweep without one, and any fill at a price through the customer's limit, is answered on the day it is seen, by a supervisor. The order protection rule stands as long as its proposed rescission was not adopted; compliance reads the register on the first business day of each month and says if that changed.""",
        """1. Find the parent order and every child that went out with the sweep.
2. Ask the vendor for the release and the setting in force at that minute.
3. If a customer paid more, open a case for make-whole the same day.""",
        ("17 CFR 240.15c3-5", "17 CFR 242.611", "17 CFR 242.611 (rescission)", "FINRA 5310.01"),
        (Proof(RUN, 4, "a received run that looked at sweeps and limits"), Proof(FILED, 370, "the yearly confirmation of who holds the controls")),
        SUPERVISOR, COMPLIANCE, (SUPERVISOR, COMPLIANCE, ANALYST), checks=("ROU-107", "EXE-108"), metrics=("outside_fills", "route_reject_rate"),
        duties=("market_access_yearly",),
    ),
    Starter(
        "configuration", "change", "Changes to the router and to the firm's limits",
        """The router's settings are the firm's decision even where the vendor makes them. Default strategies, price-improvement thresholds, handling by order type and approved venues are kept in the configuration register with the day from which each holds.

A change needs a written reason, figures before and, within [number] trading days, figures after, and two people: one who proposes and [title of the approver] who approves. The vendor gives notice of a release [number] business days ahead. A release without notice, or a share that moved without one, is treated as a change that nobody approved: [title of the person] asks the vendor the same day and has the answer in [number] business days.

The firm's own limits change in the same way, by two people, and the folder that the next run reads is compared with what was approved every morning.""",
        """1. Read the morning's list of venues whose share moved, market by market.
2. Match it to release notes; where none fits, write to the vendor.
3. Note the answer beside the configuration; escalate silence after two days.""",
        ("FINRA 3110", "FINRA 5310.09", "FINRA RN 21-29"),
        (Proof(RUN, 4, "a received run that looked for shares that moved"), Proof(FILED, 100, "the quarter's list of changes, each with its approval or its question")),
        SUPERVISOR, VENDOR_MANAGER, (SUPERVISOR, VENDOR_MANAGER, ANALYST), checks=("ROU-108", "CON-104", "VER-121", "VER-122", "VER-131"), metrics=("venue_concentration", "mean_receipt_to_route"),
        duties=("configuration_quarterly", "limits_yearly"),
    ),
    Starter(
        "coverage", "monitoring", "Every order accounted for",
        """Each morning by [time] New York the number of customer orders in [name of the order management system, the audit trail or the clearing file] is set against what was measured, what was left out under a rule, and what is missing. The three add up to the order, or the day is not signed.

Held and not held, retail and institutional, directed and not directed, and each session are counted apart. A rule that leaves orders out has an approver and a last day. A missing order, a route that no feed shows, a child that got lost or shares that cannot be accounted for is an exception with an owner within [number] hours.

[Title of the supervisor] signs the day after the exceptions are answered and the sample of orders without exceptions was looked at.""",
        """1. Open Coverage for the day; read the missing orders first.
2. If a whole vendor is silent, call before the opening.
3. Ask the feed's owner for the file again; measure again; say what changed.""",
        ("FINRA 3110", "17 CFR 242.613", "FINRA 5310.09"),
        (Proof(RUN, 4, "a received run that held every order against its control total"),), ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR),
        checks=("COM-101", "COM-102", "COM-103", "COM-109", "COM-110", "COM-111", "COM-112", "COM-113", "COM-116", "COM-118", "COM-121"),
        metrics=("order_count", "executed_shares", "filled_order_count"),
    ),
    Starter(
        "exceptions", "monitoring", "The morning's exceptions",
        """Exceptions of the day before are ready at [time] New York. The analyst takes each, looks at the order with its quotes, routes and fills, and answers: what happened, why, and whether the customer was affected. High severity is answered within [number] hours, medium within [number] business days, the rest within [number].

An answer that says the customer was affected, or that concerns more than [number] dollars, is read by a second person before it counts. Dismissals need a reason. The same cause seen [number] times in a week goes to the vendor manager, who asks the vendor in writing.

A known and harmless pattern may be kept out of the queue for at most [number] days, by two people; on its last day it comes back. Each quarter the supervisor looks just below each threshold, to see whether it sits in the right place.""",
        """1. Take the oldest high one first.
2. Open the order; read the ribbon; check the source line.
3. Answer, or escalate with what you could not find out.
4. The supervisor reads, agrees or reopens, and signs the day.""",
        ("FINRA 5310(a)(1)", "FINRA 3110", "FINRA 5310.01"),
        (Proof(RUN, 4, "a received run that looked at prices against quotes"),), ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR, COMPLIANCE),
        checks=("EXE-101", "EXE-102", "EXE-105", "EXE-110", "EXE-111", "EXE-112"),
        metrics=("effective_over_quoted", "net_price_improvement", "at_or_inside", "arrival_slippage_bps"), duties=("exceptions_daily", "thresholds_quarterly"),
    ),
    Starter(
        "speed", "monitoring", "Speed, leg by leg",
        """Time is looked at in three legs, because they have three owners: from receipt to route (ours), from route to acknowledgement (the vendor's), from acknowledgement to execution (the venue's). Our own leg counts as much as theirs; an order that waits with us is our exception.

The limits are [number] milliseconds for our leg, [number] for the vendor's and [number] for the venue's. A single slow order is answered with the day's exceptions. When more than [number] percent of a kind of order is slow on [number] of [number] days, the supervisor asks the owner of the leg for the cause and for the day on which it ends, and tells the committee.""",
        """1. See which leg it is.
2. Look at the clocks before anything else.
3. Ask the leg's owner; note what they say and by when it ends.""",
        ("FINRA 5310.01", "FINRA 5310.09", "FINRA exam findings, best execution"),
        (Proof(RUN, 4, "a received run that timed each leg"),), ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR),
        checks=("EXE-103", "EXE-104", "SPD-101", "SPD-102", "SPD-103", "SPD-104", "VER-141", "VER-142"),
        metrics=("mean_receipt_to_route", "mean_route_to_ack", "mean_ack_to_execution", "median_time_to_first_fill", "p99_time_to_first_fill"),
    ),
    Starter(
        "limits", "monitoring", "Limit orders, stops and orders that wait",
        """Limit orders and stops are judged from the moment at which the market could have filled them, not from receipt alone. Each morning the analyst reads orders that are stuck, fill rates under the limit and fill rates that fell against [number] weeks before, for each kind of order that customers send us: marketable and non-marketable limits, stops, orders outside regular hours.

An order that is stuck for more than [number] minutes in the regular session is worked at once: [title of the person] asks the vendor for its state and, failing an answer in [number] minutes, cancels and sends it another way. A kind of order whose fill rate fell is brought to the next review, and to the vendor within [number] business days.""",
        """1. Stuck: ask, wait the stated minutes, cancel, send by the other way, note it in the handling log.
2. Fell: compare the same symbols at other venues over the same days.""",
        ("FINRA 5310.01", "FINRA 5310.09", "FINRA RN 15-46"),
        (Proof(RUN, 4, "a received run that looked at fill rates and stuck orders"),), ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR),
        checks=("EXE-106", "EXE-107", "ROU-106"), metrics=("limit_fill_rate_orders", "fill_likelihood_1min", "fill_likelihood_close", "cancel_rate"),
    ),
    Starter(
        "quarterly", "review", "The quarterly review",
        """Within [number] business days of each quarter's end the firm reviews execution security by security and by type of order, held orders of retail customers apart from all others. The review covers price improvement and disimprovement, likelihood of execution of limit orders, speed, size, transaction costs, needs of customers, and internalization or payment for order flow. A factor without evidence is printed as such; it is never left blank.

It compares with markets that we do not use as well as with those that we do, from their published statistics re-weighted to our own orders, and with the quarter before. What counts as material is set beforehand: [number] dollars a quarter or [number] basis points. A difference that may be chance is called so, and above the material line it is decided on all the same; seen a second time running, it is escalated.

[Title of the analyst] prepares it, [title of the supervisor] reads it against the orders behind at least [number] of its figures, and the committee decides. Each material difference ends in a change of routing or in a written reason why not, with a last day.""",
        """1. On the first business day, fix runs and period.
2. Make the scorecards; mark cells with too few orders.
3. Write one sentence for each material difference, from the figures alone.
4. Circulate the pack [number] business days before the meeting.""",
        ("FINRA 5310.09", "FINRA RN 15-46", "17 CFR 242.605", "Regulation Best Execution (34-96496)"),
        (Proof(DUTY, 100, "the quarter's review, held and minuted"), Proof(FILED, 100, "the pack of the quarter")), ANALYST, SUPERVISOR,
        (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE), checks=("EXE-115", "VER-101", "VER-102", "VER-103", "VER-111"), duties=("review_quarterly",),
        metrics=("effective_over_quoted", "net_price_improvement", "limit_fill_rate_orders", "median_time_to_first_fill", "reversion_1min", "customer_cost_bps"),
    ),
    Starter(
        "large", "review", "Orders that are looked at one by one",
        """Statistics do not suffice for orders of [number] shares or [number] dollars and more, for orders that are not held, and for orders that a person works with discretion. Each of them is looked at by itself, by [title of the person], within [number] business days: what was known when it came, which markets were open to it, what it met, and what was left undone.

A large order that did worse than the quote at its receipt, or a better odd lot that was passed by, is answered with its arithmetic. [Title of the second person] reads [number] of these answers each month, chosen by the desk at random.""",
        """1. Open the lane; take the order that waits longest.
2. Write what you would have done at the time, not now.
3. Where a customer lost by our doing, open a case.""",
        ("FINRA 5310.09", "FINRA 5310(a)(1)", "FINRA 5270"),
        (Proof(RUN, 4, "a received run that looked at large orders"), Proof(FILED, 40, "the month's second reading of single orders")),
        SUPERVISOR, COMPLIANCE, (ANALYST, SUPERVISOR), checks=("EXE-114",), metrics=("implementation_shortfall_bps", "vwap_slippage_bps", "size_improvement"), duties=("order_by_order",),
    ),
    Starter(
        "committee", "committee", "The best-execution committee",
        """The committee meets within [number] business days of each quarter's end, and at once when compliance or any member asks. It has [number] seats: [list the seats]; at least [number] members are present, one of them independent of whoever earns from the flow. A member with an interest says so and leaves the vote.

The agenda is made from what is open: findings, claims without support, possible breaches, conflicts, cases, and last quarter's actions. Nothing is taken off without a reason in the minutes. Papers go out [number] business days before, and are kept by their hash.

Each quarter the committee votes on each vendor: keep, keep on conditions, open a case, or leave. For each material difference it decides modify or justify. Minutes name who voted how, what else was considered, dissent in its own words, who does what by when; they are signed within [number] business days.""",
        """1. Compliance makes the agenda; the chair may add, and takes nothing off.
2. Note presence, interests and quorum before the first item.
3. Sign; open each action with an owner and a day.""",
        ("FINRA 5310.09", "FINRA 3110", "FINRA exam findings, best execution"),
        (Proof(DUTY, 100, "the meeting, with its signed minutes"), Proof(FILED, 100, "the minutes")), COMPLIANCE, SENIOR_MANAGER, (COMMITTEE, COMPLIANCE, SENIOR_MANAGER),
        duties=("committee_quarterly",),
    ),
    Starter(
        "underperformance", "underperformance", "When the router falls short",
        """A vendor falls short when a material difference is seen in [number] of [number] periods, when a claim is contradicted, when a limit of the agreement is missed, or when a single event harms customers by more than [number] dollars. Two clocks then run apart: the firm's own, to modify or justify routing within [number] business days, and the vendor's.

1. Day 0: the supervisor may reroute, or halve the vendor's share, at once. Heightened monitoring begins.
2. Within [number] business days: the vendor manager sends a formal notice with the figures and the orders behind them.
3. Within [number] business days of the notice: the vendor answers with the cause, and a plan whose items have days, results and a test.
4. The firm accepts or rejects the plan in writing; items are proved by data.
5. The case is closed by a test that was written down before, or by a reasoned vote of the committee where no test could tell; else the vendor is left.

No step is skipped without the written override of a second role. A difference to one customer is never set off against gains of others: whoever was harmed is made whole, by the procedure for customer harm that [title of the person] keeps.""",
        """1. Open the case; attach findings and orders.
2. Choose the interim measure and write down why.
3. Send the notice from the desk, so that its day is proved.""",
        ("FINRA 5310.09", "FINRA 2010", "FINRA 4530", "FINRA RN 21-29"),
        (Proof(FILED, 200, "the half-yearly rehearsal of this protocol, or the file of a case"),), SUPERVISOR, COMPLIANCE, (SUPERVISOR, COMPLIANCE, VENDOR_MANAGER, COMMITTEE),
        metrics=("net_improvement_usd", "disimprovement_usd", "reversion_1min"),
    ),
    Starter(
        "conflicts", "underperformance", "Payment, affiliates and where flow goes",
        """The register names everything of value that the firm, the vendor or an affiliate gets from where orders go: payment for order flow, rebates, tiers, equity, research, hospitality above [number] dollars. Each has an owner, a mitigation, the words in which customers are told, and a result once a year. Quality is scored without payment; payment is shown beside it.

Each month [title of the person] books payments received by venue and month, and sets them against the venue's share of flow. Where flow moved to a venue that pays, or a venue that pays shows wider spreads or less improvement than its peers, the exception is high and goes to compliance, who asks the vendor why and brings the answer to the committee. Terms that would lower price improvement in return for payment are not accepted.

A route through one more broker is looked at for what it adds: cost, delay or a payee without a benefit is brought to compliance.""",
        """1. Book the month's payments; explain each difference above [number] dollars.
2. Read the four checks on venues that pay; escalate what they found.
3. Once a year, ask each owner for the result of the mitigation.""",
        ("FINRA RN 21-23", "FINRA 5310(a)(2)", "FINRA 5310.09", "17 CFR 242.607", "Order Competition Rule (34-96495)"),
        (Proof(RUN, 4, "a received run that compared venues that pay with those that do not"), Proof(FILED, 40, "the month's ledger of payments, reconciled")),
        COMPLIANCE, SUPERVISOR, (COMPLIANCE, SUPERVISOR, VENDOR_MANAGER, COMMITTEE),
        checks=("CON-101", "CON-102", "CON-103", "CON-104", "COM-119", "VER-123", "VER-124"),
        metrics=("effective_over_quoted", "net_price_improvement", "venue_rebates_per_share"), duties=("payments_monthly", "conflicts_yearly"),
    ),
    Starter(
        "outages", "outages", "Outages, halts and the other way",
        """When the router, its line or a venue stops, customers' orders do not wait for it. [Title of the person on the desk] decides within [number] minutes to send flow by the other way, [name the other way], and notes time, cause and orders in the handling log at once. A burst of rejects counts as an outage until somebody knows better.

During a trading halt nothing is filled; a fill within one is an exception of high severity, put to the venue and the vendor the same day. After the event the vendor's own account is asked for within [number] business days and filed beside the entry. The other way is tried with live orders every [number] months, and the result filed.""",
        """1. See whether it is one venue or the router.
2. Switch; tell supervisor, compliance and the vendor; write it down.
3. Before going back, send [number] test orders.
4. Look at every order that was held up; open a case where a customer lost.""",
        ("FINRA 4370", "FINRA 5310.01", "FINRA 3110"),
        (Proof(RUN, 4, "a received run that looked for bursts of rejects and fills within halts"), Proof(FILED, 190, "the trial of the other way")),
        SUPERVISOR, ANALYST, (ANALYST, SUPERVISOR, VENDOR_MANAGER), checks=("ROU-105", "EXE-113"), metrics=("route_reject_rate", "p90_time_to_first_fill"),
        duties=("bcp_yearly",),
    ),
    Starter(
        "exit", "outages", "Leaving a vendor",
        """The firm can leave its vendor within [number] business days. The exit plan says which route takes the flow, who is told, which notice the agreement asks for, what data comes back and in which format, and who may decide it on the spot: [titles of the persons].

The plan is read through each year by vendor manager and supervisor, and one part of it, the fallback route, is tried with live orders. A vendor whose plan was not tried within [number] months is not kept without conditions.""",
        """1. Open the exit; write why.
2. Move flow in the steps of the plan; watch each for a day.
3. Ask for the data back; hold it against what was promised; end access.""",
        ("FINRA RN 21-29", "FINRA 4370"),
        (Proof(FILED, 370, "the yearly reading and trial of the exit plan"),), VENDOR_MANAGER, SUPERVISOR, (VENDOR_MANAGER, SUPERVISOR), duties=("exit_yearly",),
    ),
    Starter(
        "data", "records", "Clocks, quotes and feeds that can be trusted",
        """A figure is worth what its data is worth. Business clocks are kept within [number] milliseconds of the national standard and the drift is logged each day by [title of the person]. A fill before its order, a route before its order or an answer before its question is taken for a clock until shown otherwise, and the day's speed figures are not used before it is settled.

Rows fed twice, two accounts of one row, a price that the market never showed and quotes that stood still are put to the feed's owner the same morning. What cannot be mended is left out under a rule, counted, and shown. Nobody fills a gap by hand.""",
        """1. Compare the clock of each gateway with the log of its time source.
2. Ask for the file again under its own name; keep both.
3. Measure the day again, and say what changed.""",
        ("FINRA 4590", "17 CFR 242.613", "FINRA 5310.09"),
        (Proof(RUN, 4, "a received run that looked at clocks, duplicates and stale quotes"), Proof(FILED, 100, "the log of clock drift of the quarter")),
        ANALYST, SUPERVISOR, (ANALYST, SUPERVISOR), checks=("COM-104", "COM-105", "COM-106", "COM-107", "COM-108", "COM-115", "COM-117", "COM-120", "EXE-109"),
        metrics=("average_mid", "quoted_spread"), duties=("clocks_monthly",),
    ),
    Starter(
        "agreement", "records", "The agreement, kept and exercised",
        """Each clause of the agreement that has a number is arithmetic on the desk: metric, target, window. A miss is a possible breach until the vendor has answered; the vendor manager asks within [number] business days and keeps the cure clock.

The right to data is exercised every month, not kept in a drawer. On business day [number] at the latest the vendor manager has child orders, routes, acknowledgements, rejects, fees, indications, releases and configuration, and confirms for each that it came, in its format, with clocks that can be used. What did not come is a possible breach like any other.""",
        """1. Go through the month's list of data sets; file what came.
2. Ask for what is missing, once in writing, with a day.
3. Read the clauses that cannot be measured, and say why.""",
        ("FINRA RN 21-29", "FINRA NTM 05-48", "17 CFR 240.17a-3"),
        (Proof(DUTY, 40, "the month's proof of access to data"), Proof(FILED, 40, "the list of what came, with its files")), VENDOR_MANAGER, COMPLIANCE,
        (VENDOR_MANAGER, COMPLIANCE), duties=("access_data_monthly",), metrics=("mean_route_to_ack", "fill_rate_orders", "effective_over_quoted"),
    ),
    Starter(
        "retention", "records", "Keeping records, and being able to show them",
        """What is decided is in the record of the desk, which nobody can change; what proves it is filed by its hash; what was measured is in sealed runs. [Title of the person] keeps the schedule: order memoranda and review papers [number] years, ledgers [number] years, these procedures until [number] years after their last use.

Once a quarter [title of the person] restores a backup into an empty machine, opens a past quarter, and has the verification of record, evidence and runs confirm it; the report is filed. A legal hold set by [title of counsel] stops every deletion until it is lifted in writing.""",
        """1. Restore; open; verify; file the report.
2. Compare the head of the record with the one kept outside.
3. On a letter from a regulator, set the hold before anything else.""",
        ("17 CFR 240.17a-4", "17 CFR 240.17a-3", "FINRA 4511"),
        (Proof(DUTY, 100, "the restore, tried and verified"), Proof(FILED, 100, "the report of the verification")), COMPLIANCE, SUPERVISOR, (COMPLIANCE, SUPERVISOR),
        duties=("restore_quarterly",),
    ),
    Starter(
        "disclosure", "disclosure", "Routing reports and what customers are told",
        """The quarterly report on held orders is published within one month of the quarter's end, filed with FINRA at the same time, and kept for three years. Where another firm makes the report, ours is made beside it and compared cell by cell; a difference above [number] percentage points or [number] dollars is explained before publication. Zeros where fees were paid, and material terms carried over from the quarter before, are errors until shown otherwise.

[Title of the person] counts, every month, customer accounts against the threshold for publishing statistics of execution quality, and says in writing when the firm comes within [number] percent of it.""",
        """1. Tie orders in the report to orders measured, venue by venue.
2. Tie payments to the ledger.
3. Have a second person read the material terms against the agreements in force.
4. Publish; file; note the address and the day.""",
        ("17 CFR 242.606", "17 CFR 242.605", "FINRA 6151"),
        (Proof(DUTY, 100, "the quarter's routing report, published and filed"), Proof(FILED, 100, "the comparison of the report with our own figures")),
        COMPLIANCE, SUPERVISOR, (COMPLIANCE, SUPERVISOR, ANALYST), duties=("rule606a_quarterly", "check606_quarterly"), metrics=("order_count", "venue_rebates", "venue_fees"),
    ),
    Starter(
        "notices", "disclosure", "Customers who ask, and yearly notices",
        """A customer who asks where orders went is answered in writing by [title of the person]: for orders that are not held within seven business days, for others within [number]. The request is entered on the day it comes, whoever receives it. Confirmations and statements say in what capacity the firm acted and whether it is paid for order flow; the yearly notice says how much and from whom, and its delivery is kept.

Before a notice goes out, [title of the second person] holds its words against the payments ledger and the register of conflicts. A notice that says less than the ledger is not sent.""",
        """1. Enter the request; the clock starts with its receipt.
2. Make the report from measured orders; have a second person read it.
3. Send it; keep what was sent and when.""",
        ("17 CFR 242.606", "17 CFR 242.607", "17 CFR 240.10b-10"), (Proof(FILED, 370, "the yearly notice with the proof of its delivery"),), COMPLIANCE, SUPERVISOR,
        (COMPLIANCE, SUPERVISOR), duties=("rule607_yearly", "rule606b2_yearly"),
    ),
    Starter(
        "testing", "controls", "Testing these procedures, and certifying them",
        """Once a year [title of the person], who performs none of them, tests these procedures: picks [number] days, reviews and decisions, and follows each from the rule to the order. The report says what was tested, what failed, and what changes by when; it goes to senior management within [number] business days.

The chief executive certifies each year that there are processes to establish, maintain, review and test these procedures, after a meeting with compliance that is minuted. When a rule changes, compliance drafts the change to each section that names it within [number] business days; a section whose evidence lapsed is on the list of the morning until it is mended.""",
        """1. Choose the sample with a seed that is written down.
2. Follow each; file what you saw.
3. Report; open an action for each failure; look again after it is mended.""",
        ("FINRA 3120", "FINRA 3130", "FINRA 3110"),
        (Proof(DUTY, 375, "the yearly test, reported"), Proof(FILED, 375, "the report of the test, and the certification")), COMPLIANCE, SENIOR_MANAGER,
        (COMPLIANCE, SENIOR_MANAGER), duties=("report3120_yearly", "certification3130_yearly", "wsp_yearly"),
    ),
)  # fmt: skip
BY_KEY = {starter.key: starter for starter in STARTERS}
