"""Who may do what: permissions open doors, rules choose rows and columns, policies narrow both; default deny."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import NotFound, Refused
from dihya_hookspecs.access import SHARED_ROLES, SIGNED_IN, AccessPolicy, Actor, Decision, Denial, Permission, Role
from dihya_hookspecs.acts import _current, current
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.scopes import Viewer

from dihya_core.policies import HOOK, Objection, asked, conditions, holds, refuse, written

if TYPE_CHECKING:
    from dihya_hookspecs.scopes import Rule
    from dihya_hookspecs.web import Resource
    from sqlalchemy import ColumnElement, Select

    from dihya_core.runtime import Runtime

MOST = 10_000
MACHINE = {"system": "the application itself", "operator": "whoever runs commands on this machine"}


class AccessRules:
    """Implements ``dihya_hookspecs.access.Access``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._built: dict[str, Any] = {}
        self._permits: dict[tuple[object, ...], Decision] = {}
        runtime.forget.append(self._forget)

    def permissions(self) -> dict[str, Permission]:
        """Every registered permission by name."""
        return self._once("register_permissions", _by_name)[0]  # type: ignore[no-any-return]

    def roles(self) -> dict[str, Role]:
        """Every role by name: the shared ones, then those that plugins registered."""
        return self._once("register_permissions", _by_name)[1]  # type: ignore[no-any-return]

    def _once(self, hook: str, build: Callable[[Any], Any]) -> Any:
        """Build something of what was collected, once, until a plugin is quarantined."""
        if hook not in self._built:
            found = self._runtime.collected(hook)  # a plugin that fails now is forgotten meanwhile
            self._built[hook] = build(found)
        return self._built[hook]

    def _forget(self, plugin: str) -> None:
        self._built.clear()
        self._permits.clear()

    def decide(self, actor: Actor | None, action: str, object: Any = None) -> Decision:
        """Tell whether *actor* holds the permission and, given a record, whether they reach it."""
        if actor is not None and (machine := MACHINE.get(actor.kind)):
            return Decision(True, f"{machine} may do everything", machine)
        verdict = self._at_door(actor, action)
        if not verdict or object is None:
            return verdict
        reached = self.reaches(actor, action, object)
        if not reached:
            return reached
        return Decision(True, f"{verdict.reason}; {reached.reason}", f"{verdict.by}; {reached.by}")

    def _at_door(self, actor: Actor | None, action: str) -> Decision:
        """Return the verdict without a record, kept as long as the act has this actor."""
        kept: Any = getattr(_current.get(None), "verdicts", None)
        if kept is None:
            return self._judged(actor, action)
        if kept.get("") is not actor:  # compared by identity: hashing an actor takes longer than judging
            kept.clear()
            kept[""] = actor
        if (verdict := kept.get(action)) is None:
            verdict = kept[action] = self._judged(actor, action)
        return verdict  # type: ignore[no-any-return]

    def _judged(self, actor: Actor | None, action: str) -> Decision:
        found, lost = self._known_policies()
        if not found and not lost:
            return self._permitted(actor, action)
        if lost:
            reason = f"plugin {lost!r} has policies and is quarantined, so that nobody can tell whether you may; disable it to go on without them"
            return refuse(reason, f"the policies of plugin {lost!r}", "policy-lost", plugin=lost)
        verdict = self._permitted(actor, action)
        try:
            for name, policy in self._policies(action) if verdict else ():
                asked(name, policy, policy.judge, actor, action, None)
        except Objection as objection:
            return objection.decision
        return verdict

    def _known_policies(self) -> tuple[Any, str]:
        return self._once("register_policies", self._with_lost)  # type: ignore[no-any-return]

    def _with_lost(self, found: Any) -> tuple[Any, str]:
        """Return the policies, and the name of a plugin whose policies nobody can ask; empty for none."""
        quarantined = ((name, one) for name, one in self._runtime.plugins.items() if one.state == "quarantined")
        return found, next((name for name, one in quarantined if HOOK in one.hooks or written(one.candidate)), "")

    def _permitted(self, actor: Actor | None, permission: str) -> Decision:
        """Judge by the roles of the actor and the scopes of their key; the same roles have the same answer."""
        held = (permission, None, None) if actor is None else (permission, actor.roles, actor.scopes)
        if (verdict := self._permits.get(held)) is None:
            if len(self._permits) >= MOST:  # made-up names of permissions do not fill the memory
                self._permits.clear()
            verdict = self._permits[held] = self._looked_up(actor, permission)
        return verdict

    def _looked_up(self, actor: Actor | None, permission: str) -> Decision:
        known = self.permissions().get(permission)
        if known is None:
            return refuse(f"permission {permission!r} is not registered by any active plugin", "no permission")
        by, held = f"permission {permission!r}", known.comes_with(actor.roles if actor else None)
        if not held:
            if actor is None or SIGNED_IN in known.roles:
                return refuse(f"sign in first; a right is needed: {known.sentence.en}", by, "sign-in")
            return self._without_role(known, by)
        if actor is not None and actor.scopes is not None and permission not in actor.scopes:
            reason = f"this key or token lacks the scope {permission!r}: {known.sentence.en}"
            return refuse(reason, by, "scope", right=known.sentence, scope=permission)
        roles = [role for role in held if role != SIGNED_IN]
        return Decision(True, f"it comes with the role {', '.join(roles)}" if roles else "whoever is signed in may", by)

    def _without_role(self, permission: Permission, by: str) -> Decision:
        """Say in words which right is missing, with which roles it comes, and who gives them."""
        known = self.roles()
        captions = [known[name].caption for name in permission.roles if name in known]
        roles = Text(" or ".join(role.en for role in captions), " ou ".join(role.fr for role in captions))
        reason = f"you lack a right: {permission.sentence.en}; it comes with the role {roles.en}, which an administrator can give you"
        return refuse(reason, by, "role", right=permission.sentence, roles=roles)

    def reaches(self, actor: Actor | None, action: str, record: Any) -> Decision:
        """Tell whether the rules and policies leave this record: the database says whether the list would hold it."""
        found = Decision(True, "no rule narrows these records", "no rule")
        if actor is not None and actor.kind in MACHINE:
            return found
        try:
            for by, words, condition in self._conditions(actor, action, type(record)):
                if not holds(record, condition):
                    return refuse(
                        f"with this right you reach {words.en}, and this is not among them", by, "row", rows=words
                    )
                found = Decision(True, f"it is among {words.en}", by)
            for name, policy in self._policies(action):
                asked(name, policy, policy.judge_record, actor, action, record)
        except Objection as objection:
            return objection.decision
        return found

    def demand(self, action: str, object: Any = None) -> None:
        """Raise Refused unless the actor of the running act may; NotFound for a record that they may not know of."""
        actor = current().actor
        verdict = self.decide(actor, action, object)
        if verdict:
            return
        if object is not None and verdict.code == "row":
            read = self.actions(type(object))[0]
            if read == action or not self.reaches(actor, read, object):
                raise NotFound(f"no record {str(object.id)!r} in {type(object).__tablename__}")
        raise refusal(verdict, actor)

    def scope(self, actor: Actor | None, action: str, select: Select[Any]) -> Select[Any]:
        """Return *select* with only those rows for which ``decide`` says yes."""
        from sqlalchemy import false, inspect

        model = select.column_descriptions[0].get("entity")
        if model is None or inspect(model).is_aliased_class:
            raise TypeError("a scope narrows the select of a model; write select(Model), without alias, and join to it")
        if not self.decide(actor, action):
            return select.where(false())
        condition = self.rows(actor, action, model)
        return select if condition is None else select.where(condition)

    def rows(self, actor: Actor | None, action: str, model: type) -> ColumnElement[bool] | None:
        """Return the condition for the rows that *actor* reaches once the door is open; None for all."""
        from sqlalchemy import and_

        if actor is not None and actor.kind in MACHINE:
            return None
        try:
            for name, policy in self._policies(action):
                if policy.judge_record is not None:
                    by = f"policy {policy.name!r} of plugin {name!r}"
                    reason = f"{by} judges one record at a time, so that no list can be shown"
                    raise Objection(refuse(reason, by, "no-list", policy=policy.name))
            conditions = [condition for _by, _words, condition in self._conditions(actor, action, model)]
        except Objection as objection:
            raise refusal(objection.decision, actor) from objection
        return and_(*conditions) if conditions else None

    def _conditions(
        self, actor: Actor | None, action: str, model: Any
    ) -> Iterator[tuple[str, Text, ColumnElement[bool]]]:
        """Yield every condition on the rows of *model*, with what says so and in which words. Raises Objection."""
        viewer = Viewer(actor, lambda permission: bool(self.decide(actor, permission)))
        for by, rule in self._rules(action, model):
            yield from conditions(by, rule, model, viewer)
        for name, policy in self._policies(action):
            if narrower := asked(name, policy, policy.judge, actor, action, model):
                yield from conditions(f"policy {policy.name!r} of plugin {name!r}", narrower, model, viewer)

    def _rules(self, action: str, model: Any) -> Iterator[tuple[str, Rule]]:
        """Yield what the table and its resources declare; a resource counts for its own permissions, all for any other."""
        writes = action == self.actions(model)[1]
        if model.__scope__ is not None:
            yield f"the scope of {model.__tablename__}", model.__scope__
        if writes and model.__write_scope__ is not None:
            yield f"the write scope of {model.__tablename__}", model.__write_scope__
        resources = self._resources().get(model, ())
        for resource in [one for one in resources if action in (one.read, one.write)] or resources:
            if resource.scope is not None:
                yield f"the scope of {resource.name}", resource.scope
            if resource.write_scope is not None and action != resource.read:
                yield f"the write scope of {resource.name}", resource.write_scope

    def _resources(self) -> dict[Any, list[Resource]]:
        return self._once("register_resources", _by_model)  # type: ignore[no-any-return]

    def actions(self, model: type) -> tuple[str, str]:
        """Return the permissions to read and to write a table, or what a ``Records`` class serves."""
        resources = self._resources()
        table = getattr(model, "__tablename__", "")
        if not table:  # a Records class: its own resource before others of the same table
            served = model.model  # type: ignore[attr-defined]
            own = [one for one in resources.get(served, ()) if one.service is model]
            return _rights(own[0]) if own else self.actions(served)
        if found := resources.get(model):
            return _rights(found[0])
        return f"{table}:read", f"{table}:write"

    def hidden(self, actor: Actor | None, action: str, model: Any) -> frozenset[str]:
        """Return the columns that *actor* does not see, and for an action that writes also those they may not write."""
        if actor is not None and actor.kind in MACHINE:
            return frozenset()
        roles = actor.roles if actor is not None else frozenset({"guest"})
        asked = ("visible_to", "editable_by") if action == self.actions(model)[1] else ("visible_to",)
        private = frozenset(
            name for one in self._resources().get(model, ()) if action in _rights(one) for name in one.private
        )
        return private.union(
            column.key
            for column in model.__table__.columns
            if any((to := getattr(column.info.get("field"), kind, ())) and not roles.intersection(to) for kind in asked)
        )

    def _policies(self, action: str | None) -> list[tuple[str, AccessPolicy]]:
        """Return the policies on a permission, with their plugins; on what needs none those about everything."""
        return [(name, one) for name, one in self._known_policies()[0] if fnmatchcase(action or "", one.actions)]

    def objection(self, actor: Actor | None, permission: str | None, request: Any) -> Denial | None:
        """Ask the plugins at the door; the first objection counts."""
        ask = self._runtime.hook_caller.hooks["check_access"].call
        objections = ask(actor, permission, request) if ask else ()
        return objections[0][1] if objections else None


