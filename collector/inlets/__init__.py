"""Where events come in: HTTPS and Kafka. Both end in ``collector.intake``."""
