UPDATE posts SET labels = '{a,b}', span = '[1,5)' WHERE id = 1;
UPDATE posts SET span = '[5,9)' WHERE id = 2;
UPDATE posts SET labels = '{b}' WHERE id = 3;
UPDATE posts SET labels = '{a,a}', span = '[-3,2)' WHERE id = 4;
UPDATE posts SET labels = '{c}', span = '[1,5)' WHERE id = 5;
