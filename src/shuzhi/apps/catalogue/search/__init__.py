"""Finding datasets by Chinese words, part-words, codes, pinyin and initials, on either database."""

from shuzhi.apps.catalogue.search.index import index_dataset, search_datasets

__all__ = ["index_dataset", "search_datasets"]
