//! What is said of something that a release cannot do, and what to do instead.

use super::Broken;
use super::relation::{Column, Relation};
use super::schema::Labels;
use crate::lint::name::Name;
use crate::manifest::{self, Enum, Kind, Table, Write};

type Used<'m> = (&'m Table, &'m manifest::Column);

fn named(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{schema}.{}", table.name),
        None => table.name.clone(),
    }
}

fn path(table: &Table, column: &str) -> String {
    format!("{}.{column}", named(table))
}

fn sql(table: &Table) -> Name {
    Name::of(table.schema.as_deref(), &table.name)
}

fn each(columns: &[Used<'_>]) -> Vec<String> {
    let each = columns.iter();
    each.map(|(table, column)| path(table, &column.name))
        .collect()
}

fn listed(names: &[String]) -> String {
    let names = names.iter().map(|it| format!("`{it}`"));
    names.collect::<Vec<_>>().join(", ")
}

fn does(column: &manifest::Column) -> &'static str {
    match column.write {
        Write::Never => "reads",
        _ => "reads and writes",
    }
}

pub(super) fn table_gone(table: &Table, former: Option<&Relation>) -> Broken {
    let name = named(table);
    let (why, instead) = match former.map(|it| &it.name) {
        None => (
            format!("`{name}`, which the running release uses, is gone"),
            "-- drop it when the release that runs has no model of it".to_owned(),
        ),
        Some(now) => {
            let is = match now.last() == table.name {
                true => "is",
                false => "is called",
            };
            let view = Name::of(now.schema(), now.last());
            (
                format!("`{name}`, which the running release uses, {is} `{now}` from here on"),
                format!(
                    "CREATE VIEW {view} AS SELECT * FROM {};\n\
                     -- let a release use that name, and swap the two in one transaction when no \
                     older one runs",
                    sql(table)
                ),
            )
        }
    };
    Broken::new("release-table", [name], why, instead)
}

pub(super) fn table_is_view(table: &Table) -> Broken {
    let name = named(table);
    let why = format!(
        "`{name}`, which the running release reads and writes, is a view from here on, and no \
         rows are copied into a view"
    );
    let instead = "-- keep the table under its name, and let a view have the new one, until no older release \
         runs";
    Broken::new("release-table", [name], why, instead)
}

pub(super) fn column_gone(
    table: &Table,
    column: &manifest::Column,
    now: Option<&Column>,
) -> Broken {
    let (path, does) = (path(table, &column.name), does(column));
    let (why, instead) = match now {
        None => (
            format!("`{path}`, which the running release {does}, is gone"),
            "-- drop it when the release that runs has no field for it".to_owned(),
        ),
        Some(now) => (
            format!(
                "`{path}`, which the running release {does}, is called `{}` from here on",
                now.name
            ),
            format!(
                "ALTER TABLE {} ADD COLUMN {} {};\n\
                 -- write both in the next release, fill it, read the new one, and drop `{}` when \
                 no older release runs",
                sql(table),
                Name::of(None, &now.name),
                now.kind,
                column.name
            ),
        ),
    };
    Broken::new("release-column", [path], why, instead)
}

pub(super) fn other_type(table: &Table, column: &manifest::Column, now: &Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!(
        "`{path}` is {} from here on, and the running release {} {}",
        now.kind,
        does(column),
        column.kind
    );
    let instead = format!(
        "ALTER TABLE {} ADD COLUMN {} {};\n\
         -- write both in the next release, fill it, read the new one, and drop the old one when \
         no older release runs",
        sql(table),
        Name::of(None, &format!("{}_new", column.name)),
        now.kind
    );
    Broken::new("release-type", [path], why, instead)
}

