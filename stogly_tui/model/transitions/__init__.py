"""The only writers: one file per state machine. Each takes a `Tx`; a guarded update's row count is the answer."""
