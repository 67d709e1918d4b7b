select
    account_id,
    override_kind,
    evidence_id,
    given_by,
    adjustment,
    score_cap,
    since_date,
    score_date

from {{ ref('int_health__overrides') }}
