"""Prefect flows: one run per thing a person looks for; each calls operations of `recovery`.

Importing this package prepares Prefect's environment (quiet, local) before Prefect is loaded.
"""

import os

from recovery import logs
from recovery.private import PRIVATE
from recovery.settings import prepare_prefect_environment

# Prefect runs a scheduled flow in a process of its own, which starts here.
if "PREFECT__FLOW_RUN_ID" in os.environ:
    os.umask(PRIVATE)
    logs.install()
prepare_prefect_environment()
