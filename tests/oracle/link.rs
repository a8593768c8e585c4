//! Who belongs to an association.

use serde_json::Value;

use crate::tables::{Row, Tables, values};

/// Who belongs to an association.
#[derive(Clone)]
pub(crate) struct Link {
    /// The field that holds the loaded rows.
    pub(crate) field: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) target: &'static str,
    pub(crate) held: Held,
    /// Values that rows of the other side have.
    pub(crate) scope: Vec<(&'static str, Value)>,
    /// Values that the owner has: it belongs to a row of this one of several models.
    pub(crate) owner_scope: Vec<(&'static str, Value)>,
    /// At most one row.
    pub(crate) one: bool,
}

/// Where the key is held.
#[derive(Clone)]
pub(crate) enum Held {
    /// `belongs_to`: these columns of the owner, that key of the target.
    Owner {
        columns: &'static [&'static str],
        key: &'static [&'static str],
        nullable: &'static [&'static str],
    },
    /// `has_one`, `has_many`: this key of the owner, those columns of the target.
    Target {
        key: &'static [&'static str],
        columns: &'static [&'static str],
        nullable: &'static [&'static str],
    },
    /// `many_to_many`
    Pairs(Join),
}

/// A join table and what it holds.
#[derive(Clone)]
pub(crate) struct Join {
    pub(crate) table: &'static str,
    pub(crate) key: &'static [&'static str],
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static [&'static str],
    pub(crate) target_key: &'static [&'static str],
    /// The column that `joining` gives, and the least value its validator takes.
    pub(crate) joining: Option<(&'static str, i32)>,
}

impl Join {
    /// A join table that holds the `id` of both sides.
    pub(crate) const fn new(
        table: &'static str,
        from: &'static [&'static str],
        to: &'static [&'static str],
    ) -> Self {
        Join {
            table,
            key: &["id"],
            from,
            to,
            target_key: &["id"],
            joining: None,
        }
    }

    /// Whether two rows agree in the columns that both keys share.
    pub(crate) fn can_pair(&self, owner: &Row, target: &Row) -> bool {
        let ours = values(owner, self.key);
        let theirs = values(target, self.target_key);
        let mut from = self.from.iter().zip(&ours);
        from.all(|(column, our)| {
            let mut to = self.to.iter().zip(&theirs);
            to.all(|(shared, their)| shared != column || our == their)
        })
    }

    /// The other way round.
    pub(crate) const fn turned(self) -> Self {
        Join {
            key: self.target_key,
            from: self.to,
            to: self.from,
            target_key: self.key,
            ..self
        }
    }
}

