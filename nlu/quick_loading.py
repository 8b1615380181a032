"""Makes training and loading quick where Rasa 3.6.21 and its ruamel.yaml 0.17.21 waste time.

- ruamel.yaml's `resolve` appends the resolvers of every first letter to the list of one letter
  each time that it looks at a scalar. The lists grow while a file is read: quadratic time.
- Loading a model, Rasa checks the model's domain, which it checked before it wrote it, against a
  schema. With the texts of four languages in it that takes half of the loading time.

Together: a model loads in 4 s instead of 15. `tests/unit/nlu/test_quick_loading.py` fails when
what is replaced here changes.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

_resolve = VersionedResolver.resolve


def load_quickly() -> None:
    """Replaces the slow functions; doing it twice changes nothing more."""
    VersionedResolver.resolve = _resolve_without_growth  # type: ignore[method-assign]
    DomainProvider.load = classmethod(_load_without_check)


def _resolve_without_growth(
    self: VersionedResolver, kind: Any, value: Any, implicit: tuple[bool, bool]
) -> Any:
    if kind is not ScalarNode or not implicit[0]:
        return _resolve(self, kind, value, implicit)
    by_letter = self.versioned_resolver
    for resolvers in (by_letter.get(value[:1], ()), by_letter.get(None, ())):
        for tag, pattern in resolvers:
            if pattern.match(value):
                return tag
    # The original has nothing left to look for.
    return _resolve(self, kind, value, (False, implicit[1]))


def _load_without_check(
    cls: type[DomainProvider],
    /,
    config: dict[str, Any],
    model_storage: ModelStorage,
    resource: Resource,
    execution_context: ExecutionContext,
    **kwargs: Any,
) -> DomainProvider:
    with model_storage.read_from(resource) as folder:
        domain = Domain.from_dict(read_yaml_file(folder / "domain.yml"))
    return cls(model_storage, resource, domain)
