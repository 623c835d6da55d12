"""Words and shapes for people, for console and command line alike. No Textual, no database, no clock of its own."""
