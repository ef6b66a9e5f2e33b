"""Set-up of the documents app."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kap.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from kap.core import dispatch
        from kap.documents import chart, nav  # noqa: F401 -- they register themselves
        from kap.documents.models import RenderJob
        from kap.documents.rendering import MAX_TRIES

        dispatch.register_outlet(
            dispatch.Outlet(
                model=RenderJob,
                send=partial(dispatch.queue, "documents.render"),
                may_repeat=True,
                max_attempts=MAX_TRIES,
            )
        )
