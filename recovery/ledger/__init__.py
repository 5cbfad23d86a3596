"""Money of a case: payments, plans, settlements, bank lines, the fund, and what is sent on."""
