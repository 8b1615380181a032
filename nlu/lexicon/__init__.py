"""Words of the clinic in four languages, and how they are found in a message."""
