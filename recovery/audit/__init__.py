"""The record proved: events replayed, seals and heads verified."""
