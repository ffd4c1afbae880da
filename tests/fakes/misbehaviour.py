"""How a far side fails: on demand, once for each entry, in order."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

from fastapi import Response


@dataclasses.dataclass
class Misbehaviour:
    """`todo` holds what comes next: 429:7, 500, hang, cut, or a code of the platform; then all is well again."""

    todo: list[str] = dataclasses.field(default_factory=list)
    hang_for: float = 30.0

    async def next(self, refuse: Callable[[str], Response]) -> Response | None:
        """The failure that is due, None when there is none. `refuse` words the platform's own errors."""
        if not self.todo:
            return None
        what = self.todo.pop(0)
        if what == "hang":
            await asyncio.sleep(self.hang_for)
            return None
        if what == "cut":
            raise ConnectionResetError("cut by the fake")
        if what == "500":
            return Response(status_code=500, content="<html>oops")
        return refuse(what)


Call = tuple[str, dict[str, Any]]
