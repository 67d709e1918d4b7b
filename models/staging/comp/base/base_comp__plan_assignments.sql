{{ checked_source('comp', 'plan_assignment') }}
