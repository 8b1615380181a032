"""What `make nlu-report` is made of: held-out messages, arithmetic, comparison, page."""
