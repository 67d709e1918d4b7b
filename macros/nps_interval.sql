{# Bounds of the adjusted-Wald 95% interval of an NPS, in points: three answers are added, three
   quarters each to promoters and detractors, so that few or one-sided answers do not look certain
   (B. Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70/4, 2016). #}
{% macro nps_interval(promoters, detractors, answers, side) -%}
    {%- set size = "(" ~ answers ~ " + 3.0)" -%}
    {%- set high = "((" ~ promoters ~ " + 0.75) / " ~ size ~ ")" -%}
    {%- set low = "((" ~ detractors ~ " + 0.75) / " ~ size ~ ")" -%}
    round(greatest(-100.0, least(100.0, 100.0 * (
        {{ high }} - {{ low }} {{ '+' if side == 'high' else '-' }} 1.959964
        * sqrt(({{ high }} + {{ low }} - power({{ high }} - {{ low }}, 2)) / {{ size }})
    ))), 4)
{%- endmacro %}
