"""Repair of text: one module per family, each a pure function from a text to a ``Cleaned``.

``pipelines.clean.repair_order.clean_text`` runs them in order.
"""
