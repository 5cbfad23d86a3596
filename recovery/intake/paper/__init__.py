"""Reading invoices that are pages only: PDF, scans and photos, on the machine itself."""
