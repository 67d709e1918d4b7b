-- Nothing is dropped silently: of every load the rows that came in, counted by accept as it read
-- the file, are accepted, quarantined, deduplicated or suppressed, counted by staging.
select *

from {{ ref('fct_load_results') }}

where rows_in <> rows_accepted + rows_quarantined + rows_deduplicated + rows_suppressed
