"""Bank files: statements in, matching, transfers out."""
