"""A local WhatsApp Cloud API with a phone-like page, for trying, tests and demos."""
