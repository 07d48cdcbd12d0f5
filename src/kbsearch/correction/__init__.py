"""What the user may have meant: typing errors, homophones, pinyin and initials, from the index's own terms.

- :mod:`~kbsearch.correction.suspicion`: does a query look as if it needed correcting? Cheap, asked for every query.
- :mod:`~kbsearch.correction.corrector`: proposals for a query, and the nearest terms that exist. It needs a
  :class:`~kbsearch.correction.vocabulary.Vocabulary`, made of the index's terms.

How a proposal is found: each piece of the query can be read in several ways (as it stands, as a word that differs by
an edit, as the characters that a spelling in pinyin stands for …); a *reading* has a cost, a *lattice* holds them all,
and its cheapest paths that beat the query as it stands are the proposals.
"""
