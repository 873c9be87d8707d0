"""dbt's `modules` for sqlfluff: the Python modules that macros may use."""

import datetime
import re

__all__ = ["datetime", "re"]
