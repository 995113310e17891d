"""
Documents: files that offices file with a matter, and papers that the system made.

Every service that takes them has the same tables and endpoints; all keep the bytes in
one folder, encrypted and under the digest of their content (decision 0036).
"""
