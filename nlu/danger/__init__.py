"""Danger signs in patients' messages: words, rules and context behind the emergency gate."""
