//! What an address asks of a table: filters, an order, a place in it.

use orm_core::ddl::blueprint::Name;

use super::catalog::Relation;
use super::kind::Test;
use super::url::Url;

/// What is asked of a table.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) filters: Vec<Filter>,
    pub(super) order: Option<Order>,
    pub(super) place: Place,
}

/// A condition on a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// The column, by its place.
    pub(super) column: usize,
    pub(super) test: Test,
    pub(super) value: String,
}

/// What rows are sorted by before their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) column: usize,
    pub(super) descending: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Place {
    #[default]
    First,
    /// Behind the row with these values, of the columns that rows are sorted by.
    After(Vec<Option<String>>),
    /// Behind so many rows, where nothing tells them apart.
    Skipping(u64),
}

/// How many conditions are taken.
const MOST: usize = 16;
/// How many rows are passed over at most: each is read.
const FURTHEST: u64 = 100_000;

/// The pairs of an address, in their order.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// The value of the first pair of a name.
pub(super) fn first<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let pair = pairs.iter().find(|(it, _)| it == name);
    pair.map(|(_, value)| value.as_str())
}

/// The table that an address is about.
pub(super) fn name(pairs: &[(String, String)]) -> Option<Name> {
    Some(Name::new(first(pairs, "schema"), first(pairs, "table")?))
}

/// An address about a table.
pub(super) fn address(path: &'static str, name: &Name) -> Url {
    let url = Url::of(path);
    let url = match &name.schema {
        Some(schema) => url.with("schema", schema),
        None => url,
    };
    url.with("table", &name.name)
}

impl Asked {
    /// Reads what is asked of a table.
    ///
    /// # Errors
    /// When a column is not there or not shown, or cannot be asked this: in words.
    pub(super) fn read(pairs: &[(String, String)], of: &Relation) -> Result<Self, String> {
        let mut asked = Asked {
            filters: filters(pairs, of)?,
            ..Asked::default()
        };
        if let Some(column) = first(pairs, "order").filter(|it| !it.is_empty()) {
            let place = place(of, column)?;
            if !of.columns[place].kind.is_sortable() {
                return Err(format!("rows are not sorted by `{column}`"));
            }
            asked.order = Some(Order {
                column: place,
                descending: first(pairs, "desc").is_some(),
            });
        }
        let after = pairs.iter().filter(|(name, _)| name == "after");
        let after: Vec<Option<String>> = after.map(|(_, it)| value(it)).collect();
        if of.is_keyed() && after.len() == asked.terms(of).len() {
            asked.place = Place::After(after);
        } else if let Some(rows) = first(pairs, "skip").and_then(|it| it.parse().ok()) {
            asked.place = Place::Skipping(std::cmp::min(rows, FURTHEST));
        }
        Ok(asked)
    }

    /// The columns that rows are sorted by: the asked one, and the key.
    pub(super) fn terms(&self, of: &Relation) -> Vec<Order> {
        let first = self.order;
        let key = of.key.iter().copied();
        let key = key.filter(|&it| first.is_none_or(|order| order.column != it));
        let key = key.map(|column| Order {
            column,
            descending: false,
        });
        first.into_iter().chain(key).collect()
    }

    /// The address of the first page of the same.
    pub(super) fn url(&self, path: &'static str, of: &Relation) -> Url {
        let mut url = address(path, &of.name);
        for filter in &self.filters {
            url = filter.add_to(url, of);
        }
        match self.order {
            Some(order) => order.add_to(url, of),
            None => url,
        }
    }

    /// The address of the page behind these values, which are those of
    /// [`terms`](Self::terms).
    pub(super) fn next(&self, of: &Relation, values: &[Option<String>]) -> Url {
        let url = self.url("/table", of);
        let marked = values.iter().map(|value| match value {
            Some(value) => format!("v{value}"),
            None => "n".to_owned(),
        });
        marked.fold(url, |url, value| url.with("after", &value))
    }

    /// The address of the page behind so many rows more.
    pub(super) fn skipping(&self, of: &Relation, rows: u64) -> Url {
        let url = self.url("/table", of);
        let before = match self.place {
            Place::Skipping(rows) => rows,
            _ => 0,
        };
        url.with("skip", &(before + rows).to_string())
    }
}

impl Filter {
    pub(super) fn add_to(&self, url: Url, of: &Relation) -> Url {
        let url = url.with("c", &of.columns[self.column].name);
        let url = url.with("is", self.test.method());
        match self.test.takes_value() {
            true => url.with("v", &self.value),
            false => url,
        }
    }
}

impl Order {
    pub(super) fn add_to(self, url: Url, of: &Relation) -> Url {
        let url = url.with("order", &of.columns[self.column].name);
        match self.descending {
            true => url.with("desc", "1"),
            false => url,
        }
    }
}

/// `vtext` is a text, and all else NULL.
fn value(marked: &str) -> Option<String> {
    marked.strip_prefix('v').map(str::to_owned)
}

fn place(of: &Relation, column: &str) -> Result<usize, String> {
    let place = of.place(column);
    place.ok_or_else(|| format!("`{}` shows no column `{column}`", of.name))
}

/// Each begins with its column; one without a column is an empty line of the form.
fn filters(pairs: &[(String, String)], of: &Relation) -> Result<Vec<Filter>, String> {
    let mut found: Vec<Filter> = Vec::new();
    let mut is_open = false;
    for (name, value) in pairs {
        match name.as_str() {
            "c" => {
                is_open = !value.is_empty();
                if is_open {
                    found.push(Filter {
                        column: place(of, value)?,
                        test: Test::Eq,
                        value: String::new(),
                    });
                }
            }
            "is" if is_open => {
                let test = Test::ALL.into_iter().find(|it| it.method() == value);
                if let (Some(test), Some(filter)) = (test, found.last_mut()) {
                    filter.test = test;
                }
            }
            "v" if is_open => {
                if let Some(filter) = found.last_mut() {
                    filter.value.clone_from(value);
                }
            }
            _ => {}
        }
    }
    if found.len() > MOST {
        return Err(format!("more than {MOST} conditions are not taken"));
    }
    for filter in &found {
        let column = &of.columns[filter.column];
        if !column.kind.takes(filter.test) {
            return Err(format!(
                "`{}` is {}, of which `{}` is not asked",
                column.name,
                column.words,
                filter.test.label()
            ));
        }
    }
    Ok(found)
}
