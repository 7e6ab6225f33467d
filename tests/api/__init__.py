"""The API over real HTTP messages, a real database and real commits."""
