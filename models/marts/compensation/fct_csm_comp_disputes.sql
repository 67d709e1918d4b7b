with

disputes as (

    select * from {{ ref('int_compensation__disputes') }}

),

lines as (

    select * from {{ ref('fct_csm_comp_lines') }}

),

statements as (

    select * from {{ ref('fct_csm_comp_statements') }}

)

select
    disputes.dispute_id,
    disputes.csm_id,
    disputes.quarter,
    disputes.comp_line_id,
    disputes.state,
    case
        when disputes.comp_line_id is not null and lines.comp_line_id is null then 'line_unknown'
        when disputes.comp_line_id is null and statements.csm_id is null then 'statement_unknown'
    end as link_issue,
    statements.status as statement_status,
    lines.account_id,
    lines.movement_type,
    lines.line_kind,
    lines.credited_mrr,
    disputes.has_resolution,
    lines.movement_date,
    disputes.opened_on,
    disputes.resolved_on

from disputes

left join lines on disputes.comp_line_id = lines.comp_line_id

left join statements
    on disputes.csm_id = statements.csm_id and disputes.quarter = statements.quarter
