"""
What assignment decides, by subject: who leads, what is owed, how a case ends.

Pure: facts, days, rules and ids are arguments. What is owed and who leads are
recomputed from all facts of a matter whenever one more is recorded, so the
order in which facts arrive changes nothing.
"""
