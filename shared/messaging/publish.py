"""
Sends a message on unchanged: to a delay queue, to the dead letters, or back from there.

The copy keeps its id, its type and its bytes; only the headers are new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONFIRM_SECONDS = 10


def forward(
    channel: Any, message: Any, *, exchange: str, key: str, headers: Mapping[str, Any]
) -> None:
    """
    Publish a copy of *message* and wait until the broker has confirmed it.

    Raises whatever the broker's silence or refusal raises; the connection is then
    to be thrown away, so that a late confirm is not mistaken for another message's.
    """
    properties, body = message.properties, message.body
    channel.basic_publish_confirm(
        channel.prepare_message(
            body if isinstance(body, bytes) else body.encode(),
            content_type=properties.get("content_type"),
            content_encoding=properties.get("content_encoding"),
            headers=headers,
            properties={
                "message_id": properties.get("message_id"),
                "type": properties.get("type"),
                "delivery_mode": 2,
            },
        ),
        exchange=exchange,
        routing_key=key,
        mandatory=True,
        confirm_timeout=CONFIRM_SECONDS,
    )
