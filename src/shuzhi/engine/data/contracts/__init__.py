"""Data contracts: loaded, validated, drafted, turned into templates."""

from shuzhi.engine.data.contracts.document import Document, load_contract, read_document, validate
from shuzhi.engine.data.contracts.dumping import dump_contract
from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.contracts.problems import ContractError
from shuzhi.engine.documents import Problem

__all__ = [
    "Contract",
    "ContractError",
    "Document",
    "Problem",
    "dump_contract",
    "load_contract",
    "read_document",
    "validate",
]
