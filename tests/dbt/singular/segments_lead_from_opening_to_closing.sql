-- The same identity for every total and segment. Accounts change their tier and plan; what they
-- bring or take stands in reclass_mrr, and without it a segment's bridge would not close.
select *

from {{ ref('rpt_mrr_monthly') }}

where
    closing_mrr <> opening_mrr + reclass_mrr + {{ mrr_movement_columns() | join(' + ') }}
    or (segment_kind = 'all' and reclass_mrr <> 0)
