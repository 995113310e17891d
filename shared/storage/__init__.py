"""
PostgreSQL: transactions, migrations, audit trail and field encryption.
"""
