//! What rows need: values, and rows that they belong to.

use std::collections::BTreeMap;
use std::pin::Pin;

use orm_core::__testkit::{create_in, is_read, no_value};
use orm_core::error::{Error, Result};
use orm_core::exec::Executor;
use orm_core::schema::{AssociationDef, AssociationKind, ColumnDef, TableDef};
use orm_core::types::Param;
use orm_core::validate::Fault;

use super::{sequence, values};

/// The values of a row by the position of their column.
pub(super) type Row = BTreeMap<u16, Param>;

type Completing<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Gives rows all that they need. Rows of the tables on the way led here.
pub(super) fn complete<'a>(
    table: &'static TableDef,
    rows: &'a mut [Row],
    way: &'a [&'static TableDef],
    db: &'a dyn Executor,
) -> Completing<'a> {
    Box::pin(async move {
        for association in table.associations {
            if association.kind == AssociationKind::BelongsTo {
                belong(table, association, rows, way, db).await?;
            }
        }
        for row in rows {
            fill(table, row)?;
        }
        Ok(())
    })
}

/// Makes the rows that others cannot be without.
async fn belong(
    table: &'static TableDef,
    association: &'static AssociationDef,
    rows: &mut [Row],
    way: &[&'static TableDef],
    db: &dyn Executor,
) -> Result<()> {
    let keys = || association.owner_columns.iter().copied();
    let Some(needed) = keys().find(|&at| !table.column(at).nullable) else {
        return Ok(());
    };
    let lacks = |row: &&mut Row| keys().any(|at| !row.contains_key(&at));
    let mut lacking: Vec<&mut Row> = rows.iter_mut().filter(lacks).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let target = (association.target)();
    let refused = |why: String| {
        let help = format!(
            "{why}: make one and give it, `.of({}::{}, &row)`",
            table.model, association.name
        );
        Err(refusal(table, table.column(needed), "belongs_to", &help))
    };
    if association.type_column.is_some() {
        let help = format!(
            "it may belong to one of several models: give it one, `.of_one({}::{}, &row)`",
            table.model, association.name
        );
        return Err(refusal(table, table.column(needed), "belongs_to", &help));
    }
    if table.name == target.name || way.iter().any(|it| it.name == target.name) {
        return refused(format!("each `{}` needs another one", target.model));
    }
    if target.hooks {
        return refused(format!("hooks are asked of a new `{}`", target.model));
    }
    let mut keys_there = association.target_columns.iter().chain(target.primary_key);
    if let Some(&at) = keys_there.find(|&&at| !is_read(target.column(at).sql_type)) {
        let field = target.column(at).field;
        return refused(format!(
            "the key `{field}` of a new `{}` is not read here",
            target.model
        ));
    }
    let mut owners: Vec<Row> = lacking
        .iter()
        .map(|row| owner_of(association, row))
        .collect();
    let way: Vec<_> = way.iter().copied().chain([table]).collect();
    complete(target, &mut owners, &way, db).await?;
    let owners = owners.into_iter().map(|row| row.into_iter().collect());
    let found = create_in(target, owners.collect(), association.target_columns, db).await?;
    for (row, key) in lacking.iter_mut().zip(found) {
        row.extend(keys().zip(key));
    }
    Ok(())
}

/// What is known of the row that this one is to belong to.
fn owner_of(association: &AssociationDef, row: &Row) -> Row {
    let keys = association
        .owner_columns
        .iter()
        .zip(association.target_columns);
    let given = keys.filter_map(|(own, &other)| Some((other, row.get(own)?.clone())));
    let scope = association
        .scope
        .iter()
        .map(|&(column, value)| (column, value()));
    scope.chain(given).collect()
}

/// Gives each column a value that a row needs and has not.
fn fill(table: &'static TableDef, row: &mut Row) -> Result<()> {
    let number = sequence::next(table);
    for (at, column) in (0..).zip(table.columns) {
        let is_filled = column.nullable
            || column.default.is_some()
            || column.identity.is_some()
            || column.generated.is_some()
            || column.timestamp.is_some()
            || column.version;
        if is_filled || row.contains_key(&at) {
            continue;
        }
        let Some(value) = values::nth(column, number) else {
            let (model, field) = (table.model, column.field);
            let rules = column.validators.iter();
            let rules: Vec<_> = rules.map(|it| format!("`{}`", it.rule.name())).collect();
            let what = match rules.is_empty() {
                true => "no value of its type is known".to_owned(),
                false => format!("no value is known that passes {}", rules.join(", ")),
            };
            let help = format!("{what}: give one, `.set({model}::{field}, ..)`");
            return Err(refusal(table, column, "factory", &help));
        };
        row.insert(at, value);
    }
    Ok(())
}

fn refusal(
    table: &'static TableDef,
    column: &'static ColumnDef,
    rule: &'static str,
    help: &str,
) -> Error {
    let fault = Fault {
        column: Some(column.field),
        rule,
        message: format!("{}.{}: {help}", table.model, column.field),
    };
    no_value(table, fault)
}
