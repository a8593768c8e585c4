//! Models in a database that cannot hold them.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::ast::{Expr, Include, Select, Visible};
use crate::check::unfit_words;
use crate::error::{Error, Result};
use crate::schema::fits::first_misfit;
use crate::schema::{Backend, JoinTable, TableDef};

thread_local! {
    /// The tables that were found to fit, by where their descriptor is.
    static FITTING: RefCell<HashSet<(*const TableDef, Backend)>> = RefCell::default();
}

/// Refuses a model that needs what the database does not have.
///
/// One that says where it lives was judged by the compiler, and PostgreSQL holds
/// whatever can be declared; of the others the verdict is kept.
///
/// # Errors
/// `is_unsupported`, with the model, its field and what to write instead.
#[inline]
pub(super) fn judge_model(table: &'static TableDef, backend: Backend) -> Result<()> {
    match table.backends {
        [] if backend == Backend::Postgres => Ok(()),
        [] => judge_once(table, backend),
        said if backend.is_in(said) => Ok(()),
        _ => Err(elsewhere(table, backend)),
    }
}

/// Refuses a query of such a model, or one that looks into its table.
pub(super) fn judge_query(select: &Select, backend: Backend) -> Result<()> {
    if select.from.is_none() {
        judge_model(select.table, backend)?;
    }
    if backend != Backend::Postgres {
        select
            .exprs()
            .try_for_each(|expr| judge_expr(expr, backend))?;
    }
    for from in select.queries() {
        judge_query(from, backend)?;
    }
    let mut includes = select.includes.iter();
    includes.try_for_each(|include| judge_include(include, backend))
}

/// Refuses what is loaded of such a model, by way of one, or looks into its table.
pub(super) fn judge_include(include: &Include, backend: Backend) -> Result<()> {
    if let Some(join) = &include.association.through {
        judge_join_rows(join, &include.joined, backend)?;
        let mut order = include.join_order.iter().map(|it| &it.term.expr);
        order.try_for_each(|expr| judge_expr(expr, backend))?;
    }
    judge_query(&include.select, backend)
}

/// Refuses a write of such a model, or one that looks into its table.
pub(super) fn judge_write(
    table: &'static TableDef,
    filter: Option<&Expr>,
    backend: Backend,
) -> Result<()> {
    judge_model(table, backend)?;
    match filter {
        Some(filter) if backend != Backend::Postgres => judge_expr(filter, backend),
        _ => Ok(()),
    }
}

/// Refuses a join table that is such a model.
pub(crate) fn judge_join(join: &JoinTable, backend: Backend) -> Result<()> {
    join.table
        .map_or(Ok(()), |table| judge_model(table(), backend))
}

/// The same, or one whose rows are there if rows of such a model are.
pub(super) fn judge_join_rows(join: &JoinTable, visible: &Visible, backend: Backend) -> Result<()> {
    judge_join(join, backend)?;
    let mut tests = visible.tests();
    tests.try_for_each(|expr| judge_expr(expr, backend))
}

/// Refuses an expression that asks for rows of such a model.
fn judge_expr(expr: &Expr, backend: Backend) -> Result<()> {
    if let Expr::Association(test) = expr {
        let mut steps = test.steps();
        steps.try_for_each(|step| judge_model(step.target(), backend))?;
        let mut joins = test.joins();
        joins.try_for_each(|(join, visible)| judge_join_rows(join, visible, backend))?;
        let conditions = test.conditions().map(|(_, test)| test);
        let mut inside = conditions.chain(test.order()).chain(test.ask.parts());
        return inside.try_for_each(|expr| judge_expr(expr, backend));
    }
    match expr {
        Expr::Subquery(it) => judge_query(&it.select, backend)?,
        Expr::JoinedTo(test) => judge_join_rows(test.join, &test.visible, backend)?,
        _ => {}
    }
    let parts = expr.parts();
    parts.iter().try_for_each(|part| judge_expr(part, backend))
}

fn judge_once(table: &'static TableDef, backend: Backend) -> Result<()> {
    let key = (std::ptr::from_ref(table), backend);
    if FITTING.with_borrow(|fitting| fitting.contains(&key)) {
        return Ok(());
    }
    if let Some(misfit) = first_misfit(table, backend) {
        let words = unfit_words(table, &misfit, backend);
        return Err(Error::unsupported(
            Some(table.model),
            misfit.field(table),
            words,
        ));
    }
    FITTING.with_borrow_mut(|fitting| fitting.insert(key));
    Ok(())
}

