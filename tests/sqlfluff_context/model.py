"""dbt's `model` for sqlfluff: a model without meta."""

from types import SimpleNamespace

name = "a_model"
config = SimpleNamespace(
    meta=SimpleNamespace(entity="thing", get=lambda key, default=None: default)
)
