{{ config(materialized='view') }}
{# Books of closed quarters as history holds them. #}
{{ locked_rows('locked_books', {
    'csm_id': 'varchar', 'quarter': 'varchar', 'account_id': 'varchar', 'book_kind': 'varchar',
    'calc_note': 'varchar', 'opening_mrr': 'decimal(18, 2)', 'credit_share': 'double',
    'credited_opening_mrr': 'double',
}) }}
