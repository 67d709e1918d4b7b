"""Great Expectations: suites as Python data, judged on profiles, in a process of their own."""
