"""How letters leave the house: e-mail, post, and a national team's own system; all offline until set."""
