"""Makes training and loading quick where Rasa 3.6.21 and its ruamel.yaml 0.17.21 waste time.

- ruamel.yaml's `resolve` appends the resolvers of every first letter to the list of one letter
  each time that it looks at a scalar. The lists grow while a file is read: quadratic time.
- Loading a model, Rasa checks the model's domain, which it checked before it wrote it, against a
  schema. With the texts of four languages in it that takes half of the loading time.
- Rasa checks a file of messages by a reader that remembers each thing's line, twenty times as slow
  as the one that it learns by. The lines are of use only where a file has a fault.

Together: a model loads in 4 s instead of 15, and 31,000 messages are read in 3 s instead of 16.
`tests/unit/nlu/test_quick_loading.py` fails when what is replaced here changes.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from pykwalify.core import Core
from pykwalify.errors import SchemaError
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.constants import RESPONSES_SCHEMA_FILE, SCHEMA_EXTENSIONS_FILE
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.formats.rasa_yaml import NLU_SCHEMA_FILE, RasaYAMLReader
from rasa.shared.utils.io import read_yaml, read_yaml_file
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

_resolve = VersionedResolver.resolve
_validate = RasaYAMLReader.validate


def load_quickly() -> None:
    """Replaces the slow functions; doing it twice changes nothing more."""
    VersionedResolver.resolve = _resolve_without_growth  # type: ignore[method-assign]
    DomainProvider.load = classmethod(_load_without_check)
    RasaYAMLReader.validate = _validate_without_lines


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


def _validate_without_lines(self: RasaYAMLReader, string: str) -> None:
    """Accepts what has no fault; otherwise the original says what is wrong, and in which line."""
    try:
        checked = Core(
            source_data=read_yaml(string),
            schema_data=_message_schema(),
            extensions=[str(files("rasa") / SCHEMA_EXTENSIONS_FILE)],
        )
        checked.validate(raise_exception=True)
    except (YAMLError, SchemaError):
        _validate(self, string)


@lru_cache(maxsize=1)
def _message_schema() -> dict[str, Any]:
    names = (NLU_SCHEMA_FILE, RESPONSES_SCHEMA_FILE)
    parts = [read_yaml_file(str(files("rasa") / name)) for name in names]
    return {name: rule for part in parts for name, rule in part.items()}
