"""What members and teams are told: notices, news, messages, escalations, calendars."""
