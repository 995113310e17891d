-- What intake keeps of a registration, as pgbench can write it: the petition's row and
-- the event's row in one transaction. Same tables and indexes, rows as long.
BEGIN;
WITH same AS (SELECT md5(random()::text) AS matter)
INSERT INTO intake.petitions (number, office, programme, received_on, channel,
                              category, case_kind, repeat_of, origin, persons, state,
                              corrected, group_visit, matter, keys, names,
                              content, encrypted)
SELECT '410922-2021-' || lpad(nextval('intake.petition_numbers')::text, 7, '0'),
       '410922', 'puyang-2020', '2021-06-28', 'letter', 'claim',
       'criminal_appeal_court',
       (SELECT number FROM intake.petitions AS earlier
        WHERE earlier.matter = same.matter
        ORDER BY received_on, number LIMIT 1), 'own_screening', 1, 'registered',
       0, FALSE, matter, ARRAY[abs(hashtext(matter)), abs(hashtext(matter || '2'))],
       ARRAY[abs(hashtext(matter || '3'))], matter, decode(repeat('0f', 270), 'hex')
FROM same;
INSERT INTO intake.outbox (id, type, case_number, body)
VALUES (gen_random_uuid(), 'intake.petition_registered',
        '410922-2021-' || lpad(currval('intake.petition_numbers')::text, 7, '0'),
        '{"id": "019a0000-0000-7000-8000-000000000000",
          "type": "intake.petition_registered", "version": 1,
          "occurred_on": "2021-06-28",
          "recorded_at": "2021-06-30T01:00:00.000000+00:00", "office": "410922",
          "case_number": "410922-2021-0000000", "actor": "bench",
          "correlation_id": "019a0000-0000-7000-8000-000000000000",
          "causation_id": "019a0000-0000-7000-8000-000000000000",
          "traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
          "payload": {"programme": "puyang-2020", "channel": "letter",
                      "category": "claim", "case_kind": "criminal_appeal_court",
                      "first": true, "origin": "own_screening",
                      "topic": null, "registration_level": null, "persons": 1}}');
COMMIT;
