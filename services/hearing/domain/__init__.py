"""
What hearing decides: pure functions over typed values, one module a step.

`hearing` has the states and the moves between them; then in the order of the steps:
`requests`, `decisions`, `planning`, `panels` (from the register in `members`),
`notices`, `adjourning`, `sittings`, `opinions`, `results`.

Days, posts, chance and the programme's terms are arguments. What has happened is never
in the future; only the day of a sitting may be.
"""
