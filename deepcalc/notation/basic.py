"""SymPy's ``Basic``, the base of every node, as a type checker is to see it: SymPy itself has no types.

Without this face every node would be ``Any`` to the checker, and a number passed where an expression belongs would be
found by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Self

    class Basic:
        """An immutable tree, compared by structure."""

        __slots__ = ()
        args: tuple[Any, ...]
        _args: tuple[Any, ...]
        _mhash: int | None

        def __new__(cls, *args: Any) -> Self: ...
        @property
        def func(self) -> Callable[..., Self]: ...
        @property
        def free_symbols(self) -> set[Basic]: ...
        def xreplace(self, rule: Mapping[Any, Any]) -> Any: ...
        def _hashable_content(self) -> tuple[Any, ...]: ...

    class Atom(Basic):
        """A tree without parts."""

        __slots__ = ()

    class Str(Atom):
        """A text in the place of a part."""

        __slots__ = ("name",)
        name: str

else:
    from sympy.core.basic import Atom, Basic
    from sympy.core.symbol import Str

__all__ = ["Atom", "Basic", "Str"]
