"""A district to try things on: real divisions, real heritage, synthetic people and firms."""
