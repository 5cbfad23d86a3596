"""Cases at work: lifecycle, ledger, steps, actions, money, sweep."""
