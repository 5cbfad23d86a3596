"""Managers' figures: sums over cases, reckoned by the database; nobody is named in them."""
