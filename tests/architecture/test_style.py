"""Can a person read each file and each function in one go?"""

from __future__ import annotations

import ast

from tests.architecture.source import sources

EVERYTHING = ("intake", "worker", "migrations", "tests", "bench")
LINES = 250
TEST_LINES = 400
FUNCTION_LINES = 40
TASK_LINES = 12
VAGUE = {"utils", "util", "helpers", "common", "core", "base", "misc"}
# What every table and every channel shares.
BASES = {"intake/models/base.py", "worker/channels/base.py"}


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    last = function.end_lineno or function.lineno
    return last - body[0].lineno + 1 if body else 0


def is_code(node: ast.stmt) -> bool:
    """Neither docstring nor import nor a name given to a table of names."""
    return not isinstance(node, (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign))


def test_a_file_says_which_question_it_answers() -> None:
    silent = {s.name for s in sources(*EVERYTHING) if not ast.get_docstring(s.tree)}

    assert silent == set()


def test_a_file_is_read_in_one_go() -> None:
    lengths = {source.name: source.text.count("\n") for source in sources(*EVERYTHING)}

    assert not {
        name: length
        for name, length in lengths.items()
        if length > (TEST_LINES if name.startswith("tests/") else LINES)
    }


def test_functions_are_short() -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": lines(function)
        for source in sources("intake", "worker", "migrations")
        for function in source.functions()
        if lines(function) >= FUNCTION_LINES
    }

    assert long == {}


def test_tasks_only_call_a_service() -> None:
    long = {
        f"{source.name} {function.name}": lines(function)
        for source in sources("worker/tasks")
        for function in source.functions()
        if lines(function) > TASK_LINES
    }

    assert long == {}


def test_names_say_what_is_inside() -> None:
    vague = {
        source.name
        for source in sources(*EVERYTHING)
        if source.name.rpartition("/")[2].removesuffix(".py") in VAGUE
    }

    assert vague - BASES == set()


def test_packages_hold_a_docstring_and_a_registry_at_most() -> None:
    busy = {
        source.name
        for source in sources("intake", "worker")
        if source.name.endswith("__init__.py") and any(map(is_code, source.tree.body))
    }

    # The registry of commands, and the group that reads it.
    assert busy - {"intake/cli/__init__.py"} == set()


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = {
        f"{source.name} {function.name}"
        for source in sources(*EVERYTHING)
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }

    assert hidden == set()


def test_every_column_says_what_it_means() -> None:
    """The comments become the data dictionary."""
    silent = {
        f"{source.name} {table.name}.{ast.unparse(column.target)}"
        for source in sources("intake/models")
        for table in ast.walk(source.tree)
        if isinstance(table, ast.ClassDef)
        for column in table.body
        if isinstance(column, ast.AnnAssign) and is_column(column)
        if not source.text.splitlines()[column.lineno - 2].strip().startswith("#:")
    }

    assert (
        silent - {"intake/models/base.py HasId.id", "intake/models/base.py Versioned.version"}
        == set()
    )


def is_column(node: ast.AnnAssign) -> bool:
    """A mapped column, not a relation to another table."""
    value = ast.unparse(node.value) if node.value else ""
    return ast.unparse(node.annotation).startswith("Mapped[") and "relationship(" not in value
