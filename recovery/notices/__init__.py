"""Notices: what members and teams are told by mail, in their language, without names and amounts."""
