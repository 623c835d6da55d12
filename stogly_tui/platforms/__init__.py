"""Connections to the outside: one folder per platform behind the optional parts of `base`. Knows no database."""
