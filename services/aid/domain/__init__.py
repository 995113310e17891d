"""
What aid decides: who may be granted how much, and that it is paid once.

Pure: days, posts and the cap are arguments. Money is in fen.
"""
