"""A SaaS company that emits raw tables and, independently of any SQL, the true answers."""
