{# n and gross retention of a book, under every plan version. #}
with

scenarios as (

    select * from {{ ref('int_compensation__scenarios') }}

),

measures as (

    select * from {{ ref('int_compensation__measures') }}

),

-- The measure itself, without exclusions, and with a thousand more, expanded or not lost.
kinds as (
    {% for variant, excludes, expanded, saved in [
        ('applied', true, 0, 0), ('without_exclusions', false, 0, 0), ('expanded', true, 1000, 0),
        ('saved', true, 0, 1000)
    ] %}
    select
        '{{ variant }}' as variant,
        {{ excludes }} as is_with_exclusions,
        {{ expanded }} as expanded_mrr,
        {{ saved }} as saved_mrr
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

variants as (

    select
        scenarios.*,
        kinds.variant,
        kinds.is_with_exclusions,
        kinds.expanded_mrr,
        kinds.saved_mrr

    from scenarios

    cross join kinds

),

measured as (

    select
        variants.*,
        measures.share_days,
        measures.opening_units,
        coalesce(measures.book_accounts, 0) as book_accounts,
        measures.churn_units + measures.contraction_units
        + variants.saved_mrr * measures.share_days as loss_units,
        measures.expansion_units + variants.expanded_mrr * measures.share_days
        + case when variants.is_reactivation_counted then measures.reactivation_units else 0 end
            as gain_units

    from variants

    left join measures
        on
            variants.quarter = measures.quarter
            and variants.basis_id = measures.basis_id
            and variants.csm_id = measures.csm_id
            and variants.is_with_exclusions = measures.is_with_exclusions

)

-- Nobody's book is a book of 0; a rate of it is none.
select
    quarter,
    csm_id,
    plan_version,
    scenario,
    variant,
    basis_id,
    currency,
    target_bonus,
    guarantee_amount,
    proration,
    is_ramping,
    is_manager,
    minimum_book_accounts,
    grr_gate,
    gated_factor,
    factor_cap,
    is_locked_plan,
    book_accounts,
    coalesce(cast(opening_units as double) / share_days, 0) as opening_book_mrr,
    -cast(loss_units + gain_units as double) / cast(nullif(opening_units, 0) as double)
        as net_mrr_churn_rate,
    cast(opening_units + loss_units as double) / cast(nullif(opening_units, 0) as double) as grr

from measured
