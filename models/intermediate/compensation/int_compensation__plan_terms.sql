{# The rules of every plan version in every quarter, today's and those that a closed quarter was
   closed under. What overlaps is refused by a test; here one of the rows speaks, so that
   nothing else breaks. #}
{% set policies = {
    'quarter': 'varchar', 'plan_version': 'varchar', 'attribution_method': 'varchar',
    'transfer_grace_days': 'integer', 'minimum_book_accounts': 'integer',
    'is_reactivation_counted': 'boolean', 'grr_gate': 'decimal(18, 9)',
    'gated_factor': 'decimal(18, 9)', 'factor_cap': 'decimal(18, 9)',
    'segment_number': 'integer', 'from_rate': 'decimal(18, 9)', 'to_rate': 'decimal(18, 9)',
    'base_factor': 'decimal(18, 9)', 'slope': 'decimal(18, 9)',
} %}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

versions as (

    select
        *,
        coalesce(valid_from, cast('1900-01-01' as date)) as from_date,
        coalesce(valid_to, {{ far_date() }}) as until_date

    from {{ reference('comp_plan_versions') }}

),

curve as (

    select
        *,
        row_number() over (
            partition by plan_version order by coalesce(from_rate, -1e8), coalesce(to_rate, 1e8)
        ) as segment_number

    from {{ reference('comp_plan_curve') }}

),

locked_terms as (

    {{ locked_rows('locked_plan_terms', policies) }}

),

-- The row in force at the quarter's end, or the nearest before, or after it.
placed as (

    select
        quarters.quarter,
        quarters.is_locked,
        versions.plan_version,
        versions.attribution_method,
        versions.transfer_grace_days,
        versions.minimum_book_accounts,
        versions.counts_reactivation as is_reactivation_counted,
        versions.grr_gate,
        versions.gated_factor,
        versions.factor_cap,
        versions.from_date < quarters.next_quarter_date
        and quarters.quarter_start_date < versions.until_date as is_in_force,
        row_number() over (
            partition by quarters.quarter, versions.plan_version
            order by
                case when versions.from_date < quarters.next_quarter_date then 0 else 1 end asc,
                versions.from_date desc,
                versions.until_date desc,
                versions.attribution_method asc,
                versions.transfer_grace_days asc
        ) as row_choice

    from quarters

    cross join versions

    where versions.plan_version is not null

),

todays as (

    select
        placed.*,
        curve.segment_number,
        curve.from_rate,
        curve.to_rate,
        curve.base_factor,
        curve.slope,
        exists(
            select 1 from locked_terms
            where
                locked_terms.quarter = placed.quarter
                and locked_terms.plan_version = placed.plan_version
        ) as has_locked_terms

    from placed

    left join curve on placed.plan_version = curve.plan_version

    where placed.row_choice = 1

)

select
    {{ policies.keys() | join(',\n    ') }},
    is_in_force,
    false as is_locked_plan,
    -- A closed quarter stays under the plan it was closed under.
    is_in_force and not has_locked_terms as is_paid_by

from todays

union all

select
    {{ policies.keys() | join(',\n    ') }},
    true as is_in_force,
    true as is_locked_plan,
    true as is_paid_by

from locked_terms
