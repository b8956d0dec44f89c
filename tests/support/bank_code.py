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


def code_of(answer, bank):
    """Return an answer of a bank as a learner would have written it into the exercise's cell.

    bank: the text of `answers.py`.
    """
    if not callable(answer.value):
        return f"{answer.exercise} = {answer.value!r}"
    needed = _needed_by(answer.name, ast.parse(bank).body)
    return "\n".join([*map(ast.unparse, needed), f"{answer.exercise} = {answer.name}"])


def _needed_by(name, statements):
    """Return the imports, and those functions and names of a bank on which the answer of this name leans."""
    statements = [each for node in statements for each in functions_in(node) or [node]]
    defining = {}
    for node in statements:
        if isinstance(node, ast.FunctionDef):
            defining[node.name] = node
        elif isinstance(node, ast.Assign):
            targets = [each for target in node.targets for each in ast.walk(target)]
            defining |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    needed, waiting = [], [name]
    while waiting:
        node = defining.pop(waiting.pop(), None)
        if node is not None:
            needed.append(node)
            waiting += [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    return [node for node in statements if isinstance(node, ast.Import) or node in needed]


def _function(name, arguments, body):
    return ast.fix_missing_locations(ast.FunctionDef(name, arguments, body, [], type_params=[]))
