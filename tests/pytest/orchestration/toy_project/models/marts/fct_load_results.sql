select
    load_id,
    source_table,
    batch_name,
    outcome as load_outcome,
    rows_in,
    rows_in - rows_unreadable as rows_accepted,
    rows_unreadable as rows_quarantined,
    0::bigint as rows_deduplicated,
    0::bigint as rows_suppressed,
    content_hash

from {{ source('run', 'loads') }}
