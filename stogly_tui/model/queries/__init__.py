"""The only readers: each returns frozen dataclasses, never rows of a table. Open `model.database.read` around them."""
