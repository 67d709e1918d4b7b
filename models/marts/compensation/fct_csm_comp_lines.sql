{% set columns = [
    'comp_line_id', 'csm_id', 'quarter', 'account_id', 'movement_type', 'line_kind',
    'adjusted_quarter', 'currency', 'calc_note', 'mrr_change', 'credit_share', 'credited_mrr',
    'adjustment_amount', 'movement_date',
] %}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

lines as (

    select
        *,
        cast(null as varchar) as adjusted_quarter,
        cast(null as varchar) as currency,
        cast(null as decimal(18, 2)) as adjustment_amount
    from {{ ref('int_compensation__lines') }}

),

adjustments as (

    select
        *,
        'adjustment' as line_kind,
        cast(null as varchar) as account_id,
        cast(null as varchar) as movement_type,
        cast(null as decimal(18, 2)) as mrr_change,
        cast(null as double) as credit_share,
        cast(null as double) as credited_mrr,
        cast(null as date) as movement_date,
        'Closed quarter ' || adjusted_quarter || ' restated: n '
        || coalesce(cast(cast(locked_rate * 100 as decimal(18, 4)) as varchar) || '%', 'none')
        || ' -> '
        || coalesce(
            cast(cast(net_mrr_churn_rate * 100 as decimal(18, 4)) as varchar) || '%', 'none'
        )
        || ', opening book '
        || coalesce(cast(cast(locked_book_mrr as decimal(18, 2)) as varchar), 'none') || ' -> '
        || coalesce(cast(cast(opening_book_mrr as decimal(18, 2)) as varchar), 'none')
        || ', pay ' || cast(locked_amount as varchar) || ' -> ' || cast(restated_amount as varchar)
        || case
            when adjusted_amount <> 0
                then ', adjusted before by ' || cast(adjusted_amount as varchar)
            else ''
        end
        || '. Cause: ' || coalesce(cause, 'the opening book') || '.' as calc_note
    from {{ ref('int_compensation__adjustments') }}

),

todays as (
    {% for part in ['lines', 'adjustments'] %}
    select
        {{ content_hash([
            part ~ '.quarter', part ~ '.csm_id', part ~ '.account_id', part ~ '.movement_date',
            part ~ '.movement_type', part ~ '.line_kind', part ~ '.adjusted_quarter'
        ]) }} as comp_line_id,
        {%- for column in columns if column not in ['comp_line_id', 'movement_date'] %}
        {{ part }}.{{ column }},
        {%- endfor %}
        {{ part }}.movement_date
    from {{ part }}
    inner join quarters on {{ part }}.quarter = quarters.quarter and not quarters.is_locked
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Lines of a closed quarter are those it was closed with.
locked as (

    select {{ columns | join(', ') }} from {{ ref('int_compensation__locked_lines') }}

)

select * from todays

union all

select * from locked