pub(super) fn type_gone(it: &Enum, columns: &[Used<'_>], former: Option<&Labels>) -> Broken {
    let name = Name::of(it.schema.as_deref(), &it.name);
    let why = match former.map(|it| &it.name) {
        None => format!("the type `{name}`, which the running release"),
        Some(now) => {
            format!("the type `{name}` is `{now}` from here on, and the running release")
        }
    };
    let columns = each(columns);
    let does = "sends and reads it by that name in";
    let end = if former.is_none() { ", is gone" } else { "" };
    let why = format!("{why} {does} {}{end}", listed(&columns));
    let instead = "-- make a type of the new name and a column of it; write both in the next release, and \
         drop the old ones when no older release runs";
    Broken::new("release-type", columns, why, instead).about(format!("type {name}"))
}

pub(super) fn demanded(table: &Table, column: &manifest::Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!("`{path}` takes no NULL from here on, and the running release may write one");
    let instead = "-- demand it when the field of the release that runs is no `Option`";
    Broken::new("release-null", [path], why, instead)
}

pub(super) fn left_out(table: &Table, column: &Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!(
        "`{path}` wants a value from here on, and the running release does not know it: its \
         inserts leave it out"
    );
    let instead = format!(
        "ALTER TABLE {} ADD COLUMN {} {};\n\
         -- or with a DEFAULT; demand a value when every release that runs writes it",
        sql(table),
        Name::of(None, &column.name),
        column.kind
    );
    Broken::new("release-null", [path], why, instead)
}

pub(super) fn not_made(table: &Table, column: &manifest::Column) -> Broken {
    let path = path(table, &column.name);
    let then = match column.nullable {
        true => "such rows hold NULL",
        false => "such inserts fail",
    };
    let why = format!(
        "the server gives `{path}` no value from here on, and the running release leaves it out: \
         {then}"
    );
    let instead = "-- let a release give the value first, and take it from the server when no older \
                   one runs";
    Broken::new("release-default", [path], why, instead)
}

pub(super) fn not_taken(table: &Table, column: &manifest::Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!(
        "the server alone gives `{path}` its value from here on, and the running release may \
         give one"
    );
    let instead = "-- let it be a default, or BY DEFAULT, until no release runs that gives one";
    Broken::new("release-generated", [path], why, instead)
}

pub(super) fn may_be_null(table: &Table, column: &manifest::Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!(
        "`{path}` may hold NULL from here on, and the running release fails on the rows that do"
    );
    let instead = "-- allow it when the field of the release that runs is an `Option`";
    Broken::new("release-reads-null", [path], why, instead)
}

pub(super) fn key_gone(table: &Table, key: &manifest::Key) -> Broken {
    let columns = key.columns.join(", ");
    let of_some = match &key.filter {
        Some(filter) => format!(" where {filter}"),
        None => String::new(),
    };
    let why = format!(
        "nothing keeps ({columns}) of `{}` unique{of_some} from here on, and upserts of the \
         running release name it",
        named(table)
    );
    let instead = "-- make its successor first, and drop it when no release runs that names it";
    Broken::new("release-key", [named(table)], why, instead)
        .about(format!("{} ({columns}){of_some}", named(table)))
}

pub(super) fn label_gone(it: &Enum, label: &str, to: Option<&str>, columns: &[Used<'_>]) -> Broken {
    let columns = each(columns);
    let now = match to {
        Some(to) => format!("is `{to}` from here on"),
        None => "is gone".to_owned(),
    };
    let why = format!(
        "the label `{label}` of `{}`, which the running release writes to {}, {now}",
        it.name,
        listed(&columns)
    );
    let instead = "-- add the new label, let a release write that one, change the rows, and let the \
                   old one be";
    Broken::new("release-label", columns, why, instead).about(format!("label {}.{label}", it.name))
}

pub(super) fn new_label(it: &Enum, label: &str, columns: &[Used<'_>]) -> Broken {
    let columns = each(columns);
    let why = format!(
        "the running release does not know the label `{label}` of `{}`: it fails on rows that \
         hold it in {}",
        it.name,
        listed(&columns)
    );
    let instead = "-- write it when every release that runs has it, or has the field as \
                   `OrUnknown<..>`";
    Broken::new("release-new-label", columns, why, instead)
        .about(format!("label {}.{label}", it.name))
}

pub(super) fn narrower(table: &Table, column: &manifest::Column, now: &Column) -> Broken {
    let path = path(table, &column.name);
    let why = format!(
        "`{path}` is {} from here on, and values that the running release may write as {} are \
         refused or cut",
        now.kind, column.kind
    );
    Broken::new("release-refusal", [path], why, MEANT)
}

/// What a new constraint refuses.
pub(super) fn refused(table: &Table, constraint: &str) -> Broken {
    let name = named(table);
    let why = format!(
        "the running release does not know `{constraint}` of `{name}`, and may write rows that \
         it refuses"
    );
    Broken::new("release-refusal", [name.clone()], why, MEANT).about(format!("{name} {constraint}"))
}

const MEANT: &str = "-- let a release that writes none such run first";

/// Rows or rights that are taken from a program.
pub(super) fn withheld(table: &Table, by: &str) -> Broken {
    let name = named(table);
    let does = match table.kind {
        Kind::Table => "reads and writes",
        Kind::View | Kind::MaterializedView => "reads",
    };
    let why = format!("{by} `{name}`, which the running release {does}");
    let instead = "-- give the role of the running release what it needs before, in a migration of \
                   its own";
    Broken::new("release-rights", [name], why, instead)
}

/// Types that go with their extension.
pub(super) fn extension_gone(extension: &str, columns: &[String]) -> Broken {
    let why = format!(
        "the extension `{extension}` is gone from here on, and the running release needs it{}",
        match columns {
            [] => String::new(),
            columns => format!(" for {}", listed(columns)),
        }
    );
    let instead = "-- drop it when no release runs that uses it";
    Broken::new("release-type", columns.to_vec(), why, instead)
        .about(format!("extension {extension}"))
}
