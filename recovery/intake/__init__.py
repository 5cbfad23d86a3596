"""Documents in: invoices of every format, identifiers, references, checks."""
