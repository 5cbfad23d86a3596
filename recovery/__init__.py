"""Recovery of unpaid invoices across borders: one design, each country's law."""

__version__ = "0.1.0"
