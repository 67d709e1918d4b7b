{# The field of a CRM account that says who looks after it (var crm_csm_field): its column in our
   models, and its names in the CRM's history, without case and underscores. History calls a change
   of OwnerId plain Owner. #}
{% macro csm_field() %}
    {% set fields = {
        'csm_id_c': {'column': 'csm_id', 'names': "('csmidc')"},
        'owner_id': {'column': 'owner_id', 'names': "('ownerid', 'owner')"},
    } %}
    {% if var('crm_csm_field') not in fields %}
        {% do exceptions.raise_compiler_error(
            "var crm_csm_field is '" ~ var('crm_csm_field') ~ "'; it is one of " ~ fields.keys() | join(', ')
        ) %}
    {% endif %}
    {{ return(fields[var('crm_csm_field')]) }}
{% endmacro %}
