{# From one judged day to the next, all subjects at once; a recursive term holds no CTEs. #}
{% set columns = [
    'rule', 'subject_type', 'subject_id', 'event_key', 'judged_date', 'day_number', 'clears_by',
    'opens_once', 'family_key', 'family_rank', 'is_firing', 'is_holding', 'suppressed_reason',
] %}
with recursive

subject_days as (

    select * from {{ ref('int_alerts__subject_days') }}

),

states as (

    select
        rule,
        subject_type,
        subject_id,
        event_key,
        cast(0 as bigint) as day_number,
        cast(null as date) as judged_date,
        last_opened,
        open_since,
        is_pending,
        cast(null as date) as opened_date,
        cast(null as varchar) as suppressed_reason,
        cast(null as date) as cleared_opened_date

    from subject_days

    where day_number = 1

    union all

    select
        rule,
        subject_type,
        subject_id,
        event_key,
        day_number,
        judged_date,
        case when is_live then judged_date else last_opened end as last_opened,
        case
            when is_live then judged_date
            when is_open and not is_replaced then open_since
        end as open_since,
        is_opened and suppressed_reason is not null as is_pending,
        case when is_opened then judged_date end as opened_date,
        case when is_opened then suppressed_reason end as suppressed_reason,
        case when open_since is not null and (not is_open or is_replaced) then open_since end
            as cleared_opened_date

    from ( -- noqa: ST05
        select
            *,
            is_wanted and not coalesce(is_cooled_by_worse, false)
            and family_rank = worst_rank as is_opened,
            is_wanted and not coalesce(is_cooled_by_worse, false)
            and family_rank = worst_rank and suppressed_reason is null as is_live,
            is_open and family_rank < worst_rank and suppressed_reason is null as is_replaced

        from ( -- noqa: ST05
            select
                *,
                max(case when is_open or is_wanted then family_rank end) over (
                    partition by subject_type, subject_id, family_key
                ) as worst_rank,
                -- Its cool-down holds the milder back, not the other way round.
                max(case when cools_until > judged_date then true end) over (
                    partition by subject_type, subject_id, family_key
                    order by family_rank desc
                    rows between unbounded preceding and 1 preceding
                ) as is_cooled_by_worse

            from (
                select
                    *,
                    -- One alert per subject and rule: of several causes the first, then the next.
                    is_ready and row_number() over (
                        partition by subject_type, subject_id, rule
                        order by
                            case when is_open then 0 when is_ready then 1 else 2 end asc,
                            event_key asc
                    ) = 1 as is_wanted

                from (
                    select
                        *,
                        -- Suppressed yesterday and still so; a measure has to fire again.
                        (is_firing or (is_pending and is_holding and clears_by <> 'measure'))
                        and not is_open
                        and case
                            when last_opened is null then true
                            else not opens_once and cools_until <= judged_date
                        end as is_ready

                    from (
                        select
                            {%- for column in columns %}
                            subject_days.{{ column }},
                            {%- endfor %}
                            states.last_opened,
                            states.open_since,
                            states.is_pending,
                            cast({{ dbt.dateadd(
                                'day', 'coalesce(subject_days.cool_down_days, 0)', 'states.last_opened'
                            ) }} as date) as cools_until,
                            states.open_since is not null
                            and case
                                when subject_days.clears_by = 'cool_down'
                                    then
                                        {{ dbt.dateadd(
                                            'day',
                                            'coalesce(subject_days.cool_down_days, 0)',
                                            'states.open_since'
                                        ) }} > subject_days.judged_date
                                else subject_days.is_holding
                            end as is_open

                        from states

                        inner join subject_days
                            on
                                states.day_number + 1 = subject_days.day_number
                                and states.rule = subject_days.rule
                                and states.subject_type = subject_days.subject_type
                                and states.subject_id = subject_days.subject_id
                                and states.event_key = subject_days.event_key
                    ) as met
                ) as told
            ) as wanted
        ) as ranked
    ) as moved

)

select
    rule,
    subject_type,
    subject_id,
    event_key,
    judged_date,
    opened_date,
    suppressed_reason,
    cleared_opened_date

from states

where opened_date is not null or cleared_opened_date is not null
