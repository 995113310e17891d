"""
Splink on the records of a file: `python link.py RECORDS.jsonl SEED`.

Gets the same normalised fields and the same blocking as the rules it is compared with.
Its weights are estimated from the records (EM); the threshold is the best for F1 that
the truth allows, which no office could know.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BLOCKING = [
    block_on("id_no"),
    block_on("substr(id_no, 1, 10)", "sound"),
    block_on("right(id_no, 8)", "sound"),
    block_on("phone"),
    block_on("substr(name, 1, 1)", "case_digits"),
    block_on("sound", "city"),
]
SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=BLOCKING,
    comparisons=[
        cl.CustomComparison(
            output_column_name="name",
            comparison_levels=[
                {"sql_condition": "name_l IS NULL", "is_null_level": True},
                {"sql_condition": "name_l = name_r"},
                {"sql_condition": "sound_l = sound_r"},
                {"sql_condition": "levenshtein(name_l, name_r) <= 1"},
                {"sql_condition": "ELSE"},
            ],
        ),
        cl.DamerauLevenshteinAtThresholds("id_no", [1]),
        cl.DamerauLevenshteinAtThresholds("phone", [1]),
        cl.DamerauLevenshteinAtThresholds("case_no", [1]),
        cl.JaccardAtThresholds("demand", [0.8, 0.6, 0.4]),
        cl.ArrayIntersectAtSizes("amounts", [1]),
        cl.ArrayIntersectAtSizes("years", [1]),
    ],
)


def main() -> None:
    table, seed = sys.argv[1], int(sys.argv[2])
    logging.disable(logging.CRITICAL)
    began = time.perf_counter()
    api = DuckDBAPI()
    connection = api._con  # noqa: SLF001 - it makes the connection itself
    connection.execute(f"CREATE TABLE records AS FROM read_json_auto('{table}')")
    linker = Linker(api.register("records"), SETTINGS)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("id_no", "case_no")], recall=0.4
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in (block_on("id_no"), block_on("phone"), block_on("case_no", "name")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=-10)
    name = pairs.physical_name
    seconds = time.perf_counter() - began
    links = connection.execute(  # the table is Splink's own
        f"""
        SELECT p.match_weight, a.matter = b.matter FROM {name} AS p
        JOIN records AS a ON a.unique_id = p.unique_id_l
        JOIN records AS b ON b.unique_id = p.unique_id_r ORDER BY 1 DESC
        """  # noqa: S608
    ).fetchall()
    (true,) = connection.execute(
        "SELECT sum(n * (n - 1) // 2) FROM"
        " (SELECT count(*) AS n FROM records GROUP BY matter)"
    ).fetchone()
    print(json.dumps({**best(links, int(true)), "seconds": seconds}))


def best(links: list[tuple[float, bool]], true: int) -> dict[str, float]:
    """
    The threshold of the best F1.
    """
    answer: dict[str, float] = {"found": 0, "both": 0, "true": true, "threshold": 0}
    both, highest = 0, 0.0
    for count, (weight, is_match) in enumerate(links, start=1):
        both += is_match
        if (f1 := 2 * both / (count + true)) > highest:
            highest = f1
            answer |= {"found": count, "both": both, "threshold": round(weight, 2)}
    return answer


if __name__ == "__main__":
    main()
