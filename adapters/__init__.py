"""The countries: one folder each, found by the entry point group `recovery.countries`."""
