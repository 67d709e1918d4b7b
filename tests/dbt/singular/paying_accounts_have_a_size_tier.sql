-- Tiers are tuned by the business: a lowest tier that starts above 0, or a day from which none
-- holds, leaves paying accounts without a coverage model.
{{ config(severity='warn') }}
select *

from {{ ref('dim_accounts') }}

where mrr > 0 and size_tier = 'none'
