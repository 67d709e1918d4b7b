{# A rate of few cases leans on that of its peers, as if five more had been seen there. Null without
   a case of one's own. #}
{% macro shrunk_rate(hits, cases, peers) -%}
    case
        when {{ cases }} > 0
            then ({{ hits }} + 5.0 * sum({{ hits }}) over {{ peers }} / sum({{ cases }}) over {{ peers }})
                / ({{ cases }} + 5.0)
    end
{%- endmacro %}
