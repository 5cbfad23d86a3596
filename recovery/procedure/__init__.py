"""What comes next by the country's procedure: steps, contacts, and what is watched."""
