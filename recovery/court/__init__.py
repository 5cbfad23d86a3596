"""A case before court: the way chosen, what the court does, and the pack that goes there."""
