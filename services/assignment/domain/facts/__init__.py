"""
The facts of a matter: what happened in it, each a frozen record of its own type.

Everything that is owed, led, escalated or counted follows from them. A rule of a
programme names a fact by `name` and asks for its fields. A fact that another service
announces has the name of that event and some of its fields; the name of every other
begins with `matter.`.
"""
