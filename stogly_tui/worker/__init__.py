"""Serves the schedule: a bell that hastens jobs, an engine that runs them, and a life cycle around both."""
