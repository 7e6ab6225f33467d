"""How does a migration reach the database? Without Flask, as the owner of the tables, one at a time.

`intake db …` hands over the address (`url`) and the tables as the models describe them (`metadata`),
so that nothing here imports the product, and no ini file has to spell a password.
"""

from alembic import context
from alembic.util import CommandError
from sqlalchemy import NullPool, create_engine

MIGRATION_LOCK = 4_730_110_352  # any number that nothing else uses
# A migration that can't have its lock, or takes long, gives up: the release in service comes first.
# row_security = off makes a forgotten policy an error; with FORCE it would be silence, 0 rows.
SESSION = (
    "SET lock_timeout = '4s'",
    "SET statement_timeout = '5s'",
    "SET ROLE intake_owner",
    "SET row_security = off",
)
# Two starters at once: the second waits here, then finds nothing left to do.
WAIT = ("SET lock_timeout = '60s'", f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
COMPARE = {"compare_type": True, "compare_server_default": True}


def run_offline() -> None:
    """Print the statements."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=context.config.attributes.get("metadata"),
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        for statement in SESSION:
            context.execute(statement)
        context.run_migrations()


def run_online() -> None:
    """Run them, all in one transaction. The lock ends with the connection."""
    url = context.config.attributes.get("url")
    if url is None:
        raise CommandError("Start migrations with `intake db …`, which knows the address.")
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        for statement in (*WAIT, *SESSION):
            connection.exec_driver_sql(statement)
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=context.config.attributes.get("metadata"),
            **COMPARE,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
