"""Letters to debtors: one layout, each country's texts."""
