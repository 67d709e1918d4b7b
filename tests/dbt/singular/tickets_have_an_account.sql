-- A ticket of no account lowers nobody's health: its organization needs the id of a CRM account or
-- of a billing customer as external_id.
{{ config(severity='warn') }}
select
    ticket_id,
    organization_id

from {{ ref('int_support__tickets') }}

where account_id is null
