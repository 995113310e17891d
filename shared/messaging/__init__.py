"""
RabbitMQ: topology, outbox, relay, inbox, consumers and dead letters.
"""
