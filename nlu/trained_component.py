"""What the Rasa components that learn a model share: creating, storing and loading it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from typing_extensions import Self

from nlu.quick_loading import load_quickly

_FOLDER = Path(__file__).parent


class StoredModel(Protocol):
    """What training leaves behind, as files in a folder."""

    def save(self, folder: Path) -> None:
        """Writes itself into a folder that exists."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads what `save` wrote."""


ModelT = TypeVar("ModelT", bound=StoredModel)


class TrainedComponent(Generic[ModelT], GraphComponent):
    """A component that learns one model; without messages to learn from it stores none.

    Attributes:
        model_type: the class of the model.
    """

    model_type: ClassVar[type[StoredModel]]

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        model: ModelT | None = None,
    ) -> None:
        """Keeps the configuration, completed by the defaults, and a trained model."""
        self._config = {**self.get_default_config(), **config}
        self._name = name
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Creates an untrained component."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Loads what training stored, if it stored anything."""
        load_quickly()  # Rasa loads the domain after the components
        try:
            with model_storage.read_from(resource) as folder:
                model: Any = cls.model_type.load(folder)
        except ValueError:  # Rasa's word for: this resource was never written
            model = None
        return cls(config, execution_context.node_name, model_storage, resource, model)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Returns what else decides on the result of training, for Rasa's cache."""
        return code_fingerprint()

    def _store(self, model: ModelT) -> None:
        """Keeps a model that was just trained."""
        self._model = model
        with self._model_storage.write_to(self._resource) as folder:
            model.save(folder)


def code_fingerprint() -> str:
    """Returns a hash of the code and word lists of this package.

    Rasa's cache looks at the source of the component's class only: with a change below it the
    cache would bring back what the old code learned.
    """
    digest = hashlib.sha256()
    for path in sorted(_FOLDER.glob("**/*")):
        if path.suffix in {".py", ".yml", ".json"}:
            digest.update(path.relative_to(_FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
