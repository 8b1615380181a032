"""Errors of documents.

DocumentsError
├── DocumentNotFoundError
├── DocumentRefusedError      the file is empty, too large, or not of a type that is taken
└── EmptyDocumentError        nothing stands in it: no medicine, no line
"""

from __future__ import annotations


class DocumentsError(Exception):
    """Something about a document cannot be done."""


class DocumentNotFoundError(DocumentsError):
    """There is no such document, or its content is erased."""


class DocumentRefusedError(DocumentsError):
    """The file is empty, too large, or not of a type that is taken."""


class EmptyDocumentError(DocumentsError):
    """Nothing stands in it: no medicine, no line."""
