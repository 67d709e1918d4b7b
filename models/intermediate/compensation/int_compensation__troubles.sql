{# Whose statement of a quarter cannot be told yet: whoever claims a part of a contested account,
   and managers who answer for some of the claimants but not for all. #}
with

contested as (

    select * from {{ ref('int_compensation__contested') }}

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

),

claims as (

    select
        *,
        count(*) over (partition by quarter, account_id, trouble) as claimants

    from contested

),

answered as (

    select
        claims.quarter,
        managers.manager_id as csm_id,
        claims.account_id,
        claims.trouble

    from claims

    inner join managers
        on claims.quarter = managers.quarter and claims.csm_id = managers.employee_id

    group by
        claims.quarter, managers.manager_id, claims.account_id, claims.trouble, claims.claimants

    having count(*) < claims.claimants

)

select
    quarter,
    csm_id,
    account_id,
    trouble
from contested

union

select
    quarter,
    csm_id,
    account_id,
    trouble
from answered
