-- Memory is a set: publish appends the versions that history lacks, by id. A version twice in one
-- build would make the order of landings matter.
{% set memories = [
    ref('mem_alerts'), ref('mem_health_drivers'), ref('mem_health_scores'), ref('mem_month_ends'), ref('mem_people__employees'),
    ref('mem_presence'),
    ref('mem_salesforce__accounts'),
    ref('mem_stripe__coupons'), ref('mem_stripe__customers'), ref('mem_stripe__discounts'), ref('mem_stripe__invoice_lines'),
    ref('mem_stripe__invoices'), ref('mem_stripe__prices'), ref('mem_stripe__subscription_discounts'),
    ref('mem_stripe__subscription_items'), ref('mem_stripe__subscription_versions'),
] %}
{% for memory in memories %}
select '{{ memory.identifier }}' as model_name, version_id, count(*) as version_rows

from {{ memory }}

group by version_id

having count(*) > 1
{{ 'union all' if not loop.last }}
{% endfor %}
