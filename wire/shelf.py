"""The only plug-in mechanism: a folder of modules, each with one constant."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def collect(folder: ModuleType, constant: str, kind: type[T]) -> tuple[T, ...]:
    """Every item on a shelf, in the order of the module names.

    Args:
        folder: the package whose modules are the shelf.
        constant: the name that each module must define.
        kind: the type that the constant must have.

    Raises:
        TypeError: a module has no such constant, or one of another type. A shelf is code, so this is our own fault.
    """
    items: list[T] = []
    for name in sorted(info.name for info in iter_modules(folder.__path__)):
        item = getattr(import_module(f"{folder.__name__}.{name}"), constant, None)
        if not isinstance(item, kind):
            raise TypeError(f"{folder.__name__}.{name} must define {constant}: {kind.__name__}")
        items.append(item)
    return tuple(items)
