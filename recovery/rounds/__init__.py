"""What happens by itself: due deadlines worked, effects delivered, what failed set aside."""
