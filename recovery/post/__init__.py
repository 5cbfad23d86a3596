"""Letters of a case: composed, frozen, shipped, and what became of them; the debtor's way in."""
