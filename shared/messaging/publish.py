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
    to be thrown away, so that a late confirm is not taken for another message's.
    """
    said, body = message.properties, message.body
    channel.basic_publish_confirm(
        channel.prepare_message(
            body if isinstance(body, bytes) else body.encode(),
            content_type=said.get("content_type"),
            content_encoding=said.get("content_encoding"),
            headers=headers,
            properties={
                "message_id": said.get("message_id"),
                "type": said.get("type"),
                "delivery_mode": 2,
            },
        ),
        exchange=exchange,
        routing_key=key,
        mandatory=True,
        confirm_timeout=CONFIRM_SECONDS,
    )
