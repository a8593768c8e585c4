//! Constraints.

use crate::lint::fact::{Column, Constraint, Default, Fact, Kind};
use crate::lint::name::Name;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "foreign-key-validates",
        level: Level::Danger,
        lock: Some(Lock::ShareRowExclusive),
        reason: "every row is checked while both tables are kept from being written",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY); \
                     CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
            migration: "ALTER TABLE orders ADD CONSTRAINT orders_user \
                        FOREIGN KEY (user_id) REFERENCES users (id);",
        },
        check: foreign_key,
    },
    Rule {
        name: "check-validates",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "every row is checked while nobody can read the table",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, total int);",
            migration: "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0);",
        },
        check: condition,
    },
    Rule {
        name: "unique-builds-index",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "the index behind the constraint is built while nobody can read the table",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, email text);",
            migration: "ALTER TABLE users ADD CONSTRAINT users_email UNIQUE (email);",
        },
        check: unique,
    },
    Rule {
        name: "exclusion-constraint",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "its index cannot be built concurrently, so nobody reads the table until it is done",
        example: Example {
            before: "CREATE TABLE bookings (id int PRIMARY KEY, during tsrange);",
            migration: "ALTER TABLE bookings ADD CONSTRAINT bookings_apart \
                        EXCLUDE USING gist (during WITH &&);",
        },
        check: exclusion,
    },
    Rule {
        name: "set-not-null",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "every row is looked at while nobody can read the table, unless a validated \
                 CHECK shows that there is no NULL",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, email text);",
            migration: "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
        },
        check: not_null,
    },
    Rule {
        name: "validate-with-add",
        level: Level::Danger,
        lock: Some(Lock::ShareRowExclusive),
        reason: "the lock that added the constraint is kept while all rows are checked: \
                 they are in one transaction",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY); \
                     CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
            migration: "ALTER TABLE orders ADD CONSTRAINT orders_user \
                        FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID; \
                        ALTER TABLE orders VALIDATE CONSTRAINT orders_user;",
        },
        check: validated_at_once,
    },
    Rule {
        name: "domain-constraint-validates",
        level: Level::Danger,
        lock: Some(Lock::Share),
        reason: "every table with a column of the domain is checked while nobody writes to it",
        example: Example {
            before: "CREATE DOMAIN score AS int; CREATE TABLE games (id int PRIMARY KEY, score score);",
            migration: "ALTER DOMAIN score ADD CONSTRAINT score_positive CHECK (VALUE > 0);",
        },
        check: domain,
    },
    Rule {
        name: "foreign-key-without-index",
        level: Level::Advice,
        lock: None,
        reason: "no index begins with the key, so deleting the row it points at reads the whole table",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY);",
            migration: "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));",
        },
        check: without_index,
    },
];

/// The constraint that a step adds to a table that programs use.
fn added<'s>(step: &Step<'s>) -> Option<(&'s Name, &'s Constraint)> {
    match step.fact {
        Fact::AddsConstraint { table, constraint } if !step.scene.is_new(table) => {
            Some((table, constraint))
        }
        _ => None,
    }
}

fn foreign_key(step: &Step<'_>) -> Option<Found> {
    if let Fact::AddsColumn { table, column } = step.fact {
        return with_value(step, table, column);
    }
    let (table, constraint) = added(step)?;
    match &constraint.kind {
        Kind::ForeignKey(columns) if constraint.validates => {
            let first = columns.first().map_or("", |it| it.last());
            let made = table.derived("", &format!("_{first}_fkey"));
            Found::on(table, in_two_steps("TABLE", table, constraint, &made))
        }
        _ => None,
    }
}

/// A new column that refers to another table: without a value nothing is looked up, with
/// one it is looked up for every row.
fn with_value(step: &Step<'_>, table: &Name, column: &Column) -> Option<Found> {
    let (Some(references), Default::Fixed(value) | Default::Changing(value)) =
        (&column.references, &column.default)
    else {
        return None;
    };
    if step.scene.is_new(table) {
        return None;
    }
    let Column { name, kind, .. } = column;
    let required = if column.not_null { " NOT NULL" } else { "" };
    let key = table.derived("", &format!("_{}_fkey", name.last()));
    Found::on(
        table,
        format!(
            "-- orm:no-transaction\n\
             ALTER TABLE {table} ADD COLUMN {name} {kind}{required} DEFAULT {value};\n\
             ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY ({name}) {references} NOT VALID;\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {key};"
        ),
    )
}

fn condition(step: &Step<'_>) -> Option<Found> {
    if let Fact::AddsColumn { table, column } = step.fact
        && let (Some(demanded), false) = (&column.check, step.scene.is_new(table))
    {
        let name = table.derived("", &format!("_{}_check", column.name.last()));
        return Found::on(
            table,
            format!(
                "-- orm:no-transaction\n\
                 ALTER TABLE {table} ADD COLUMN {} {};\n\
                 ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({demanded}) NOT VALID;\n\
                 ALTER TABLE {table} VALIDATE CONSTRAINT {name};",
                column.name, column.kind
            ),
        );
    }
    let (table, constraint) = added(step)?;
    match constraint.kind {
        Kind::Check(_) if constraint.validates => {
            let made = table.derived("", "_check");
            Found::on(table, in_two_steps("TABLE", table, constraint, &made))
        }
        _ => None,
    }
}

