"""Prefect flows: one run per thing a person looks for; each calls operations of `recovery`.

Importing this package prepares Prefect's environment (quiet, local) before Prefect is loaded.
"""

from recovery.settings import prepare_prefect_environment

prepare_prefect_environment()
