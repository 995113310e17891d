"""
The requirements of the five documents as rows: the id, the sentence of the document,
what the office sends, and what the system must show. One file for each programme.
"""
