"""Retrievers for frameworks, one module each: ``langchain``, ``llama_index``, ``haystack``.

Each module has a ``KbsearchRetriever`` and needs the extra of its name (``llama-index`` for ``llama_index``).
"""
