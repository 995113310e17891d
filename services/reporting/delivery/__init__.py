"""
Rendering of returns and notices, and their delivery by mail.
"""
