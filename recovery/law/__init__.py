"""Rules as code: pure functions over dated parameters; no clock, no database, no sending."""
