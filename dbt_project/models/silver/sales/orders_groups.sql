{{ connected_components(ref('orders_links'), 'record_number', 'linked_record_number') }}
-- noqa: disable=PRS
-- sqlfluff 4.5 does not know DuckDB's `using key`.