#[cold]
fn elsewhere(table: &'static TableDef, backend: Backend) -> Error {
    let words = format!(
        "`{}` is not for {}: write `{}` into its `#[model(backends(..))]`",
        table.model,
        backend.name(),
        backend.word(),
    );
    Error::unsupported(Some(table.model), None, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::schema::{ColumnDef, SqlType, TableKind, TableName};

    const TEXT: SqlType = SqlType::Text;

    const fn table(columns: &'static [ColumnDef], backends: &'static [Backend]) -> TableDef {
        TableDef {
            model: "Post",
            kind: TableKind::Table,
            name: TableName {
                schema: None,
                name: "posts",
            },
            columns,
            primary_key: &[0],
            primary_key_name: None,
            uniques: &[],
            exclusions: &[],
            checks: &[],
            indexes: &[],
            associations: &[],
            storage: crate::schema::StorageDef::PLAIN,
            comment: None,
            renamed_from: None,
            backends,
            soft_delete: None,
            scopes: &[],
            hooks: false,
        }
    }

    static PLAIN: TableDef = table(&[ColumnDef::new("id", "id", TEXT)], &[]);
    static WITH_TAGS: TableDef = table(
        &[
            ColumnDef::new("id", "id", TEXT),
            ColumnDef::new("all_tags", "tags", SqlType::Array(&TEXT)),
        ],
        &[],
    );
    static FOR_SQLITE: TableDef = table(&[ColumnDef::new("id", "id", TEXT)], &[Backend::Sqlite]);

    #[test]
    fn a_model_that_does_not_fit_is_refused_by_field_and_database() {
        for _ in 0..2 {
            let error = judge_model(&WITH_TAGS, Backend::Sqlite).unwrap_err();
            assert!(error.is_unsupported());
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(
                (error.model(), error.fields()),
                (Some("Post"), &["tags"][..])
            );
            assert_eq!(
                error.to_string(),
                "`Post.tags` needs arrays, which SQLite does not have: write `Json<Vec<..>>`, or \
                 give the elements a table of their own"
            );
        }
        judge_model(&WITH_TAGS, Backend::Postgres).unwrap();
    }

    #[test]
    fn a_model_that_fits_is_judged_once() {
        let key = (std::ptr::from_ref(&PLAIN), Backend::Sqlite);
        judge_model(&PLAIN, Backend::Sqlite).unwrap();
        assert!(FITTING.with_borrow(|fitting| fitting.contains(&key)));
        judge_model(&PLAIN, Backend::Sqlite).unwrap();
        judge_model(&PLAIN, Backend::Postgres).unwrap();
    }

    #[test]
    fn a_model_that_says_where_it_lives_is_refused_elsewhere() {
        judge_model(&FOR_SQLITE, Backend::Sqlite).unwrap();
        let error = judge_model(&FOR_SQLITE, Backend::Postgres).unwrap_err();
        assert!(error.is_unsupported());
        assert_eq!(
            error.to_string(),
            "`Post` is not for PostgreSQL: write `postgres` into its `#[model(backends(..))]`"
        );
    }

    #[test]
    fn every_statement_is_judged() {
        use crate::ast::{Delete, Insert, InsertRows, Returning, Update};
        let sqlite = Backend::Sqlite;
        let select = Select::new(&WITH_TAGS);
        assert!(super::super::select(sqlite, &select).is_err());
        let mut around = Select::new(&PLAIN);
        around.from = Some(Box::new(select));
        assert!(super::super::select(sqlite, &around).is_err());
        let delete = Delete {
            table: &WITH_TAGS,
            visible: crate::ast::Visible::every(),
            filter: None,
            returning: crate::ast::OfEachRow::Nothing,
        };
        assert!(super::super::delete(sqlite, &delete).is_err());
        let update = Update {
            table: &WITH_TAGS,
            visible: crate::ast::Visible::every(),
            set: Vec::new(),
            filter: None,
            returning: crate::ast::OfEachRow::Nothing,
        };
        assert!(super::super::update(sqlite, &update).is_err());
        let rows = InsertRows::Arrays {
            columns: Vec::new(),
            values: Vec::new(),
            count: crate::types::Param::Int4(0),
            all_of: None,
        };
        let insert = Insert {
            table: &WITH_TAGS,
            rows,
            conflict: None,
            returning: Returning::Nothing,
        };
        assert!(super::super::insert(sqlite, &insert).is_err());
    }
}
