{% set without_limit = "cast('1900-01-01' as date)" %}
with

statements as (

    select * from {{ ref('int_crm__owner_statements') }}

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

-- What was first stated, or what the first change replaced, reaches back without limit.
states as (

    select
        crm_account_id,
        fact,
        case when evidence = 'field_history' then value_before else stated_value end
            as stated_value,
        evidence,
        {{ without_limit }} as from_date

    from statements

    where is_first

    union all

    select
        crm_account_id,
        fact,
        stated_value,
        evidence,
        stated_date as from_date

    from statements

    where is_last_of_day and stated_date <= {{ as_of_date() }}

),

compared as (

    select
        *,
        from_date > {{ without_limit }}
        and {{ is_same('stated_value', 'lag(stated_value) over by_date') }} as is_repeated,
        max(case when fact = 'owner' and stated_value is not null then 1 else 0 end)
            over (partition by crm_account_id)
            as has_owner

    from states

    window by_date as (partition by crm_account_id, fact order by from_date)

),

-- A merge makes one account of several records. The survivor's own history speaks, another's only
-- where the survivor never had anybody.
placed as (

    select
        compared.fact,
        compared.stated_value,
        compared.evidence,
        compared.from_date,
        crm_accounts.account_id,
        lead(compared.from_date) over (
            partition by compared.crm_account_id, compared.fact order by compared.from_date
        ) as to_date,
        dense_rank() over (
            partition by crm_accounts.account_id
            order by
                compared.has_owner desc,
                case when compared.crm_account_id = crm_accounts.account_id then 0 else 1 end asc,
                compared.crm_account_id asc
        ) as record_number

    from compared

    inner join crm_accounts on compared.crm_account_id = crm_accounts.crm_account_id

    where not compared.is_repeated

)

select
    account_id,
    fact,
    stated_value,
    evidence,
    from_date,
    to_date

from placed

where record_number = 1
