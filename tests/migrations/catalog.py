"""What does a database look like, as lines that two databases can be compared by?"""

from __future__ import annotations

import psycopg

SHAPES = {
    "column": """
        SELECT format('%s.%s %s %s %s', relname, attname, format_type(atttypid, atttypmod),
            CASE WHEN attnotnull THEN 'not null' END, pg_get_expr(adbin, adrelid))
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = attnum
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "constraint": """
        SELECT format('%s %s %s', relname, conname, pg_get_constraintdef(n.oid))
        FROM pg_constraint n JOIN pg_class c ON c.oid = conrelid
        WHERE relnamespace = 'public'::regnamespace""",
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
RIGHTS = {
    "row security": """
        SELECT format('%s %s %s', relname, relrowsecurity, relforcerowsecurity)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "policy": """
        SELECT format('%s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check)
        FROM pg_policies WHERE schemaname = 'public'""",
    "trigger": """
        SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal""",
    "function": """
        SELECT format('%s %s', proowner::regrole, pg_get_functiondef(p.oid))
        FROM pg_proc p WHERE pronamespace = 'public'::regnamespace""",
    "grant": """
        SELECT format('%s %s', relname, a::text)
        FROM pg_class c CROSS JOIN unnest(relacl) a
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "column grant": """
        SELECT format('%s.%s %s', relname, attname, a::text)
        FROM pg_attribute t JOIN pg_class c ON c.oid = attrelid CROSS JOIN unnest(attacl) a
        WHERE relnamespace = 'public'::regnamespace""",
    "function grant": """
        SELECT format('%s %s', proname, a::text) FROM pg_proc CROSS JOIN unnest(proacl) a
        WHERE pronamespace = 'public'::regnamespace""",
    "schema grant": """
        SELECT format('%s %s', nspname, a::text)
        FROM pg_namespace CROSS JOIN unnest(nspacl) a WHERE nspname = 'public'""",
    "default": "SELECT format('%s %s', defaclrole::regrole, defaclacl) FROM pg_default_acl",
}


def shape(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    """Columns, constraints and indexes: what models can express. In no order."""
    return _lines(connection, SHAPES)


def everything(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    """The shape, and who may do what to it."""
    return _lines(connection, SHAPES | RIGHTS)


def _lines(connection: psycopg.Connection[tuple[object, ...]], queries: dict[str, str]) -> set[str]:
    return {
        f"{kind}: {line}"
        for kind, query in queries.items()
        for (line,) in connection.execute(query.encode())
    }
