"""Everything before the warehouse: connectors, the engine that runs them, and the sandbox."""

import os

# dlt reads these when it is first imported. Rows name their load package; dlt's own log and its
# usage reports stay silent unless somebody asks for them.
for _name, _value in {
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}.items():
    os.environ.setdefault(_name, _value)
