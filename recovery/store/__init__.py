"""Tables, sessions, migrations, documents, outbox."""
