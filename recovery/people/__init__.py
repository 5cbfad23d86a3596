"""Members, teams and managers."""
