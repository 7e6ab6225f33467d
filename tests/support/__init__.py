"""What tests lean on: servers, cloned databases, sessions, shut sockets."""
