"""Court forms: what a European form asks, as values, as print and as XML."""
