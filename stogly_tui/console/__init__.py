"""The console: the only room that speaks Textual. It shows snapshots of queries and calls operations; nothing else."""
