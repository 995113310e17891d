"""
Where the helpdesk answers: its own pages and its REST API.
"""

from django.urls import include, path
from rest_framework.authentication import TokenAuthentication


class Bearer(TokenAuthentication):
    """Tokens as the load sends them: `Authorization: Bearer`."""

    keyword = "Bearer"


urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
