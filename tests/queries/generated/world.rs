//! The rows of all tables, in memory and as SQL.

use super::dice::Dice;

/// Texts that are easily taken for something else.
const TEXTS: [&str; 9] = ["", "a", "A", "ab", " a ", "50%", "a_b", "\\", "日本☃"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Author,
    Post,
    Tag,
}

/// What the models have in common; posts have an author beside it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) number: Option<i64>,
    pub(super) amount: i64,
    pub(super) label: Option<String>,
    pub(super) title: String,
    pub(super) author_id: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    authors: Vec<Row>,
    posts: Vec<Row>,
    tags: Vec<Row>,
    /// Posts and tags.
    links: Vec<(i64, i64)>,
}

/// The associations of the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Of an author or a tag.
    Posts,
    /// Of a post.
    Author,
    /// Of a post.
    Tags,
}

impl Side {
    pub(super) fn of(table: Table) -> &'static [Side] {
        match table {
            Table::Author | Table::Tag => &[Side::Posts],
            Table::Post => &[Side::Author, Side::Tags],
        }
    }

    pub(super) fn target(self) -> Table {
        match self {
            Side::Posts => Table::Post,
            Side::Author => Table::Author,
            Side::Tags => Table::Tag,
        }
    }
}

impl World {
    pub(super) fn random(dice: &mut Dice) -> World {
        let mut rows = |most| {
            let mut id = 0;
            dice.several(0, most, |dice| {
                id += 1 + dice.below(2) as i64;
                Row::random(id, dice)
            })
        };
        let (authors, posts, tags) = (rows(5), rows(10), rows(4));
        let mut links: Vec<(i64, i64)> = dice.several(0, 12, |dice| {
            (1 + dice.below(12) as i64, 1 + dice.below(6) as i64)
        });
        links.sort_unstable();
        links.dedup();
        World {
            authors,
            posts,
            tags,
            links,
        }
    }

    pub(super) fn rows(&self, table: Table) -> &[Row] {
        match table {
            Table::Author => &self.authors,
            Table::Post => &self.posts,
            Table::Tag => &self.tags,
        }
    }

    /// The rows on the other side of a row of `table`.
    pub(super) fn other_side(&self, table: Table, row: &Row, side: Side) -> Vec<&Row> {
        let linked = |post: i64, tag: i64| self.links.contains(&(post, tag));
        let belongs = |other: &&Row| match (table, side) {
            (Table::Author, _) => other.author_id == Some(row.id),
            (Table::Tag, _) => linked(other.id, row.id),
            (Table::Post, Side::Tags) => linked(row.id, other.id),
            (Table::Post, _) => row.author_id == Some(other.id),
        };
        self.rows(side.target()).iter().filter(belongs).collect()
    }

    /// Empties the tables and fills them with these rows.
    pub(super) fn sql(&self) -> String {
        let mut sql = "DELETE FROM authors;\nDELETE FROM posts;\nDELETE FROM tags;\n\
                       DELETE FROM post_tags"
            .to_owned();
        for (table, columns, rest) in [
            (
                Table::Author,
                "authors (id, number, amount, label, title)",
                "",
            ),
            (Table::Tag, "tags (id, number, amount, label, title)", ""),
            (
                Table::Post,
                "posts (id, number, amount, label, title, meta, at, price, ratio, author_id)",
                ", '{}', '2024-01-01 00:00:00.000000+00:00', '0.00', 0",
            ),
        ] {
            let posts = table == Table::Post;
            let values = |row: &Row| {
                let author = if posts {
                    format!(", {}", number(row.author_id))
                } else {
                    String::new()
                };
                let (label, title) = (text(row.label.as_deref()), text(Some(&row.title)));
                let (id, amount) = (row.id, row.amount);
                format!(
                    "({id}, {}, {amount}, {label}, {title}{rest}{author})",
                    number(row.number)
                )
            };
            let rows: Vec<String> = self.rows(table).iter().map(values).collect();
            push_insert(&mut sql, columns, &rows);
        }
        let links = self
            .links
            .iter()
            .map(|(post, tag)| format!("({post}, {tag})"));
        push_insert(
            &mut sql,
            "post_tags (post_id, tag_id)",
            &links.collect::<Vec<_>>(),
        );
        sql
    }
}

fn push_insert(sql: &mut String, into: &str, rows: &[String]) {
    if !rows.is_empty() {
        sql.push_str(&format!(";\nINSERT INTO {into} VALUES {}", rows.join(", ")));
    }
}

fn number(value: Option<i64>) -> String {
    value.map_or("NULL".to_owned(), |value| value.to_string())
}

fn text(value: Option<&str>) -> String {
    value.map_or("NULL".to_owned(), |value| format!("'{value}'"))
}

impl Row {
    fn random(id: i64, dice: &mut Dice) -> Row {
        let number = dice.between(-3, 3).into();
        let label = dice.pick(&TEXTS).to_owned();
        let author = dice.between(1, 8).into();
        Row {
            id,
            number: (!dice.one_in(3)).then_some(number),
            amount: dice.between(-9, 9).into(),
            label: (!dice.one_in(3)).then_some(label),
            title: dice.pick(&TEXTS).to_owned(),
            author_id: (!dice.one_in(4)).then_some(author),
        }
    }
}

/// A text to compare with.
pub(super) fn some_text(dice: &mut Dice) -> String {
    dice.constant(&TEXTS).to_owned()
}
