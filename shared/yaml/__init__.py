"""
YAML files with line numbers, decoded into dataclasses.
"""
