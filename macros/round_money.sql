{# Half away from zero to the reporting currency's minor unit: 0 or 2 digits. The step over nine
   decimals makes an exact half of what binary arithmetic left a hair beside it; amounts that are no
   half are never that near to one. #}
{% macro round_money(amount, digits) -%}
    {%- set exact = "cast(" ~ amount ~ " as decimal(28, 9))" -%}
    cast(case {{ digits }} when 0 then round({{ exact }}, 0) else round({{ exact }}, 2) end as decimal(18, 2))
{%- endmacro %}
