"""
Petitions as intake decides them: steps, replies, deliveries, and where they go.
"""