/// Added without looking at rows, then checked while others go on.
fn in_two_steps(what: &str, on: &Name, constraint: &Constraint, made: &str) -> String {
    let name = constraint.name.as_ref().map(ToString::to_string);
    let name = name.unwrap_or_else(|| made.to_owned());
    let text = &constraint.text;
    format!(
        "-- orm:no-transaction\n\
         ALTER {what} {on} ADD CONSTRAINT {name} {text} NOT VALID;\n\
         ALTER {what} {on} VALIDATE CONSTRAINT {name};"
    )
}

fn unique(step: &Step<'_>) -> Option<Found> {
    if let Fact::AddsColumn { table, column } = step.fact {
        if step.scene.is_new(table) || !(column.unique || column.primary_key) {
            return None;
        }
        let name = table.derived("", &format!("_{}_key", column.name.last()));
        let add = format!(
            "ALTER TABLE {table} ADD COLUMN {} {};\n",
            column.name, column.kind
        );
        let columns = format!("({})", column.name);
        let word = if column.primary_key {
            "PRIMARY KEY"
        } else {
            "UNIQUE"
        };
        return Found::on(table, by_index(table, &add, &name, &columns, word));
    }
    let (table, constraint) = added(step)?;
    let (columns, word) = match &constraint.kind {
        Kind::Unique {
            columns,
            by_index: None,
        } => (columns, "UNIQUE"),
        Kind::PrimaryKey {
            columns,
            by_index: None,
        } => (columns, "PRIMARY KEY"),
        _ => return None,
    };
    let name = constraint.name.as_ref().map(ToString::to_string);
    let name = name.unwrap_or_else(|| table.derived("", "_key"));
    Found::on(table, by_index(table, "", &name, columns, word))
}

fn by_index(table: &Name, before: &str, name: &str, columns: &str, word: &str) -> String {
    format!(
        "-- orm:no-transaction\n{before}\
         CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {columns};\n\
         ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name};"
    )
}

fn exclusion(step: &Step<'_>) -> Option<Found> {
    let (table, constraint) = added(step)?;
    match constraint.kind {
        Kind::Exclusion => Found::on(
            table,
            step.allowed("exclusion-constraint", "the table is small"),
        ),
        _ => None,
    }
}

fn not_null(step: &Step<'_>) -> Option<Found> {
    let (table, column) = match step.fact {
        Fact::SetsNotNull { table, column } => (table, column),
        Fact::AddsConstraint { table, constraint } if constraint.validates => {
            match &constraint.kind {
                Kind::NotNull(Some(column)) => (table, column),
                _ => return None,
            }
        }
        _ => return None,
    };
    if step.scene.is_new(table) || step.scene.is_never_null(table, column) {
        return None;
    }
    Found::on(
        table,
        format!("-- orm:no-transaction\n{}", never_null(table, column)),
    )
}

/// NOT NULL by way of a CHECK that is validated while others go on.
pub(super) fn never_null(table: &Name, column: &Name) -> String {
    let name = table.derived("", &format!("_{}_not_null", column.last()));
    format!(
        "ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID;\n\
         ALTER TABLE {table} VALIDATE CONSTRAINT {name};\n\
         ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\n\
         ALTER TABLE {table} DROP CONSTRAINT {name};"
    )
}

fn validated_at_once(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Validates { table, constraint }
            if step.in_transaction
                && !step.scene.is_new(table)
                && step.scene.is_added_here(table, constraint) =>
        {
            Found::on(table, step.without_transaction())
        }
        _ => None,
    }
}

fn domain(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::ConstrainsDomain { domain, constraint }
            if constraint.validates && !step.scene.is_new_type(domain) =>
        {
            let made = domain.derived("", "_check");
            Found::anywhere(in_two_steps("DOMAIN", domain, constraint, &made))
        }
        _ => None,
    }
}

fn without_index(step: &Step<'_>) -> Option<Found> {
    let (table, columns) = bare_key(step)?;
    let list: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let list = list.join(", ");
    if step.scene.is_new(table) || matches!(step.fact, Fact::CreatesTable { .. }) {
        return Found::on(
            table,
            format!("{};\nCREATE INDEX ON {table} ({list});", step.text),
        );
    }
    let name = table.derived("", &format!("_{}_idx", columns[0].last()));
    Found::on(
        table,
        format!(
            "-- orm:no-transaction\n{};\n\
             CREATE INDEX CONCURRENTLY {name} ON {table} ({list});",
            step.text
        ),
    )
}

/// The first key of a new column or table that nothing indexes. Of columns that
/// exist already it is not known.
fn bare_key<'s>(step: &Step<'s>) -> Option<(&'s Name, Vec<Name>)> {
    let bare = |table: &Name, columns: &[Name]| {
        !columns.is_empty() && !step.scene.has_index(table, columns)
    };
    match step.fact {
        Fact::AddsColumn { table, column } => {
            let columns = vec![column.name.clone()];
            (column.references.is_some() && bare(table, &columns)).then_some((table, columns))
        }
        Fact::CreatesTable {
            table,
            columns,
            constraints,
            ..
        } => {
            let own = columns.iter().filter(|it| it.references.is_some());
            let own = own.map(|it| vec![it.name.clone()]);
            let listed = constraints.iter().filter_map(|it| match &it.kind {
                Kind::ForeignKey(columns) => Some(columns.clone()),
                _ => None,
            });
            let found = own.chain(listed).find(|columns| bare(table, columns))?;
            Some((table, found))
        }
        Fact::AddsConstraint { table, constraint } if step.scene.is_new(table) => {
            match &constraint.kind {
                Kind::ForeignKey(columns) if bare(table, columns) => Some((table, columns.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}
