"""Rule 606 reports: computed from orders, routes, fills and payments, written by the SEC's schema, compared cell by cell."""
