"""Scenario packs: folders of YAML that are loaded and checked here, with no database."""
