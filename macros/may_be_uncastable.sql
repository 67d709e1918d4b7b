{# Whether a stored type can hold values that the contract's type cannot. #}
{% macro may_be_uncastable(stored_type, data_type) %}
    {{ return(data_type != 'varchar' and stored_type.split('(')[0] in ['varchar', 'double', 'float', 'json']
        and stored_type != data_type) }}
{% endmacro %}
