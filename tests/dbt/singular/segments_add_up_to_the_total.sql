-- A board reads one kind of segment and expects its rows to be the whole company: nobody counted
-- twice, nobody left out. What accounts take from one segment they bring to another, so reclass
-- adds up to the total's, which is 0.
{% set columns = (
    ['opening_mrr', 'reclass_mrr'] + mrr_movement_columns()
    + ['closing_mrr', 'closing_arr', 'paying_accounts']
) %}
{{ segments_off_the_total(ref('rpt_mrr_monthly'), ['month'], columns) }}
