"""Engines behind `bell.Engine`."""
