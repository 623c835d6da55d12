"""What the machine does by itself: joins platforms and model, one file per job. A job may run twice or die half-way."""
