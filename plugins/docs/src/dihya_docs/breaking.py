"""What a change of the contract would break for authors; whatever is only added breaks nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, Any]


def broken(old: Shape, new: Shape) -> list[str]:
    """Return a sentence for each thing on which an author may rely and that is not there any more.

    Nothing is broken by another major version: that is what it says.
    """
    if str(old["contract"]).partition(".")[0] != str(new["contract"]).partition(".")[0]:
        return []
    return [*_hooks(old["hooks"], new["hooks"]), *_modules(old["names"], new["names"])]


def _hooks(old: Shape, new: Shape) -> Iterator[str]:
    for name, was in old.items():
        if (now := new.get(name)) is None:
            yield f"hook {name} is gone"
            continue
        for word in ("kind", "on_error"):
            if was[word] != now[word]:
                yield f"hook {name}: {word} is {now[word]!r}, and was {was[word]!r}"
        if not _narrower(was["result"], now["result"]):  # implementations give it
            yield f"hook {name}: result is {now['result']!r}, and was {was['result']!r}"
        for place in was["found"]:
            if place not in now["found"]:
                yield f"hook {name}: {place} is not read any more"
        for argument, kind in was["arguments"].items():
            if argument not in now["arguments"]:
                yield f"hook {name}: argument {argument} is gone"
            elif not _narrower(now["arguments"][argument], kind):  # implementations receive it
                yield f"hook {name}: argument {argument} is {now['arguments'][argument]}, and was {kind}"


def _modules(old: Shape, new: Shape) -> Iterator[str]:
    for module, names in old.items():
        place = f"dihya_hookspecs.{module}".rstrip(".")
        if module not in new:
            yield f"module {place} is gone"
            continue
        for name, was in names.items():
            now = new[module].get(name)
            if now is None:
                yield f"{place}.{name} is gone"
            elif was["is"] != now["is"]:
                yield f"{place}.{name} is a {now['is']}, and was a {was['is']}"
            else:
                yield from (f"{place}.{name}{said}" for said in _CHANGES[was["is"]](was, now))


def _function(was: Shape, now: Shape) -> Iterator[str]:
    """Yield what breaks a call, or what is done with the answer."""
    known = {one["name"]: one for one in now["parameters"]}
    places = [one["name"] for one in now["parameters"] if one["by"] == "place"]
    for number, one in enumerate(was["parameters"]):
        name = one["name"]
        if name not in known:
            if f"**{name}" not in now["more"]:
                yield f": parameter {name} is gone"
            continue
        if one["by"] == "place" and places[number : number + 1] != [name]:
            yield f": parameter {name} is not at its place any more"
        if one["optional"] and not known[name]["optional"]:
            yield f": parameter {name} must be given now"
        if not _narrower(one["type"], known[name]["type"]):
            yield f": parameter {name} takes {known[name]['type']}, and took {one['type']}"
    before = {one["name"] for one in was["parameters"]}
    for one in now["parameters"]:
        if one["name"] not in before and not one["optional"]:
            yield f": parameter {one['name']} is new, and must be given"
    for more in was["more"]:
        if more not in now["more"]:
            yield f": {more} is gone"
    if not _narrower(now["returns"], was["returns"]):
        yield f": returns {now['returns']}, and returned {was['returns']}"


def _class(was: Shape, now: Shape) -> Iterator[str]:
    """Yield what breaks whoever makes, reads, calls or extends it."""
    for base in was["bases"]:
        if base not in now["bases"]:
            yield f": is no {base} any more"
    for name, field in was["fields"].items():
        other = now["fields"].get(name)
        if other is None:
            if name not in now["methods"]:
                yield f".{name} is gone"
        elif field["type"] != other["type"]:
            yield f".{name} is {other['type']}, and was {field['type']}"
        elif field["optional"] and not other["optional"]:
            yield f".{name} must be given now"
    if [name for name in now["order"] if name in was["fields"]] != [
        name for name in was["order"] if name in now["fields"]
    ]:
        yield ": its fields come in another order"
    elif now["order"][: len(was["order"])] != was["order"] and set(was["order"]) <= set(now["order"]):
        yield ": a new field stands before old ones"
    for name, field in now["fields"].items():
        if name not in was["fields"] and not field["optional"] and "Protocol" not in now["bases"]:
            yield f".{name} is new, and must be given"
    for name, method in was["methods"].items():
        if name not in now["methods"]:
            if name not in now["fields"]:
                yield f".{name} is gone"
        else:
            yield from (f".{name}{said}" for said in _function(method, now["methods"][name]))


def _constant(was: Shape, now: Shape) -> Iterator[str]:
    if was["type"] and not _narrower(was["type"], now["type"]):
        yield f" is {now['type'] or 'of no type'}, and was {was['type']}"


def _narrower(one: str, other: str) -> bool:
    """Tell whether all that is of type *one* is of type *other*, as far as their words tell."""
    if one == other or other in ("", "Any", "object"):
        return True
    return _parts(one) <= _parts(other)


def _parts(said: str) -> set[str]:
    """Return the parts of a union, and the words of a choice."""
    try:
        node = ast.parse(said, mode="eval").body
    except SyntaxError:
        return {said}
    found: set[str] = set()
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            todo += [node.left, node.right]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            words = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            found |= {ast.unparse(word) for word in words}
        else:
            found.add(ast.unparse(node))
    return found


_CHANGES = {"function": _function, "class": _class, "value": _constant}
