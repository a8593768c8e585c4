//! The statement of a page: names in quotes, values bound.

use orm_core::ddl::blueprint::Name;
use orm_core::schema::Backend;
use orm_core::types::Param;

use super::asked::{Asked, Filter, Order, Place};
use super::catalog::{Column, Relation};
use super::kind::{Kind, Test};

/// How many rows a page has.
pub(super) const ROWS: usize = 50;
/// How long a value that an address holds may be.
const LONGEST: usize = 1000;

/// A statement with its values.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) params: Vec<Param>,
    /// The values as they were asked for, each with its place in the text.
    pub(super) said: Vec<(String, String)>,
}

/// What is read of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Items<'a> {
    /// The columns as they are: what a program asks.
    Plain,
    /// What a page shows of each, at most so many characters, as a text with a letter before
    /// it; and behind them these columns as they are, as texts, for addresses.
    Shown(usize, &'a [usize]),
}

/// The rows of a page, and one more.
///
/// # Errors
/// When a value is none of its column's type: in words.
pub(super) fn page(
    backend: Backend,
    of: &Relation,
    asked: &Asked,
    items: Items<'_>,
) -> Result<Statement, String> {
    let mut writer = Writer::new(backend, of);
    writer.items(items);
    let mut before = "\nWHERE ";
    for filter in &asked.filters {
        writer.text(before);
        writer.filter(filter)?;
        before = "\n  AND ";
    }
    let terms = asked.terms(of);
    if let Place::After(values) = &asked.place {
        writer.text(before);
        writer.after(&terms, values)?;
    }
    writer.order(&terms);
    writer.text(&format!("\nLIMIT {}", ROWS + 1));
    if let Place::Skipping(rows) = asked.place {
        writer.text(&format!(" OFFSET {rows}"));
    }
    Ok(writer.done)
}

/// The row with a key.
///
/// # Errors
/// When a value is none of its column's type: in words.
pub(super) fn row(
    backend: Backend,
    of: &Relation,
    key: &[String],
    items: Items<'_>,
) -> Result<Statement, String> {
    let mut writer = Writer::new(backend, of);
    writer.items(items);
    let mut before = "\nWHERE ";
    for (&column, value) in of.key.iter().zip(key) {
        writer.text(before);
        writer.filter(&Filter {
            column,
            test: Test::Eq,
            value: value.clone(),
        })?;
        before = "\n  AND ";
    }
    writer.text("\nLIMIT 1");
    Ok(writer.done)
}

/// How many rows there are, counted as far as `most`.
pub(super) fn count(of: &Relation, most: usize) -> String {
    let table = of.name.quoted();
    format!("SELECT CAST(count(*) AS text) FROM (SELECT 1 FROM {table} LIMIT {most}) AS counted")
}

struct Writer<'a> {
    backend: Backend,
    of: &'a Relation,
    done: Statement,
}

impl<'a> Writer<'a> {
    fn new(backend: Backend, of: &'a Relation) -> Self {
        Writer {
            backend,
            of,
            done: Statement {
                text: String::from("SELECT "),
                params: Vec::new(),
                said: Vec::new(),
            },
        }
    }

    fn text(&mut self, text: &str) {
        self.done.text.push_str(text);
    }

    fn items(&mut self, items: Items<'_>) {
        let columns = self.of.columns.iter();
        let mut texts: Vec<String> = match items {
            Items::Plain => columns.map(|it| quoted(&it.name)).collect(),
            Items::Shown(most, _) => columns.map(|it| shown(self.backend, it, most)).collect(),
        };
        if let Items::Shown(_, exact) = items {
            let exact = exact.iter().map(|&at| &self.of.columns[at]);
            texts.extend(exact.map(|it| whole(self.backend, it)));
        }
        // A table may show no column at all.
        if texts.is_empty() {
            texts.push("NULL".to_owned());
        }
        self.text(&texts.join(", "));
        self.text("\nFROM ");
        let table = self.of.name.quoted();
        self.text(&table);
    }

    fn filter(&mut self, filter: &Filter) -> Result<(), String> {
        let of = self.of;
        let column = &of.columns[filter.column];
        self.text(&quoted(&column.name));
        self.text(filter.test.sql());
        if !filter.test.takes_value() {
            return Ok(());
        }
        let place = self.bind(column, &pattern(filter))?;
        self.text(&place);
        if filter.test.is_like() {
            self.text(" ESCAPE '\\'");
        }
        Ok(())
    }

