{# A 15-character Salesforce id with the 3 characters that make it safe where case is folded: each
   stands for the capitals among 5 characters of the id, read as a binary number. #}
{% macro salesforce_id_18(text) %}
    {%- set alphabet = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'" -%}
    case
        when {{ matches(text, '^[A-Za-z0-9]{15}$') }}
            then {{ text }}
            {%- for chunk in range(3) %}
            || substr({{ alphabet }}, 1
                {%- for position in range(5) %}
                + case
                    when substr({{ text }}, {{ chunk * 5 + position + 1 }}, 1) between 'A' and 'Z'
                        then {{ 2 ** position }} else 0
                end
                {%- endfor %}, 1)
            {%- endfor %}
        else {{ text }}
    end
{%- endmacro %}
