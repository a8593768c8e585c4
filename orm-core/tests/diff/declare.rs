//! Goals with few words.

use orm_core::ddl::blueprint::{
    Blueprint, Column, Constraint, EnumType, ForeignKey, Index, Name, Part, Rule, Storage, Table,
    Term, Type,
};
use orm_core::diff::Goal;
use orm_core::schema::{Action, Deferrable, Identity};

pub(crate) fn goal(tables: impl IntoIterator<Item = Table>) -> Goal {
    Goal {
        blueprint: Blueprint {
            enums: Vec::new(),
            tables: tables.into_iter().collect(),
            views: Vec::new(),
        },
        ..Goal::default()
    }
}

pub(crate) fn with_enum(mut goal: Goal, kind: &str, labels: &[&str]) -> Goal {
    goal.blueprint.enums.push(EnumType {
        name: name(kind),
        labels: labels.iter().map(|&it| it.into()).collect(),
    });
    goal
}

pub(crate) fn name(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, name)) => Name::new(Some(schema), name),
        None => Name::new(None, text),
    }
}

/// A table with a numbered key.
pub(crate) fn table(text: &str, columns: impl IntoIterator<Item = Column>) -> Table {
    let id = Column {
        identity: Some(Identity::ByDefault),
        ..column("id", "integer")
    };
    let name = name(text);
    Table {
        constraints: vec![Constraint {
            name: format!("{}_pkey", name.name),
            rule: Rule::PrimaryKey(vec!["id".into()]),
        }],
        name,
        columns: [id].into_iter().chain(columns).collect(),
        indexes: Vec::new(),
        storage: Storage::default(),
        comment: None,
    }
}

pub(crate) fn column(name: &str, kind: &str) -> Column {
    Column {
        name: name.into(),
        kind: Type::BuiltIn(kind.into()),
        nullable: false,
        identity: None,
        sequence: None,
        default: None,
        generated: None,
        collation: None,
        comment: None,
    }
}

pub(crate) fn nullable(name: &str, kind: &str) -> Column {
    Column {
        nullable: true,
        ..column(name, kind)
    }
}

pub(crate) fn of_enum(name: &str, kind: &str) -> Column {
    Column {
        kind: Type::Enum {
            name: self::name(kind),
            array: false,
        },
        ..column(name, "")
    }
}

pub(crate) fn default(mut column: Column, expression: &str) -> Column {
    column.default = Some(expression.into());
    column
}

pub(crate) fn check(mut table: Table, name: &str, condition: &str) -> Table {
    table.constraints.push(Constraint {
        name: name.into(),
        rule: Rule::Check {
            condition: condition.into(),
            column: None,
        },
    });
    table
}

pub(crate) fn unique(mut table: Table, name: &str, columns: &[&str]) -> Table {
    table.constraints.push(Constraint {
        name: name.into(),
        rule: Rule::Unique {
            columns: columns.iter().map(|&it| it.into()).collect(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        },
    });
    table
}

pub(crate) fn key(mut table: Table, column: &str, target: &str, target_column: &str) -> Table {
    table.constraints.push(Constraint {
        name: format!("{}_{column}_fkey", table.name.name),
        rule: Rule::ForeignKey(ForeignKey {
            columns: vec![column.into()],
            target: name(target),
            target_columns: vec![target_column.into()],
            on_delete: Action::Restrict,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        }),
    });
    table
}

/// An index over columns, or expressions in brackets.
pub(crate) fn index(mut table: Table, name: &str, parts: &[&str]) -> Table {
    table.indexes.push(Index {
        name: name.into(),
        method: "btree".into(),
        unique: false,
        nulls_not_distinct: false,
        parts: parts.iter().map(|it| part(it)).collect(),
        include: Vec::new(),
        filter: None,
        parameters: std::collections::BTreeMap::new(),
    });
    table
}

pub(crate) fn part(text: &str) -> Part {
    let expression = text.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    Part {
        term: match expression {
            Some(it) => Term::Expression(it.into()),
            None => Term::Column(text.into()),
        },
        descending: false,
        nulls_first: None,
        operator_class: None,
    }
}
