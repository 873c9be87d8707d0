{{ connected_components(ref('customers_links'), 'record_number', 'linked_record_number') }}
-- noqa: disable=PRS
-- sqlfluff 4.5 does not know DuckDB's `using key`.
