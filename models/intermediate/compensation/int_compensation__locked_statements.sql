{{ config(materialized='view') }}
{# Statements of closed quarters as history holds them. #}
{{ locked_rows('locked_statements', {
    'csm_id': 'varchar', 'quarter': 'varchar', 'plan_version': 'varchar',
    'opening_book_mrr': 'double', 'net_mrr_churn_rate': 'double', 'grr': 'double',
    'payout_factor': 'double', 'target_bonus': 'double', 'proration': 'double',
    'guarantee_amount': 'decimal(18, 2)', 'earned_bonus': 'decimal(18, 2)',
    'earned_bonus_without_exclusions': 'decimal(18, 2)', 'adjustment_amount': 'decimal(18, 2)',
    'carried_in': 'decimal(18, 2)', 'payable_amount': 'decimal(18, 2)',
    'carried_out': 'decimal(18, 2)', 'currency': 'varchar', 'book_accounts': 'bigint',
    'held_reason': 'varchar', 'is_manager': 'boolean', 'is_ramping': 'boolean',
    'is_below_minimum': 'boolean', 'is_gated': 'boolean', 'status': 'varchar',
    'statement_hash': 'varchar',
}) }}
