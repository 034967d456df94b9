"""Repair of text: one module per family, each a pure function from a text to a ``Cleaned``.

``pipelines.text.clean.clean_text`` runs them in order.
"""
