"""PostgreSQL for the tests: databases that one test after another gets, each time empty."""

from __future__ import annotations

import uuid

from sqlalchemy import Engine, create_engine

from recovery.store import database

# Emptied, a database serves the next test in a tenth of the time that a new one takes: rows go, numbers begin again.
EMPTY = """
DO $$
DECLARE one text; filled boolean; every text[] := '{}';
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %%I)', one) INTO filled;
    IF filled THEN every := every || quote_ident(one); END IF;
  END LOOP;
  IF every <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(every, ', ') || ' CASCADE'; END IF;
  PERFORM setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
# What a test may not leave changed: tables, triggers and functions. A copy has the object ids of its model.
SHAPE = """
SELECT (SELECT md5(string_agg(concat(oid, relname, relnatts), ',' ORDER BY oid)) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat(oid, tgname, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(concat(oid, prosrc), ',' ORDER BY oid)) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace),
       (SELECT string_agg(version_num, ',') FROM alembic_version)
"""


class Databases:
    """Copies of one migrated database on a server, taken by a test and left to the next."""

    def __init__(self, server) -> None:
        self.server = server
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self.admin: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with self.admin.connect() as connection:
            # No test takes the power away: what is written need not reach the disk.
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            connection.exec_driver_sql("CREATE DATABASE model")
        model = database.make_engine(server.get_uri("model"))
        database.upgrade(model)
        with model.connect() as connection:
            self.shape = connection.exec_driver_sql(SHAPE).one()
        model.dispose()
        self.free: list[str] = []

    def take(self) -> str:
        """Return the name of a database that is migrated and empty."""
        if self.free:
            return self.free.pop()
        name = f"t{uuid.uuid4().hex}"
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE model")
        return name

    def leave(self, name: str) -> None:
        """Empty a database for the next test; one that was changed in more than its rows is dropped."""
        with self.admin.connect() as connection:
            connection.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
            ).all()
        own = database.make_engine(self.server.get_uri(name))
        with own.begin() as connection:
            same = connection.exec_driver_sql(SHAPE).one() == self.shape
            if same:
                connection.exec_driver_sql(EMPTY)
        own.dispose()
        if same:
            self.free.append(name)
            return
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self.admin.dispose()
