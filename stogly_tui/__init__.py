"""stogly-tui: a terminal operations console for e-commerce sales channels."""
