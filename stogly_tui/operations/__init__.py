"""What a person can do, one function per thing, the actor first. Console and CLI write through these alone."""
