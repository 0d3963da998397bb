"""What a firm is asked: the profile of its obligations, and the self-assessment of the chain of oversight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER

YES, NO, NOT_APPLICABLE = "yes", "no", "not_applicable"
YES_NO = ((YES, "yes"), (NO, "no"))


@dataclass(frozen=True)
class Question:
    """One question of the profile. `choices` are (key, title), “not applicable” besides; `switches` are the duties that a choice switches on.

    `figure` says of what a number is asked; `bounds` are then the least and the most that each choice allows.
    """

    key: str
    area: str
    text: str
    guidance: str
    cites: tuple[str, ...]
    switches: Mapping[str, tuple[str, ...]]
    choices: tuple[tuple[str, str], ...] = YES_NO
    figure: str = ""
    bounds: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)

    @property
    def titles(self) -> dict[str, str]:
        """Every choice in words, “not applicable” last."""
        return {**dict(self.choices), NOT_APPLICABLE: "not applicable"}

    def duties(self, choice: str) -> tuple[str, ...]:
        """The keys of the duties that the choice switches on."""
        return self.switches.get(choice, ())


ALWAYS = (
    "review_quarterly", "committee_quarterly", "exceptions_daily", "access_data_monthly", "configuration_quarterly", "thresholds_quarterly", "refresh_yearly",
    "exit_yearly", "conflicts_yearly", "wsp_yearly", "limits_yearly", "profile_yearly", "access_quarterly", "restore_quarterly", "records_yearly", "training_yearly",
    "report3120_yearly", "certification3130_yearly", "bcp_yearly", "clocks_monthly",
)  # fmt: skip
FIRM, FLOW, PRODUCTS, MONEY, ACCESS = "The firm", "The flow", "Products and sessions", "Payments and venues", "Access to markets"
PROFILE = (
    Question("routes_through_vendor", FIRM, "Does a third party's router decide where your customers' orders go?", "Also where the clearing firm's router does it. The routing can be given away; the duty of best execution cannot.", ("FINRA 5310.09", "FINRA RN 21-29", "FINRA 3110"), {YES: ALWAYS}),
    Question("capacity", FIRM, "Do you introduce accounts, or carry them?", "A carrying firm reports and keeps records for itself. An introducing firm may adopt another firm's report only after it examined it.", ("17 CFR 242.606(a)", "FINRA 4511"), {"introducing": ("check606_quarterly",), "both": ("check606_quarterly",)}, (("introducing", "introduces"), ("carrying", "carries"), ("both", "both"))),
    Question("accounts", FIRM, "How many customer accounts trade NMS stocks through you?", "Rule 605 binds a broker-dealer with 100,000 or more. Near the line the count is taken each month. Reporting begins on the first day of the fourth month after the line is crossed.", ("17 CFR 242.605",), {"near": ("accounts_monthly",), "over": ("accounts_monthly", "rule605_monthly")}, (("under", "fewer than 90,000"), ("near", "90,000 to 99,999"), ("over", "100,000 or more")), "customer accounts", {"under": (0, 89_999), "near": (90_000, 99_999), "over": (100_000, None)}),
    Question("market_center", FIRM, "Are you a market center: market maker, ATS, or do you fill customers' orders yourself?", "A market center reports under Rule 605 whatever the number of its accounts, apart from what it reports as a broker.", ("17 CFR 242.605", "17 CFR 242.600"), {YES: ("rule605_monthly",)}),
    Question("relies_on_review", FIRM, "Do you rely on another member's regular and rigorous review?", "Possible only for flow that the member handles as agent, with results and rationale received, read and challenged each quarter. Without it the reliance lapses.", ("FINRA 5310.09",), {YES: ("reliance_quarterly",)}),
    Question("retail", FLOW, "Whose orders do you route?", "Retail and institutional flow are never pooled: factors, benchmarks and disclosures differ.", ("FINRA 5310(a)(1)", "17 CFR 242.606"), {"institutional": ("deminimis_monthly",), "both": ("deminimis_monthly",)}, (("retail", "retail customers'"), ("institutional", "institutions'"), ("both", "both"))),
    Question("held", FLOW, "Do you route held orders in NMS stocks?", "Held: the customer expects prompt execution at the market, and you have no discretion over price or time. They stand in the quarterly routing report.", ("17 CFR 242.606(a)", "FINRA 6151"), {YES: ("rule606a_quarterly", "rule606b1_request", "rule606b2_yearly", "marks_quarterly")}),
    Question("not_held", FLOW, "Do you route not-held orders, or orders over which you have discretion?", "Not-held customers may ask for a detailed report within seven business days. Such orders are read order by order.", ("17 CFR 242.606(b)", "FINRA RN 15-46"), {YES: ("rule606b3_request", "order_by_order", "deminimis_monthly", "marks_quarterly")}),
    Question("blocks", FLOW, "Do you handle blocks or other orders of unusual size?", "Where an order can be judged by itself, a review of averages does not suffice.", ("FINRA 5310.09", "FINRA 5270"), {YES: ("order_by_order",)}),
    Question("directed", FLOW, "Do customers direct orders to a venue?", "An unsolicited instruction relieves you of choosing the market, not of promptness and terms. Directed orders are reported apart.", ("FINRA 5310.08", "17 CFR 242.606"), {YES: ("directed_quarterly",)}),
    Question("principal", FLOW, "In what capacity do you or your affiliates trade with customers?", "Trading as principal brings a conflict and duties of its own; riskless principal is named on the confirmation.", ("17 CFR 240.10b-10", "FINRA 5320"), {"principal": ("ats_quarterly",), "both": ("ats_quarterly",)}, (("agency", "as agent alone"), ("principal", "as principal"), ("both", "both"))),
    Question("options", PRODUCTS, "Do you route listed options?", "Options have a section of their own in the routing report and a review of their own, multi-leg orders apart.", ("17 CFR 242.606(a)", "FINRA RN 15-46"), {YES: ("options_quarterly", "rule606a_quarterly", "rule606b1_request", "rule606b2_yearly")}),
    Question("otc", PRODUCTS, "Do you route orders in OTC equities?", "Few quotes, other venues: a written policy says how the market is found, and a routing disclosure of its own is published.", ("FINRA 6470", "FINRA 5310.06"), {YES: ("otc_quarterly", "rule6470_quarterly")}),
    Question("extended_hours", PRODUCTS, "Do you take orders outside regular hours?", "Spreads are wider and fewer venues are open; such orders escape statistics of regular hours and need a review of their own.", ("FINRA 5310.09",), {YES: ("extended_quarterly",)}),
    Question("fractional", PRODUCTS, "Do you take orders in fractions of a share?", "Somebody fills the fraction, mostly as principal. Fractional orders belong to the amended Rule 605.", ("17 CFR 242.605", "FINRA 5310.09"), {YES: ("fractional_quarterly",)}),
    Question("crypto", PRODUCTS, "Do customers trade crypto assets through you?", "There is no national best bid and offer, and the market never closes. The firm sets its own standard and keeps to it.", ("FINRA 2010", "FINRA 3110"), {YES: ("crypto_quarterly",)}),
    Question("fixed_income", PRODUCTS, "Do customers trade bonds through you?", "Out of scope: this desk measures no fixed income and keeps no duty for it. Answer so that the file says that somebody asked; the duty under FINRA 5310 remains and is met elsewhere.", ("FINRA 5310(a)(1)",), {}),
    Question("pfof", MONEY, "Do you receive payment for order flow, rebates passed on, or other benefits for routing?", "Payment must not bend routing. It is disclosed to customers each year, on confirmations and in the routing report, and is tied to the ledger.", ("17 CFR 242.607", "17 CFR 240.10b-10", "FINRA RN 21-23"), {YES: ("payments_monthly", "rule607_yearly")}),
    Question("fees", MONEY, "Do venues' fees or rebates reach you or your customers?", "Also where the vendor keeps them and lowers its price. The routing report names them.", ("17 CFR 242.606(a)", "17 CFR 242.610"), {YES: ("payments_monthly",)}),
    Question("ats", MONEY, "Do you run an ATS or internalize orders?", "An ATS for stocks files its form, reports its statistics apart from its operator, and keeps subscribers' orders to itself.", ("17 CFR 242.304", "17 CFR 242.301", "17 CFR 242.605"), {YES: ("ats_quarterly", "rule605_monthly")}),
    Question("affiliates", MONEY, "Do you or your owners hold a stake in a venue, a wholesaler or the router's vendor?", "An affiliate that receives orders is a conflict with a yearly result of its own.", ("FINRA RN 21-23", "FINRA 5310(a)(2)"), {YES: ("conflicts_yearly",)}),
    Question("market_access", ACCESS, "Do orders reach a market under your own MPID?", "Then the controls of market access are yours, direct and exclusive, whoever wrote the software; the chief executive certifies them each year.", ("17 CFR 240.15c3-5", "17 CFR 240.15c3-5(e)"), {YES: ("market_access_yearly",)}),
    Question("cat", ACCESS, "Do you or somebody for you report to the consolidated audit trail?", "Its clocks and yours must agree, or no order can be followed.", ("17 CFR 242.613", "FINRA 4590"), {YES: ("clocks_monthly",), "agent": ("clocks_monthly",)}, ((YES, "we do"), ("agent", "somebody for us"), (NO, "nobody"))),
)  # fmt: skip
PROFILE_BY_KEY = {question.key: question for question in PROFILE}
PROFILE_AREAS = (FIRM, FLOW, PRODUCTS, MONEY, ACCESS)


@dataclass(frozen=True)
class Asked:
    """One question of the self-assessment. `weight` is 1 to 5, the heaviest gap first; `role` closes the gap; `close` says what closing it is."""

    key: str
    area: str
    text: str
    cites: tuple[str, ...]
    weight: int
    role: str
    close: str


CHOOSING, PROMISES, ROUTER, WATCHING, REVIEWING = "Choosing a vendor", "What was agreed", "The router itself", "Every day", "Every quarter"
CONFLICT, TOLD, WRITTEN, KEPT, TROUBLE = "Conflicts", "What customers are told", "Procedures and people", "Records and proof", "When it goes wrong"
ASSESSMENT = (
    Asked("diligence_before", CHOOSING, "Was due diligence done on the router's vendor before the first order, and is it on file?", ("FINRA RN 21-29", "FINRA NTM 05-48"), 5, VENDOR_MANAGER, "Do the due diligence now, and say that it is late"),
    Asked("diligence_candidates", CHOOSING, "Were other vendors, the clearing firm's router and building it looked at on the same form?", ("FINRA RN 21-29",), 2, VENDOR_MANAGER, "Write the comparison and why the others lost"),
    Asked("diligence_tested", CHOOSING, "Were answers of the vendor tested against something, and not only read?", ("SEC risk alert 2015-11 on outsourced functions",), 4, VENDOR_MANAGER, "Tie each answer that can be tested to a metric or a check"),
    Asked("diligence_year", CHOOSING, "Was the diligence refreshed within the last year and put to senior management?", ("FINRA RN 21-29", "FINRA 3120"), 4, VENDOR_MANAGER, "Run the yearly refresh"),
    Asked("subvendors", CHOOSING, "Do you know whom the vendor itself depends on: hosting, market data, brokers it routes through?", ("NIST SP 800-161", "FINRA RN 21-29"), 3, VENDOR_MANAGER, "Ask for the chain and put it on the register"),
    Asked("financials", CHOOSING, "Is the vendor's financial condition, ownership and disciplinary history on file?", ("FINRA RN 21-29",), 2, VENDOR_MANAGER, "Ask for accounts, ownership and disclosures"),
    Asked("contract_signed", PROMISES, "Is there a signed agreement that says what the router does and for which flow?", ("FINRA RN 21-29",), 5, VENDOR_MANAGER, "Have the agreement signed and filed"),
    Asked("contract_sla", PROMISES, "Does the agreement hold targets that can be computed from data: latency, fill rate, availability?", ("FINRA RN 21-29",), 3, VENDOR_MANAGER, "Agree on clauses with a metric, a target and a window"),
    Asked("contract_data", PROMISES, "Does it give a right to child orders, routes, acknowledgements, fees and release notes, and is the right used?", ("FINRA RN 21-29", "17 CFR 240.17a-4"), 5, VENDOR_MANAGER, "Agree on the right and exercise it each month"),
    Asked("contract_notice", PROMISES, "Must the vendor tell you of outages, releases and changes of routing beforehand or at once?", ("FINRA RN 21-29",), 3, VENDOR_MANAGER, "Agree on notices and their time"),
    Asked("contract_audit", PROMISES, "May you, your auditor and your regulators inspect the vendor?", ("FINRA RN 21-29",), 3, VENDOR_MANAGER, "Agree on the right to inspect"),
    Asked("contract_exit", PROMISES, "Does it say how you leave: notice, return of records, help in moving?", ("FINRA RN 21-29", "FINRA 4370"), 3, VENDOR_MANAGER, "Agree on the way out"),
    Asked("statement", ROUTER, "Is there a best-execution statement of the firm that the router's settings follow from?", ("FINRA 5310(a)(1)", "FINRA 3110"), 4, COMPLIANCE, "Write and approve the statement"),
    Asked("settings_known", ROUTER, "Are the router's settings for your flow known, dated and approved by two people?", ("FINRA 3110",), 4, SUPERVISOR, "Register the settings and have them approved"),
    Asked("changes_tested", ROUTER, "Is each change of a setting looked at before and after?", ("FINRA 3110", "FINRA 5310.09"), 3, SUPERVISOR, "Ask for a before-and-after with each change"),
    Asked("logic", ROUTER, "Can you say how the router chooses a venue, in words that the data could contradict?", ("FINRA 5310(a)(1)", "FINRA exam findings, best execution"), 4, VENDOR_MANAGER, "Ask for the logic and write it down as rules that can be checked"),
    Asked("venues_reached", ROUTER, "Is what the router reaches set against where your symbols really trade?", ("FINRA 5310(a)(1)", "FINRA RN 15-46"), 4, ANALYST, "Make the comparison of venues"),
    Asked("access_controls", ROUTER, "Is it settled who holds direct and exclusive control of market access?", ("17 CFR 240.15c3-5",), 5, COMPLIANCE, "Settle it in writing and test the limits"),
    Asked("every_order", WATCHING, "Is every order accounted for against a total that the vendor did not make?", ("FINRA 3110", "17 CFR 240.17a-3"), 5, ANALYST, "Bring a control total from the order system and reconcile"),
    Asked("exceptions", WATCHING, "Are exceptions found, answered and signed on the next day?", ("FINRA 3110", "FINRA 5310.01"), 4, SUPERVISOR, "Work the queue each day and sign it"),
    Asked("quotes", WATCHING, "Is execution quality measured on market data that the vendor did not supply?", ("SEC risk alert 2015-11 on outsourced functions",), 4, ANALYST, "Bring quotes of your own"),
    Asked("clocks", WATCHING, "Are clocks in step, the vendor's included, and is the log read?", ("FINRA 4590",), 3, VENDOR_MANAGER, "Ask for the logs and read them each month"),
    Asked("silent_change", WATCHING, "Would you notice if the router's behavior changed without notice?", ("FINRA RN 21-29",), 4, ANALYST, "Watch shares of venues and order types for changes"),
    Asked("overrides", WATCHING, "Are overrides, outages and error-account trades written down when they happen?", ("17 CFR 240.17a-3", "FINRA 3110"), 3, ANALYST, "Keep the handling log"),
    Asked("review_done", REVIEWING, "Was the regular and rigorous review done for each of the last four quarters, in writing?", ("FINRA 5310.09",), 5, SUPERVISOR, "Do the reviews that are missing, and say that they are late"),
    Asked("review_types", REVIEWING, "Does it cover every order type, size and session, stops and odd lots among them?", ("FINRA RN 15-46", "FINRA exam findings, best execution"), 5, SUPERVISOR, "Bring in the order types that were never reviewed"),
    Asked("review_factors", REVIEWING, "Does it take all eight factors, with none left blank?", ("FINRA 5310.09", "FINRA exam findings, best execution"), 4, SUPERVISOR, "Fill every factor, or say why there is no evidence"),
    Asked("review_others", REVIEWING, "Does it compare with venues that you do not use?", ("FINRA RN 15-46", "17 CFR 242.605"), 5, SUPERVISOR, "Bring published statistics of other market centers"),
    Asked("review_acts", REVIEWING, "Does each material difference end in a change or a written reason?", ("FINRA 5310.09",), 5, SUPERVISOR, "End each open difference in modify or justify"),
    Asked("committee", REVIEWING, "Does a committee, or a principal with an independent second, decide on it with minutes?", ("FINRA 3110", "FINRA 5310.09"), 4, COMPLIANCE, "Seat it, and minute its next meeting"),
    Asked("threshold", REVIEWING, "Is it written beforehand what difference is material, in dollars and basis points?", ("FINRA 5310.09", "FINRA 3110"), 3, SUPERVISOR, "Set the limits and have them approved"),
    Asked("conflict_register", CONFLICT, "Is every payment, rebate, tier, affiliate and stake on a register, with an owner and a mitigation?", ("FINRA RN 21-23",), 5, COMPLIANCE, "Make the register"),
    Asked("conflict_tested", CONFLICT, "Is it tested whether flow follows payment at equal quality?", ("FINRA RN 21-23", "FINRA exam findings, best execution"), 4, ANALYST, "Set payment beside quality, by venue"),
    Asked("vendor_conflicts", CONFLICT, "Do you know what the vendor earns from the venues it chooses?", ("FINRA RN 21-29", "FINRA RN 21-23"), 4, VENDOR_MANAGER, "Ask for the vendor's payments and affiliates"),
    Asked("interposition", CONFLICT, "Is it known where a broker stands between you and the market, and what that costs?", ("FINRA 5310(a)(2)", "FINRA 5310(b)"), 3, ANALYST, "Trace the hops and their cost"),
    Asked("report606", TOLD, "Is the routing report tied to orders and payments, and were its material aspects written anew?", ("17 CFR 242.606(a)", "FINRA 6151"), 5, COMPLIANCE, "Recompute the last report and mend what differs"),
    Asked("adopted606", TOLD, "Was another firm's routing report examined before you adopted it?", ("17 CFR 242.606(a)",), 3, COMPLIANCE, "Examine it, and decide again"),
    Asked("notices", TOLD, "Do yearly notices and confirmations say what is paid for order flow, and did they arrive?", ("17 CFR 242.607", "17 CFR 240.10b-10"), 4, COMPLIANCE, "Send the notice and keep its delivery"),
    Asked("requests", TOLD, "Is each customer's request for a routing report logged with its clock?", ("17 CFR 242.606(b)",), 3, COMPLIANCE, "Open the register of requests"),
    Asked("website", TOLD, "Does what your website says of execution quality hold against your own figures?", ("FINRA 2010", "FINRA RN 21-23"), 3, COMPLIANCE, "Hold each sentence against the figures"),
    Asked("wsp", WRITTEN, "Do procedures say who reviews which statistics, when, and when routing is changed?", ("FINRA 3110", "FINRA exam findings, best execution"), 5, COMPLIANCE, "Write and approve the sections"),
    Asked("deputies", WRITTEN, "Has each duty an owner and a deputy by name?", ("FINRA 3110", "FINRA 5310(c)"), 4, COMPLIANCE, "Name them on the calendar of duties"),
    Asked("controls_tested", WRITTEN, "Were the controls over routing tested for the last 3120 report?", ("FINRA 3120", "FINRA 3130"), 3, COMPLIANCE, "Put the test into this year's plan"),
    Asked("people", WRITTEN, "Are there people enough, and trained, to question the vendor?", ("FINRA 5310(c)", "FINRA 3110"), 3, SUPERVISOR, "Train them, and say who stands in"),
    Asked("retention", KEPT, "Are orders, routes and vendor messages kept as long as the rules say, in a form that can be read?", ("17 CFR 240.17a-4", "FINRA 4511"), 5, COMPLIANCE, "Settle who keeps what, and draw a sample"),
    Asked("vendor_records", KEPT, "Do you hold records that only the vendor makes, or have the right to them after the end?", ("17 CFR 240.17a-4", "FINRA RN 21-29"), 4, VENDOR_MANAGER, "Take them in each month"),
    Asked("reproducible", KEPT, "Could you show last year's figures again today, to the same digit?", ("17 CFR 240.17a-4",), 3, ANALYST, "Seal runs and keep their inputs"),
    Asked("restored", KEPT, "Was a backup restored as a test within the year?", ("17 CFR 240.17a-4", "FINRA 4370"), 3, VENDOR_MANAGER, "Restore one and file the log"),
    Asked("customer_records", KEPT, "Is customer information that the vendor holds safeguarded, and would you hear of a breach in time?", ("17 CFR 248.30",), 4, COMPLIANCE, "Settle safeguards and notice with the vendor"),
    Asked("bcp", TROUBLE, "Does the continuity plan cover the loss of the router, and was it exercised?", ("FINRA 4370", "ISO 22301"), 4, SUPERVISOR, "Exercise it"),
    Asked("pull", TROUBLE, "Is it written who may pull a venue or the vendor at once, and how?", ("FINRA 3110", "17 CFR 240.15c3-5"), 5, SUPERVISOR, "Name them on the page of duties"),
    Asked("fallback", TROUBLE, "Is there a second way to the market that was tried with real orders?", ("FINRA 4370", "FINRA 5310.01"), 4, VENDOR_MANAGER, "Try it and file the result"),
    Asked("remedy", TROUBLE, "Is it written what happens when the router falls short: notice, plan, re-test, exit?", ("FINRA 5310.09", "FINRA RN 21-29"), 4, COMPLIANCE, "Write the protocol"),
    Asked("make_whole", TROUBLE, "Are customers made whole where an order was harmed, and all alike?", ("FINRA 5310(a)(1)", "FINRA 2010"), 4, COMPLIANCE, "Write the rule for it and look back"),
    Asked("reporting", TROUBLE, "Is it written who decides on reporting the firm's own conclusions, and by when?", ("FINRA 4530",), 3, COMPLIANCE, "Name who decides, and the clock"),
)  # fmt: skip
ASSESSMENT_BY_KEY = {asked.key: asked for asked in ASSESSMENT}
ASSESSMENT_AREAS = (CHOOSING, PROMISES, ROUTER, WATCHING, REVIEWING, CONFLICT, TOLD, WRITTEN, KEPT, TROUBLE)
DONE, PARTLY, NOT_DONE = "done", "partly", "not_done"
ANSWERS = ((DONE, "done"), (PARTLY, "partly"), (NOT_DONE, "not done"), (NOT_APPLICABLE, "not applicable"))
DAYS_TO_CLOSE = {5: 30, 4: 45, 3: 60, 2: 90, 1: 120}
"""How many days a gap has until it is closed, by its weight."""
