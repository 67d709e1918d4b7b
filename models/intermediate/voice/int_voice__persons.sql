with

persons as (

    select * from {{ ref('stg_delighted__persons') }}

    where is_current

),

-- Of several contacts with one address: who is still there, then the smallest id.
contacts as (

    select
        *,
        row_number() over (
            partition by email_hash
            order by left_company_on desc nulls first, contact_id asc
        ) as contact_number

    from {{ ref('int_crm__contacts') }}

    where email_hash is not null

)

select
    persons.person_id,
    contacts.contact_id,
    contacts.account_id

from persons

left join contacts
    on persons.email_hash = contacts.email_hash and contacts.contact_number = 1
