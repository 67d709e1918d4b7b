-- A closed month that later arrivals change is restated and listed, and somebody should hear of it:
-- the figures of a board meeting may be among them.
{{ config(severity = 'warn') }}
select
    restatements.account_id,
    restatements.month,
    restatements.change_cause,
    restatements.old_mrr,
    restatements.new_mrr

from {{ ref('rpt_mrr_restatements') }} as restatements

where
    restatements.known_at = (
        select max(loads.synced_to) from {{ source('run', 'loads') }} as loads

        where loads.outcome <> 'rejected'
    )
