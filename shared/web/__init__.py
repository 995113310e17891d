"""
HTTP endpoints: requests, authentication, problems and OpenAPI.
"""
