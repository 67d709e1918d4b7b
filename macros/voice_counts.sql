{# What answers, ratings and surveys are counted by, in reports and in what they are summed from. #}
{% macro voice_counts() %}
    {{ return([
        'promoters', 'passives', 'detractors', 'ratings', 'good_ratings', 'star_ratings', 'stars',
        'surveys_sent', 'surveys_answered',
    ]) }}
{% endmacro %}
