//! Columns of tables that exist.

use super::Work;
use crate::ddl::blueprint::{Column, Table, Type};
use crate::ddl::constants;
use crate::ddl::difference::{Aspect, Difference};
use crate::ddl::plan::Step;
use crate::ddl::text;
use crate::schema::{Backend, Identity, SequenceOptions};

impl Work {
    pub(super) fn columns(&mut self, table: &Table, live: &Table) {
        for column in &table.columns {
            match live.column(&column.name) {
                Some(found) => self.column(table, column, found),
                None => self.missing_column(table, column),
            }
        }
        for extra in live
            .columns
            .iter()
            .filter(|it| table.column(&it.name).is_none())
        {
            self.differences.push(Difference::ExtraColumn {
                table: table.name.clone(),
                column: extra.name.clone(),
                required: !can_be_added(extra),
            });
        }
    }

    fn missing_column(&mut self, table: &Table, column: &Column) {
        let place = || (table.name.clone(), column.name.clone());
        if self.above.columns.contains(&column.name) {
            return;
        }
        if let Some(parent) = self.above.parent.clone() {
            let (table, column) = place();
            self.differences.push(Difference::NotInParent {
                table,
                column,
                parent,
            });
            return;
        }
        if !can_be_added(column) {
            let (table, column) = place();
            self.differences
                .push(Difference::MissingColumn(table, column));
            return;
        }
        if self.plan.backend == Backend::Sqlite && !is_added_by_sqlite(table, column) {
            let (table, column) = place();
            self.differences.push(Difference::ColumnAnew(table, column));
            return;
        }
        self.plan.steps.push(Step::AddColumn(
            table.name.clone(),
            column.clone(),
            Vec::new(),
        ));
        self.comment(table, column, None);
    }

    fn column(&mut self, table: &Table, column: &Column, live: &Column) {
        let pairs = [
            (Aspect::Type, kinds(&column.kind, &live.kind)),
            (Aspect::Collation, collations(column, live)),
            (Aspect::Nullable, nullability(column, live)),
            (Aspect::Identity, numbering(column, live)),
            (Aspect::Sequence, counting(column, live)),
            (Aspect::Generated, computation(column, live)),
            (Aspect::Default, defaults(column, live)),
        ];
        for (aspect, pair) in pairs {
            if let Some((model, database)) = pair {
                self.differ(table, column, aspect, model, database);
            }
        }
        self.comment(table, column, live.comment.as_deref());
    }

    fn comment(&mut self, table: &Table, column: &Column, live: Option<&str>) {
        let Some(text) = &column.comment else { return };
        match live {
            None => self.later.push(Step::CommentOnColumn(
                table.name.clone(),
                column.name.clone(),
                text.clone(),
            )),
            Some(live) if live != text => {
                let [model, database] = [text, live].map(|it| format!("{it:?}"));
                self.differ(table, column, Aspect::Comment, model, database);
            }
            Some(_) => {}
        }
    }

    fn differ(
        &mut self,
        table: &Table,
        column: &Column,
        aspect: Aspect,
        model: String,
        database: String,
    ) {
        let (table, column) = (table.name.clone(), column.name.clone());
        self.differences.push(Difference::Column {
            table,
            column,
            aspect,
            model,
            database,
        });
    }
}

/// Whether SQLite adds such a column to rows that exist: it writes none of
/// them, so that all must have one constant in it.
pub(crate) fn is_added_by_sqlite(table: &Table, column: &Column) -> bool {
    let constant = |it: &str| text::sqlite::is_literal(it);
    let default = column.default.as_deref();
    let refers = table
        .foreign_keys()
        .any(|(_, key)| key.columns.contains(&column.name));
    column.generated.is_none()
        && column.identity.is_none()
        && default.is_none_or(|it| constant(it) && (!refers || it.eq_ignore_ascii_case("null")))
        && (column.nullable || default.is_some())
}

type Pair = Option<(String, String)>;

/// Whether the rows that exist could get such a column.
pub(super) fn can_be_added(column: &Column) -> bool {
    column.nullable || column.default.is_some() || has_number(column) || column.generated.is_some()
}

fn kinds(model: &Type, live: &Type) -> Pair {
    // A type that only its author knows cannot be compared by its name:
    // `int8[]` and `bigint[]` are one.
    if model == live || matches!(model, Type::Other(_)) {
        return None;
    }
    Some((model.to_string(), live.to_string()))
}

fn collations(model: &Column, live: &Column) -> Pair {
    let words = |it: &Option<String>| it.clone().unwrap_or_else(|| "that of its type".into());
    (model.collation != live.collation).then(|| (words(&model.collation), words(&live.collation)))
}

fn nullability(model: &Column, live: &Column) -> Pair {
    let words = |nullable| String::from(if nullable { "NULL" } else { "NOT NULL" });
    (model.nullable != live.nullable).then(|| (words(model.nullable), words(live.nullable)))
}

/// `serial` numbers rows too, with a sequence in its default.
fn has_number(column: &Column) -> bool {
    column.identity.is_some() || is_serial(column)
}

fn is_serial(column: &Column) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|it| it.starts_with("nextval("))
}

fn numbering(model: &Column, live: &Column) -> Pair {
    let same = match model.identity {
        Some(Identity::ByDefault) => live.identity == Some(Identity::ByDefault) || is_serial(live),
        identity => live.identity == identity,
    };
    let words = |identity| {
        String::from(match identity {
            Some(Identity::ByDefault) => "by default",
            Some(Identity::Always) => "always",
            None => "none",
        })
    };
    (!same).then(|| (words(model.identity), words(live.identity)))
}

/// How the numbers of the column's own sequence follow each other, as far as that is said.
fn counting(model: &Column, live: &Column) -> Pair {
    let (ours, theirs) = (model.sequence.as_ref()?, live.sequence.as_ref()?);
    let unlike = ours.options.unlike(&theirs.options);
    let is_own = ours.shared.is_none() && has_number(live);
    let words = |it: SequenceOptions| it.clauses().join(" ");
    (is_own && unlike != SequenceOptions::UNSAID)
        .then(|| (words(unlike), words(unlike.as_in(&theirs.options))))
}

/// The expressions themselves are spelled anew by the server.
fn computation(model: &Column, live: &Column) -> Pair {
    let words = |expression: &Option<String>| expression.clone().unwrap_or_else(|| "none".into());
    let same = model.generated.is_some() == live.generated.is_some();
    (!same).then(|| (words(&model.generated), words(&live.generated)))
}

fn defaults(model: &Column, live: &Column) -> Pair {
    if model.asks_as(live) == Some(true) {
        return None;
    }
    let ours = meaningful(model.default.as_deref());
    let theirs = meaningful(live.default.as_deref());
    let same = match (ours, theirs) {
        (None, None) => true,
        (None, Some(_)) => model.identity.is_some() && is_serial(live),
        (Some(_), None) => false,
        (Some(ours), Some(theirs)) => constants::of(ours) == constants::of(theirs),
    };
    let words = |expression: Option<&str>| expression.unwrap_or("none").to_owned();
    (!same).then(|| (words(ours), words(theirs)))
}

/// `DEFAULT NULL` says nothing.
fn meaningful(default: Option<&str>) -> Option<&str> {
    default.filter(|it| *it != "NULL" && !it.starts_with("NULL::"))
}
