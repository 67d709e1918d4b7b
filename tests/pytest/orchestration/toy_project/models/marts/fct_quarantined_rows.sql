select load_id, source_table, row_key, rule, reason

from {{ source('run', 'unreadable_rows') }}
