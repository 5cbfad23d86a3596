"""What reading any paper from outside begins with: its bytes, and what is written where nothing is known."""
