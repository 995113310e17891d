"""
The dossier of a case (一案一档) as one PDF: what it holds, how it is made of that, and
the process in which it is made (MX-24, JZ-47).

The same record and the same documents give the same bytes.
"""
