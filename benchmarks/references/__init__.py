"""Tables that the grid is compared with: small programs that show the same orders by other means."""
