{{ config(materialized='view') }}
{# Lines of closed quarters as history holds them. #}
{{ locked_rows('locked_lines', {
    'comp_line_id': 'varchar', 'csm_id': 'varchar', 'quarter': 'varchar', 'account_id': 'varchar',
    'movement_type': 'varchar', 'line_kind': 'varchar', 'adjusted_quarter': 'varchar',
    'currency': 'varchar', 'calc_note': 'varchar', 'mrr_change': 'decimal(18, 2)',
    'credit_share': 'double', 'credited_mrr': 'double', 'adjustment_amount': 'decimal(18, 2)',
    'movement_date': 'date',
}) }}
