"""Remediation cases: notice, interim measures, heightened monitoring, closing; no step skipped unsigned."""
