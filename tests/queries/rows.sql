INSERT INTO authors (id, number, amount, label, title) VALUES
    (1, 3, -2, NULL, 'Ann'), (2, NULL, 5, 'x%_\', '日本'), (3, 3, 5, 'x', 'bob'), (4, -7, 0, '', ' pad ');
INSERT INTO posts (id, author_id, number, amount, label, title, flag, meta, day, at, price, ratio) VALUES
    (1, 1, 3, 10, 'none', 'First', true, '{"a":{"b":"x"},"n":1}', '2024-02-29', '2024-02-29 23:30:00.000000+00:00', '1.50', 0.5),
    (2, 1, NULL, -10, NULL, 'first', NULL, '{"a":"x"}', NULL, '2024-02-29 01:00:00.000000+00:00', '-1.50', -0.5),
    (3, 2, 3, 10, 'none', ' Zweiter ', false, '[]', '2024-02-01', '2023-12-31 23:59:59.500000+00:00', '1.50', 1e10),
    (4, NULL, -4, 7, 'Übung 日本', '50%_\', true, '{}', '2023-12-31', '2024-01-01 00:00:00.000000+00:00', '0.00', 0.25),
    (5, 9, -4, 7, '', 'first', NULL, 'null', NULL, '2024-02-29 23:59:00.000000+00:00', '3.33', 0.5);
INSERT INTO tags (id, number, amount, label, title) VALUES
    (1, 1, 1, 'red', 'red'), (2, NULL, 2, NULL, 'blue'), (3, 1, 3, 'red', 'green');
INSERT INTO post_tags (post_id, tag_id, note) VALUES
    (1, 1, 'x'), (1, 2, NULL), (2, 2, 'x'), (4, 1, NULL), (4, 3, 'y');
