"""What people do on a case: the actions, their handlers, and what is shown to act on."""
