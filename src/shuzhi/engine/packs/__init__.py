"""Scenario packs: folders of YAML that are loaded and checked here, with no database."""

from shuzhi.engine.packs.pack import Pack, built_in_packs, check_pack, load_pack, read_pack

__all__ = ["Pack", "built_in_packs", "check_pack", "load_pack", "read_pack"]