def _by_name(found: Any) -> tuple[dict[str, Permission], dict[str, Role]]:
    roles = {role.name: role for role in SHARED_ROLES} | {
        item.name: item for _, item in found if isinstance(item, Role)
    }
    return {item.name: item for _, item in found if isinstance(item, Permission)}, roles


def _by_model(found: Any) -> dict[Any, list[Resource]]:
    resources: dict[Any, list[Resource]] = {}
    for _, resource in found:
        resources.setdefault(resource.service.model, []).append(resource)
    return resources


def _rights(resource: Resource) -> tuple[str, str]:
    """Return the permissions to read and to write; what nobody writes has a name by which its rules are asked."""
    return resource.read, resource.write or f"{resource.service.model.__tablename__}:write"


def refusal(denial: Denial | Decision, actor: Actor | None) -> Refused:
    """Return the error for a refusal: 401 for somebody unknown who should sign in, otherwise 403."""
    if actor is None and denial.code == "sign-in":
        return Refused(denial.reason, code="sign-in", status=401, headers={"WWW-Authenticate": "Bearer"})
    return Refused(denial.reason, code=denial.code, params=denial.params)


def unconfirmed() -> Refused:
    """Return the error for somebody who must give the password again (RFC 9470)."""
    return Refused(
        "this asks for your password again; you gave it too long ago", code="reauthenticate", status=401,
        headers={"WWW-Authenticate": 'Bearer error="insufficient_user_authentication"'},
    )  # fmt: skip
