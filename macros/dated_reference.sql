{# Rows of an effective-dated seed with the first day on which each no longer holds. #}
{% macro dated_reference(seed, key) %}
    select
        *,
        coalesce(
            lead(valid_from) over (partition by {{ key | join(', ') }} order by valid_from),
            {{ far_date() }}
        ) as valid_to

    from {{ reference(seed) }}
{% endmacro %}
