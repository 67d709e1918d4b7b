"""Accept: from files in the landing to typed tables in raw.duckdb, every load accounted for.

`stage_arrivals` reads what is new, `profile_arrivals` describes it for the arrival checks,
`promote` puts in force what passed and writes what the run was given.
"""

from orchestration.landing.accept import provisional_as_of, stage_arrivals
from orchestration.landing.approvals import Approval, approve, read_approvals
from orchestration.landing.decide import promote
from orchestration.landing.errors import LandingError
from orchestration.landing.files import prepare
from orchestration.landing.model import (
    AcceptReport,
    Arrival,
    Arrivals,
    Load,
    Problem,
    Rejection,
    TableProfile,
    Verdict,
)
from orchestration.landing.profiles import profile_arrivals, schema_verdict

__all__ = [
    "AcceptReport",
    "Approval",
    "Arrival",
    "Arrivals",
    "LandingError",
    "Load",
    "Problem",
    "Rejection",
    "TableProfile",
    "Verdict",
    "approve",
    "prepare",
    "profile_arrivals",
    "promote",
    "provisional_as_of",
    "read_approvals",
    "schema_verdict",
    "stage_arrivals",
]
