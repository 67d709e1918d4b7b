with

health_items as (

    select * from {{ ref('int_worklist__health_items') }}

),

rules as (

    select * from {{ ref('int_worklist__rules') }}

),

alert_items as (

    select * from {{ ref('int_worklist__alert_items') }}

),

pipeline as (

    select * from {{ ref('rpt_renewal_pipeline') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

health as (

    select * from {{ ref('fct_account_health') }}

    where score_date = {{ as_of_date() }}

),

-- What is signed needs nobody any more.
renewal_items as (

    select
        pipeline.account_id,
        'renewal_ahead' as item_kind,
        pipeline.renewal_id as item_key,
        cast(null as varchar) as rule,
        'Renewal of ' || cast(pipeline.live_mrr as varchar) || ' MRR is due on '
        || cast(pipeline.due_date as varchar)
        || case
            when pipeline.is_cancellation_announced then '; its end is announced'
            when pipeline.cancelled_mrr > 0
                then '; the end of ' || cast(pipeline.cancelled_mrr as varchar) || ' is announced'
            else ''
        end
        || coalesce('; notice given on ' || cast(pipeline.renewal_notice_date as varchar), '')
        || case
            when pipeline.opportunity_status = 'lost' then '; its opportunity is lost'
            when pipeline.opportunity_id is not null
                then
                    '; opportunity open'
                    || coalesce(', forecast ' || pipeline.forecast_category, '')
            when accounts.is_in_crm then '; no renewal opportunity in the CRM'
            else ''
        end
        || coalesce(
            '; uplift of '
            || cast(cast(pipeline.quoted_uplift_percent as decimal(12, 1)) as varchar)
            || '% quoted',
            ''
        ) as reason,
        cast(null as varchar) as change_since_yesterday,
        pipeline.live_mrr as mrr_at_risk,
        cast(null as date) as opened_date,
        pipeline.due_date

    from pipeline

    inner join accounts on pipeline.account_id = accounts.account_id

    -- One row.
    cross join rules

    where
        pipeline.probability_basis <> 'signed'
        and pipeline.days_to_due <= rules.renewal_ahead_threshold

),

items as (

    select * from health_items

    union all

    select * from alert_items

    union all

    select * from renewal_items

)

select
    {{ content_hash(['items.item_kind', 'items.item_key']) }} as worklist_id,
    accounts.csm_id,
    items.account_id,
    accounts.account_name,
    accounts.size_tier,
    accounts.coverage_model,
    items.item_kind,
    items.item_key,
    items.rule,
    items.reason,
    items.change_since_yesterday,
    health.health_band,
    health.health_score,
    cast(items.mrr_at_risk as decimal(18, 2)) as mrr_at_risk,
    row_number() over (
        partition by accounts.csm_id
        order by
            case when items.change_since_yesterday = 'cleared' then 1 else 0 end asc,
            items.mrr_at_risk desc, items.due_date asc, items.item_kind asc, items.item_key asc
    ) as priority,
    items.opened_date,
    items.due_date

from items

inner join accounts on items.account_id = accounts.account_id

left join health on items.account_id = health.account_id
