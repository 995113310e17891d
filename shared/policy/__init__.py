"""
Programmes, rule sets, directory and calendar: policy as checked data.
"""
