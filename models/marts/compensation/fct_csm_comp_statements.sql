{% set columns = [
    'csm_id', 'quarter', 'plan_version', 'opening_book_mrr', 'net_mrr_churn_rate', 'grr',
    'payout_factor', 'target_bonus', 'proration', 'guarantee_amount', 'earned_bonus',
    'earned_bonus_without_exclusions', 'adjustment_amount', 'carried_in', 'payable_amount',
    'carried_out', 'currency', 'book_accounts', 'held_reason', 'is_manager', 'is_ramping',
    'is_below_minimum', 'is_gated',
] %}
{% set head = {
    'quarter': 'text', 'csm_id': 'text', 'plan_version': 'text', 'currency': 'text',
    'opening_book_mrr': 'number', 'net_mrr_churn_rate': 'number', 'grr': 'number',
    'payout_factor': 'number', 'target_bonus': 'number', 'proration': 'number',
    'guarantee_amount': 'number', 'earned_bonus': 'number',
    'earned_bonus_without_exclusions': 'number', 'adjustment_amount': 'number',
    'carried_in': 'number', 'payable_amount': 'number', 'carried_out': 'number',
} %}
{% set line = {
    'account_id': 'text', 'movement_date': 'date', 'movement_type': 'text', 'line_kind': 'text',
    'mrr_change': 'number', 'credit_share': 'number', 'credited_mrr': 'number',
    'adjusted_quarter': 'text', 'adjustment_amount': 'number',
} %}
{% set book = {
    'account_id': 'text', 'book_kind': 'text', 'opening_mrr': 'number', 'credit_share': 'number',
    'credited_opening_mrr': 'number',
} %}
with

statements as (

    select * from {{ ref('int_compensation__statements') }}

),

lines as (

    select * from {{ ref('fct_csm_comp_lines') }}

    where csm_id is not null

),

books as (

    select * from {{ ref('fct_csm_comp_books') }}

    where csm_id is not null

),

line_parts as (

    select
        lines.quarter,
        lines.csm_id,
        {{ hashed_fields('line', line, 'lines') }} as part

    from lines

),

book_parts as (

    select
        books.quarter,
        books.csm_id,
        {{ hashed_fields('book', book, 'books') }} as part

    from books

),

line_texts as (

    select
        quarter,
        csm_id,
        {{ dbt.listagg('part', 'chr(10)', 'order by part') }} as line_text

    from line_parts

    group by quarter, csm_id

),

book_texts as (

    select
        quarter,
        csm_id,
        {{ dbt.listagg('part', 'chr(10)', 'order by part') }} as book_text

    from book_parts

    group by quarter, csm_id

),

-- What a statement rests on, so that nobody can change it unseen: itself, its lines, its book.
written as (

    select
        statements.*,
        {{ hashed_fields('statement', head, 'statements') }}
        || coalesce(chr(10) || line_texts.line_text, '')
        || coalesce(chr(10) || book_texts.book_text, '') as statement_text

    from statements

    left join line_texts
        on statements.quarter = line_texts.quarter and statements.csm_id = line_texts.csm_id

    left join book_texts
        on statements.quarter = book_texts.quarter and statements.csm_id = book_texts.csm_id

),

todays as (

    select
        {{ columns | join(',\n        ') }},
        status,
        {{ sha256_text('statement_text') }} as statement_hash

    from written

),

locked as (

    select * from {{ ref('int_compensation__locked_statements') }}

)

select * from todays

union all

select
    {{ columns | join(',\n    ') }},
    case when status = 'held' then 'held' else 'locked' end as status,
    statement_hash

from locked
