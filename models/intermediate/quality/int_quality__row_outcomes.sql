{# Counts and money of what became of the rows, per load, table and currency. #}
with

outcomes as (
    {% for source_table, (base, amount, currency) in base_models().items() %}
    select
        '{{ source_table }}' as source_table,
        load_id,
        row_outcome,
        {% if currency %}lower({{ currency }}){% else %}cast(null as varchar){% endif %}
            as currency,
        count(*) as rows_counted,
        {% if amount %}sum(cast({{ amount }} as decimal(28, 2))){% else %}cast(
            null as decimal(28, 2)
        ){% endif %}
            as amount

    from {{ ref(base) }}

    group by load_id, row_outcome{% if currency %}, lower({{ currency }}){% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from outcomes
