"""YAML in which a key written twice is an error. SafeLoader keeps the last of the two and says nothing."""

from __future__ import annotations

from typing import Any

import yaml


class RepeatedKeyError(ValueError):
    """A key stands twice in one mapping; the message names line and key and says what to do."""

    def __init__(self, line: int, key: str) -> None:
        super().__init__(f"第{line}行：键“{key}”写了两次，应只写一次。请删去其中一个。")


class StrictLoader(yaml.SafeLoader):
    """Raises RepeatedKeyError from within `yaml.load`, which lets it pass."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        key = str(loader.construct_object(key_node))
        if key in seen:
            raise RepeatedKeyError(key_node.start_mark.line + 1, key)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.SafeLoader.DEFAULT_MAPPING_TAG, _mapping)
