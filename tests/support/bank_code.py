"""The answers of a bank as a learner writes them."""

import ast


def functions_in(statement):
    """Return the functions that a statement of a bank defines, without marks and by their names.

    A keyword of `e.wrong("sentence", tripled=lambda values: ...)` gives `def tripled(values): return ...`.
    """
    if isinstance(statement, ast.FunctionDef):
        return [_function(statement.name, statement.args, statement.body)]
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return []
    return [
        _function(each.arg, each.value.args, [ast.Return(each.value.body)])
        for each in statement.value.keywords
        if isinstance(each.value, ast.Lambda)
    ]


def _function(name, arguments, body):
    return ast.fix_missing_locations(ast.FunctionDef(name, arguments, body, [], type_params=[]))
