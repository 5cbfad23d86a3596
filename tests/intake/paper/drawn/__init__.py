"""Invoices drawn for the tests: random parties, layouts, languages and traps, each with its truth."""
