-- Who reads NPS by segment expects every answer in one of them, and none in two.
{% set columns = ['heard_accounts', 'nps_answers'] + voice_counts() %}
{{ segments_off_the_total(ref('rpt_voice_monthly'), ['month'], columns) }}
