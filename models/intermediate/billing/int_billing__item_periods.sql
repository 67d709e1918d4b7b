-- Adding a billing system means adding one branch here.
select * from {{ ref('int_billing__stripe_periods') }}

union all

select * from {{ ref('int_billing__flat_periods') }}
