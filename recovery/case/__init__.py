"""A case: its record, its life as one table, its events and its ledger's lines. The only door to its tables."""
