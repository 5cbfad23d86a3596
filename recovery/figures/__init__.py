"""What managers see: figures of many cases, as SQL aggregates."""
