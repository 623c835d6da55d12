"""The command line: `parser` knows what is typed, a module per subject does it. stdout is data, stderr is narration."""
