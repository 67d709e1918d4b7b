{# Key columns that are null or occur twice, in one pass. Rows that fail are the keys. #}
{% test unique_key(model, columns, nullable=[]) %}
{% set required = columns | reject('in', nullable) | list %}
select
    {{ columns | join(', ') }},
    count(*) as key_rows

from {{ model }}

group by {{ columns | join(', ') }}

having
    count(*) > 1
    {%- for column in required %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
