"""
Computes the figures of the story by itself: the independent judge of the product.

It reads the ledgers and `story.yaml` and imports nothing of the services, of `shared`
or of the rest of the demonstration: `days.py` counts days, `ledgers.py` reads rows and
decides the scope, `book.py` keeps what happened, `figures.py` defines each figure.
A definition names the sentence it follows: 实施方案 is the plan of 2020-12-29, PY-, A-
and TL- are its numbered requirements, the points settled beside it, and limits of law.
`python -m deploy.demo.expected` writes `expected.json`.
"""
