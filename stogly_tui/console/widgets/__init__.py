"""Widgets of the console. They paint what they are given and ask nothing."""
