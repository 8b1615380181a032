"""The parts of the reader of time expressions: text, words, grammar, calendar."""
