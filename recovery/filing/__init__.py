"""How a claim comes in: drafts, who files, whether it can be worked, and its case."""
