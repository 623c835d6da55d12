"""Screens: bindings, compose, one reload, and a handler that puts a snapshot where widgets see it."""
