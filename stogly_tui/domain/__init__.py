"""Pure rules of the business: states, money, gates, verdicts, text. Imports nothing of ours, does no I/O."""
