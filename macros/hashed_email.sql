{# People are joined across systems by this and by nothing they could be recognised by: without the
   key nobody can find an address again by hashing the addresses they know. #}
{% macro hashed_email(column) -%}
    case
        when nullif(trim({{ column }}), '') is not null
            then {{ dbt.hash("'" ~ env_var('PERENNIAL_EMAIL_KEY', 'perennial') | replace("'", "''") ~ "' || lower(trim(" ~ column ~ "))") }}
    end
{%- endmacro %}
