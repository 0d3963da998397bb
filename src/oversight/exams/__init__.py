"""A quarter's exam file: what was measured, decided and recorded, as one archive that a stranger verifies, with its binder."""
