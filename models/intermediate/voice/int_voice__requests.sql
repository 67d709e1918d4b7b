with

requests as (

    select
        *,
        lead(sent_at) over (
            partition by person_id order by sent_at, survey_request_id
        ) as next_sent_at

    from {{ ref('stg_delighted__survey_requests') }}

    where is_current and not is_deleted and sent_at is not null

),

persons as (

    select * from {{ ref('int_voice__persons') }}

),

responses as (

    select * from {{ ref('int_voice__responses') }}

),

answers as (

    select
        requests.survey_request_id,
        min(responses.responded_at) as answered_at

    from requests

    inner join responses
        on
            requests.person_id = responses.person_id
            and requests.sent_at <= responses.responded_at
            and responses.responded_at
            < coalesce(requests.next_sent_at, cast('9999-12-31' as timestamp))

    group by requests.survey_request_id

)

select
    requests.survey_request_id,
    persons.account_id,
    persons.contact_id,
    requests.person_id,
    requests.survey_type,
    {{ reporting_day('requests.sent_at') }} as sent_on,
    {{ reporting_day('answers.answered_at') }} as answered_on

from requests

left join persons on requests.person_id = persons.person_id

left join answers on requests.survey_request_id = answers.survey_request_id