    /// Binds a value and answers with its place in the text.
    fn bind(&mut self, column: &Column, value: &str) -> Result<String, String> {
        let param = column.kind.value(self.backend, value);
        let param = param.map_err(|expected| {
            format!("`{}` is {}: expected {expected}", column.name, column.words)
        })?;
        self.done.params.push(param);
        let sign = if self.backend == Backend::Sqlite {
            '?'
        } else {
            '$'
        };
        let place = format!("{sign}{}", self.done.params.len());
        self.done.said.push((place.clone(), value.to_owned()));
        Ok(
            match (column.kind.is_bound_plainly(self.backend), self.backend) {
                // It may be beyond the numbers that the column can hold.
                (true, Backend::Postgres) if column.kind == Kind::Integer => {
                    format!("{place}::bigint")
                }
                (true, _) => place,
                (false, _) => format!("{place}::text::{}", column.sql),
            },
        )
    }

    /// The rows behind a place.
    fn after(&mut self, terms: &[Order], values: &[Option<String>]) -> Result<(), String> {
        let of = self.of;
        let Some((first, rest)) = terms.split_first() else {
            return Ok(());
        };
        let column = &of.columns[first.column];
        let others = &values[1..];
        // One comparison of rows, where all go in one direction and nothing is NULL.
        if !first.descending && !column.nullable {
            return self.rows_behind(terms, values);
        }
        let name = quoted(&column.name);
        let Some(Some(value)) = values.first() else {
            self.text(&format!("{name} IS NULL"));
            if !rest.is_empty() {
                self.text(" AND ");
                self.rows_behind(rest, others)?;
            }
            return Ok(());
        };
        let place = self.bind(column, value)?;
        let sign = if first.descending { "<" } else { ">" };
        self.text(&format!("({name} {sign} {place}"));
        if column.nullable {
            self.text(&format!(" OR {name} IS NULL"));
        }
        if !rest.is_empty() {
            self.text(&format!(" OR ({name} = {place} AND "));
            self.rows_behind(rest, others)?;
            self.text(")");
        }
        self.text(")");
        Ok(())
    }

    fn rows_behind(&mut self, terms: &[Order], values: &[Option<String>]) -> Result<(), String> {
        let of = self.of;
        let mut names = Vec::new();
        let mut places = Vec::new();
        for (term, value) in terms.iter().zip(values) {
            let column = &of.columns[term.column];
            names.push(quoted(&column.name));
            places.push(self.bind(column, value.as_deref().unwrap_or_default())?);
        }
        let (names, places) = (names.join(", "), places.join(", "));
        match terms {
            [_] => self.text(&format!("{names} > {places}")),
            _ => self.text(&format!("({names}) > ({places})")),
        }
        Ok(())
    }

    fn order(&mut self, terms: &[Order]) {
        let of = self.of;
        let mut before = "\nORDER BY ";
        for term in terms {
            let column = &of.columns[term.column];
            self.text(before);
            self.text(&quoted(&column.name));
            if term.descending {
                self.text(" DESC");
            }
            // The two databases do not agree where NULL is by themselves.
            let last = (self.backend == Backend::Postgres) != term.descending;
            if column.nullable && !last {
                self.text(" NULLS LAST");
            }
            before = ", ";
        }
    }
}

fn quoted(column: &str) -> String {
    Name::new(None, column).quoted()
}

/// What a filter looks for: `%` and `_` are ordinary characters.
fn pattern(filter: &Filter) -> String {
    if !filter.test.is_like() {
        return filter.value.clone();
    }
    let mut pattern = String::new();
    if filter.test == Test::Contains {
        pattern.push('%');
    }
    for character in filter.value.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern + "%"
}

/// What a page shows of a column: `t` and a text, or `b` and how many bytes there are.
fn shown(backend: Backend, column: &Column, most: usize) -> String {
    let (name, most) = (quoted(&column.name), most + 1);
    if backend == Backend::Sqlite {
        return format!(
            "CASE typeof({name}) WHEN 'null' THEN NULL WHEN 'blob' THEN 'b' || length({name}) \
             ELSE 't' || substr(CAST({name} AS TEXT), 1, {most}) END"
        );
    }
    match column.kind {
        Kind::Bytes => format!("'b' || octet_length({name})"),
        _ => format!("'t' || left({name}::text, {most})"),
    }
}

/// A column as it is, as `v` and a text; `x` is one that is too long for an address.
fn whole(backend: Backend, column: &Column) -> String {
    let name = quoted(&column.name);
    if backend == Backend::Sqlite {
        return format!(
            "CASE typeof({name}) WHEN 'null' THEN NULL WHEN 'blob' THEN 'x' \
             WHEN 'real' THEN 'v' || printf('%!.17g', {name}) \
             ELSE CASE WHEN length({name}) <= {LONGEST} THEN 'v' || CAST({name} AS TEXT) \
             ELSE 'x' END END"
        );
    }
    format!(
        "CASE WHEN octet_length({name}::text) <= {LONGEST} THEN 'v' || {name}::text \
         WHEN {name} IS NOT NULL THEN 'x' END"
    )
}
