-- An answer counts for an account by the address of a contact in the CRM; this one has an address
-- that no contact has. Anonymous answers are nobody's and are not listed.
{{ config(severity='warn') }}
select
    responses.response_id,
    responses.person_id

from {{ ref('int_voice__responses') }} as responses

inner join {{ ref('stg_delighted__persons') }} as persons
    on responses.person_id = persons.person_id and persons.is_current

where responses.contact_id is null and persons.email_hash is not null
