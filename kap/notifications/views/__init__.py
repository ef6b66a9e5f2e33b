"""Pages of messages: the outbox, one message, and the demo's mailbox."""
