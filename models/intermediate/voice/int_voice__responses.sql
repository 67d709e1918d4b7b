with

responses as (

    select * from {{ ref('stg_delighted__responses') }}

    where is_current and not is_deleted and score is not null

),

persons as (

    select * from {{ ref('int_voice__persons') }}

),

placed as (

    select
        responses.response_id,
        persons.account_id,
        persons.contact_id,
        responses.person_id,
        responses.score,
        {{ reporting_day('responses.created_at') }} as responded_on,
        responses.created_at as responded_at

    from responses

    left join persons on responses.person_id = persons.person_id

)

select
    *,
    -- Nobody follows an anonymous answer.
    case
        when contact_id is not null
            then lead(responded_on) over (
                partition by contact_id order by responded_at, response_id
            )
    end as superseded_on

from placed
