-- A registration as the bare endpoint keeps it: the row of the petition alone.
INSERT INTO petitions (number, office, programme, received_on, channel, category,
                       case_kind, origin, persons, state, corrected, group_visit,
                       matter, keys, names, content, encrypted)
VALUES (%(office)s || '-2021-' || lpad(nextval('petition_numbers')::text, 7, '0'),
        %(office)s, %(programme)s, %(received_on)s, %(channel)s, %(category)s,
        %(case_kind)s, 'own_screening', 1, 'registered', 0, FALSE,
        %(matter)s, '{}', '{}', %(matter)s, %(encrypted)s)
RETURNING number
