"""The main job on sample invoices: six countries, from filing to closure."""
