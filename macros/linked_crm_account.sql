{# The CRM account that a Stripe customer names in its metadata: JSON text, or spread into a column. #}
{% macro linked_crm_account() -%}
    {{ salesforce_id_18(
        "nullif(trim(coalesce(metadata_salesforce_account_id, " ~ json_text('metadata', 'salesforce_account_id') ~ ")), '')"
    ) }}
{%- endmacro %}
