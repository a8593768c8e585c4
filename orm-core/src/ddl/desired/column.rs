//! Columns and their types.

use super::storage;
use crate::ddl::blueprint::{Column, Name, Sequence, Type};
use crate::ddl::literal;
use crate::schema::{Backend, ColumnDef, DefaultValue, Identity, SqlType};

pub(super) fn of(backend: Backend, def: &'static ColumnDef) -> Column {
    let sqlite = backend == Backend::Sqlite;
    let sequence = def.sequence.filter(|_| !sqlite).map(|said| Sequence {
        shared: said.shared.map(Into::into),
        options: said.options,
    });
    Column {
        name: def.name.into(),
        kind: kind(backend, &def.sql_type),
        nullable: def.nullable,
        // SQLite numbers rows only where no number is given.
        identity: match def.identity {
            Some(Identity::Always) if sqlite => Some(Identity::ByDefault),
            identity => identity,
        },
        default: default(backend, def),
        sequence,
        generated: def.generated.map(Into::into),
        collation: collation(backend, def),
        // SQLite has no comments.
        comment: def.comment.filter(|_| !sqlite).map(Into::into),
    }
}

/// The collation of a column; SQLite has others.
pub(super) fn collation(backend: Backend, def: &ColumnDef) -> Option<String> {
    let named = def.collation.filter(|_| backend == Backend::Postgres);
    named.map(Into::into)
}

/// The default of a column as SQL; `None` also where it has no text.
pub(in crate::ddl) fn default(backend: Backend, def: &ColumnDef) -> Option<String> {
    match (backend, def.default.as_ref()?) {
        (Backend::Sqlite, value) => storage::default(value, &def.sql_type),
        (Backend::Postgres, DefaultValue::Value(make)) => literal::of(&make()),
        (Backend::Postgres, DefaultValue::Now) => Some("now()".into()),
        (Backend::Postgres, DefaultValue::Sql(expression)) => Some((*expression).into()),
        (Backend::Postgres, DefaultValue::Next) => {
            let asked = def.sequence?.shared?;
            Some(Sequence::asked(&asked.into()))
        }
    }
}

/// A column's type. What SQLite cannot hold keeps PostgreSQL's name, and is
/// refused before anything is made of it.
pub(super) fn kind(backend: Backend, sql_type: &SqlType) -> Type {
    match backend {
        Backend::Postgres => named(sql_type),
        Backend::Sqlite => storage::kind(sql_type).unwrap_or_else(|| named(sql_type)),
    }
}

fn named(sql_type: &SqlType) -> Type {
    match sql_type {
        SqlType::Named(name) => Type::Other((*name).into()),
        SqlType::Enum(def) => Type::Enum {
            name: Name::new(def.schema, def.name),
            array: false,
        },
        SqlType::Array(element) => array_of(named(element)),
        // Spelled as the server's `format_type` does, so that what is written
        // and what the catalog says can be compared as texts.
        built_in => {
            let mut name = String::new();
            built_in.write_to(&mut name);
            Type::BuiltIn(name)
        }
    }
}

/// PostgreSQL has one array type per element type, whatever the dimensions.
fn array_of(element: Type) -> Type {
    match element {
        Type::Enum { name, .. } => Type::Enum { name, array: true },
        Type::BuiltIn(name) if name.ends_with("[]") => Type::BuiltIn(name),
        Type::BuiltIn(name) => Type::BuiltIn(name + "[]"),
        Type::Other(name) | Type::Domain { name, .. } => Type::Other(name + "[]"),
    }
}
