with

scores as (

    select * from {{ ref('int_health__scores') }}

    where reading_number = 1 and score_date = {{ as_of_date() }}

),

drivers as (

    select * from {{ ref('int_health__drivers') }}

    where score_date = {{ as_of_date() }}

),

rules as (

    select * from {{ ref('int_worklist__rules') }}

),

-- One line for an account's health, by the first rule that applies.
judged as (

    select
        scores.*,
        case
            when scores.score_change_7d <= -rules.health_drop_7d_threshold then 7
            when scores.score_change_28d <= -rules.health_drop_28d_threshold then 28
            when scores.health_band = 'red' and rules.has_health_red then 0
        end as days_looked_back,
        case
            when scores.score_change_7d <= -rules.health_drop_7d_threshold
                then rules.health_drop_7d_due_days
            when scores.score_change_28d <= -rules.health_drop_28d_threshold
                then rules.health_drop_28d_due_days
            else rules.health_red_due_days
        end as due_days

    from scores

    -- One row.
    cross join rules

),

losses as (

    select
        judged.account_id,
        drivers.dimension,
        case judged.days_looked_back
            {%- for days in [7, 28] %}
            when {{ days }}
                then
                    drivers.weight_change_{{ days }}d
                    + drivers.missingness_change_{{ days }}d
                    + drivers.value_change_{{ days }}d
            {%- endfor %}
            -- What it is short of the full weight.
            else drivers.weight * (drivers.normalized_value - 100) / 100
        end as points_change

    from judged

    inner join drivers on judged.account_id = drivers.account_id

    where judged.days_looked_back is not null

    union all

    select
        account_id,
        'override' as dimension,
        case days_looked_back
            when 7 then override_change_7d
            when 28 then override_change_28d
            else health_score - model_score
        end as points_change

    from judged

    where days_looked_back is not null

),

ranked as (

    select
        account_id,
        replace(dimension, '_', ' ')
        || ' '
        || cast(cast(points_change as decimal(12, 1)) as varchar) as loss,
        row_number()
            over (partition by account_id order by points_change asc, dimension asc)
            as loss_number

    from losses

    where points_change <= -0.05

),

reasons as (

    select
        account_id,
        max(case when loss_number = 1 then loss end)
        || coalesce(', ' || max(case when loss_number = 2 then loss end), '')
        || coalesce(', ' || max(case when loss_number = 3 then loss end), '') as top_losses

    from ranked

    group by account_id

)

select
    judged.account_id,
    judged.days_looked_back,
    judged.health_score,
    judged.health_band,
    case judged.days_looked_back
        when 7 then judged.score_change_7d
        when 28 then judged.score_change_28d
    end as score_change,
    reasons.top_losses,
    judged.mrr,
    judged.due_days

from judged

left join reasons on judged.account_id = reasons.account_id

where judged.days_looked_back is not null
