-- Fails if a system's own report and our records differ beyond the tolerance (severity error).
-- Then records are missing, doubled or changed; ops.control_total_keys names those that are known.
{{ config(severity='error') }}

{{ differing_control_totals('error') }}
