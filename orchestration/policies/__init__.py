"""Definition policies: presets of the MRR rules, and what each rule is worth in money."""
