select
    account_id,
    dimension,
    dimension_group,
    missing_rule,
    raw_value,
    normalized_value,
    base_weight,
    weight,
    points,
    {%- for days in [7, 28] %}
    {%- for part in ['weight', 'missingness', 'value'] %}
    cast({{ part }}_change_{{ days }}d as decimal(12, 6)) as {{ part }}_change_{{ days }}d,
    {%- endfor %}
    {%- endfor %}
    score_date

from {{ ref('int_health__drivers') }}
