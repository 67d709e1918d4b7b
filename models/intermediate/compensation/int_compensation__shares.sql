{# Who is credited with how much of an account: what is kept, and where the rest of a ramping
   CSM's goes. #}
with

ramped as (

    select * from {{ ref('int_compensation__ramped') }}

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

receivers as (

    select * from {{ ref('int_compensation__receivers') }}

),

shares as (

    select
        basis_id,
        occasion_id,
        csm_id,
        case when csm_id is null then 'unowned' else 'person' end as share_kind,
        case
            when named_id is null then 'nobody holds it'
            when csm_id is null then named_id || ' holds it but is not employed'
            when
                ramp_day is not null
                then 'kept on day ' || cast(ramp_day as varchar) || ' of the ramp'
            when is_grace then 'owner before a hand-over, in its grace'
            when co_owned_part = part then 'co-owner'
            else 'owner'
        end as share_note,
        case when csm_id is null then part else kept_part end as part,
        share_days
    from ramped
    where csm_id is null or kept_part > 0

    union all

    select
        basis_id,
        occasion_id,
        receiver_id as csm_id,
        share_kind,
        'from ' || giver_id || ' on day ' || cast(ramp_day as varchar) || ' of the ramp'
            as share_note,
        part,
        share_days
    from receivers
),

by_note as (

    select
        basis_id,
        occasion_id,
        csm_id,
        share_kind,
        share_note,
        sum(part * share_days) as share_units,
        sum(share_days) as note_days

    from shares

    group by basis_id, occasion_id, csm_id, share_kind, share_note

),

-- Where days are weighed, each reason says for how many of them it holds.
weighed as (

    select
        by_note.basis_id,
        by_note.occasion_id,
        by_note.csm_id,
        by_note.share_kind,
        by_note.share_units,
        bases.share_days,
        by_note.share_note
        || case
            when bases.attribution_method = 'time_weighted'
                then
                    ' (' || cast(by_note.note_days as varchar) || ' of '
                    || cast(bases.share_days as varchar) || ' days)'
            else ''
        end as share_note

    from by_note

    inner join bases on by_note.basis_id = bases.basis_id

)

select
    basis_id,
    occasion_id,
    csm_id,
    share_kind,
    cast(sum(share_units) as decimal(18, 9)) as share_units,
    share_days,
    {{ dbt.listagg('share_note', "', '", 'order by share_note') }} as share_note

from weighed

group by basis_id, occasion_id, csm_id, share_kind, share_days
