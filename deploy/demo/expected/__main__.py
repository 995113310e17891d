"""
`python -m deploy.demo.expected` writes `expected.json`.
"""

from deploy.demo.expected.figures import write

write()
