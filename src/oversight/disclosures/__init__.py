"""Disclosures: customers' requests for routing reports, public reports under Rules 605 and 606, other firms' reports examined, and the yearly notices."""
