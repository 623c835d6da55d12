"""Steps from one release's schema to the next, by number. A step that has been released is never changed."""