impl Link {
    /// `has_many` of `"owners.field"`: rows of `target` hold the owner's `id`.
    pub(crate) fn has(
        path: &'static str,
        target: &'static str,
        columns: &'static [&'static str],
    ) -> Self {
        let held = Held::Target {
            key: &["id"],
            columns,
            nullable: &[],
        };
        Link::new(path, target, held)
    }

    /// `belongs_to` of `"owners.field"`: the owner holds the target's `id`.
    pub(crate) fn of(
        path: &'static str,
        target: &'static str,
        columns: &'static [&'static str],
    ) -> Self {
        let held = Held::Owner {
            columns,
            key: &["id"],
            nullable: &[],
        };
        Link::new(path, target, held).one()
    }

    /// `many_to_many` of `"owners.field"`.
    pub(crate) fn through(path: &'static str, target: &'static str, join: Join) -> Self {
        Link::new(path, target, Held::Pairs(join))
    }

    fn new(path: &'static str, target: &'static str, held: Held) -> Self {
        let (owner, field) = path.split_once('.').unwrap_or((path, path));
        Link {
            field,
            owner,
            target,
            held,
            scope: Vec::new(),
            owner_scope: Vec::new(),
            one: false,
        }
    }

    pub(crate) fn one(mut self) -> Self {
        self.one = true;
        self
    }

    /// All columns of the key can be NULL.
    pub(crate) fn nullable(mut self) -> Self {
        if let Held::Target {
            columns, nullable, ..
        }
        | Held::Owner {
            columns, nullable, ..
        } = &mut self.held
        {
            *nullable = *columns;
        }
        self
    }

    /// These columns of the key can be NULL.
    pub(crate) fn partly_nullable(mut self, some: &'static [&'static str]) -> Self {
        if let Held::Target { nullable, .. } | Held::Owner { nullable, .. } = &mut self.held {
            *nullable = some;
        }
        self
    }

    /// The key that is held, where it is not `id`.
    pub(crate) fn key(mut self, other: &'static [&'static str]) -> Self {
        if let Held::Target { key, .. } | Held::Owner { key, .. } = &mut self.held {
            *key = other;
        }
        self
    }

    pub(crate) fn scoped(mut self, column: &'static str, value: &'static str) -> Self {
        self.scope.push((column, value.into()));
        self
    }

    /// `belongs_to` one of several models.
    pub(crate) fn where_owner(mut self, column: &'static str, value: &'static str) -> Self {
        self.owner_scope.push((column, value.into()));
        self
    }

    /// The tables that decide who belongs to it.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &'static str> + use<> {
        let between = match &self.held {
            Held::Pairs(join) => Some(join.table),
            _ => None,
        };
        [self.owner, self.target].into_iter().chain(between)
    }

    pub(crate) fn owner_key(&self) -> &'static [&'static str] {
        match &self.held {
            Held::Owner { columns, .. } => columns,
            Held::Target { key, .. } => key,
            Held::Pairs(join) => join.key,
        }
    }

    pub(crate) fn target_key(&self) -> &'static [&'static str] {
        match &self.held {
            Held::Owner { key, .. } => key,
            Held::Target { columns, .. } => columns,
            Held::Pairs(join) => join.target_key,
        }
    }

    /// Whether an owner holds no key that anything could refer to.
    pub(crate) fn has_no_key(&self, owner: &Row) -> bool {
        values(owner, self.owner_key()).contains(&Value::Null)
    }

    pub(crate) fn in_scope(&self, target: &Row) -> bool {
        let mut scope = self.scope.iter();
        scope.all(|(column, value)| target.get(*column) == Some(value))
    }

    /// Whether a row belongs to an owner.
    pub(crate) fn relates(&self, tables: &Tables, owner: &Row, target: &Row) -> bool {
        let ours = values(owner, self.owner_key());
        let theirs = values(target, self.target_key());
        if ours.contains(&Value::Null) || theirs.contains(&Value::Null) || !self.in_scope(target) {
            return false;
        }
        let mut of_owner = self.owner_scope.iter();
        if of_owner.any(|(column, value)| owner.get(*column) != Some(value)) {
            return false;
        }
        match &self.held {
            Held::Pairs(join) => tables
                .rows(join.table)
                .iter()
                .any(|pair| values(pair, join.from) == ours && values(pair, join.to) == theirs),
            _ => ours == theirs,
        }
    }

    /// Whether a row is as `remove` would leave it behind.
    pub(crate) fn is_free(&self, owner: &Row, row: &Row) -> bool {
        let Held::Target {
            key,
            columns,
            nullable,
        } = &self.held
        else {
            return false;
        };
        let mut parts = columns.iter().zip(values(owner, key));
        let is_free = parts.all(|(column, ours)| {
            let theirs = row.get(*column).cloned().unwrap_or_default();
            match nullable.contains(column) {
                true => theirs.is_null(),
                false => theirs == ours,
            }
        });
        let mut scope = self.scope.iter();
        is_free
            && scope.all(|(column, value)| match nullable.contains(column) {
                true => row.get(*column).is_none_or(Value::is_null),
                false => row.get(*column) == Some(value),
            })
    }

    /// The rows that belong to an owner.
    pub(crate) fn related<'t>(&self, tables: &'t Tables, owner: &Row) -> Vec<&'t Row> {
        let rows = tables.rows(self.target).iter();
        rows.filter(|row| self.relates(tables, owner, row))
            .collect()
    }

    /// A row with the key of an owner and the scope.
    pub(crate) fn given_to(&self, owner: &Row, target: &mut Row) {
        if let Held::Target { key, columns, .. } = &self.held {
            put(target, columns, &values(owner, key));
        }
        for (column, value) in &self.scope {
            target.insert((*column).to_owned(), value.clone());
        }
    }
}

/// Gives columns their values.
pub(crate) fn put(row: &mut Row, columns: &[&str], values: &[Value]) {
    for (column, value) in columns.iter().zip(values) {
        row.insert((*column).to_owned(), value.clone());
    }
}
