//! What a kind of database cannot do: refused by name, before anything is sent.

use crate::ast::{
    Aggregate, Assignment, AssociationAsk, BinaryOp, Expr, Function, Include, Select, Value,
    Visible,
};
use crate::error::{Error, Result};
use crate::schema::{Backend, JoinTable, SqlType, TableDef};
use crate::sql::kind;

/// Refuses a query that asks for such a thing, wherever it stands.
pub(super) fn query(backend: Backend, select: &Select) -> Result<()> {
    match backend {
        Backend::Postgres => Ok(()),
        Backend::Sqlite => in_query(select).map_err(Into::into),
    }
}

/// The same of what is loaded for rows that are there.
pub(super) fn include(backend: Backend, include: &Include) -> Result<()> {
    match backend {
        Backend::Postgres => Ok(()),
        Backend::Sqlite => in_include(include).map_err(Into::into),
    }
}

/// The same of what decides which rows of a join table are there.
pub(super) fn joined(backend: Backend, join: &JoinTable, visible: &Visible) -> Result<()> {
    match backend {
        Backend::Postgres => Ok(()),
        Backend::Sqlite => join_rows(join, visible).map_err(Into::into),
    }
}

/// Refuses an update or a delete that asks for such a thing.
pub(super) fn write(
    backend: Backend,
    table: &'static TableDef,
    filter: Option<&Expr>,
    set: &[Assignment],
) -> Result<()> {
    match backend {
        Backend::Postgres => Ok(()),
        Backend::Sqlite => in_write(table, filter, set).map_err(Into::into),
    }
}

/// What SQLite has not, and what to do instead.
struct Lack {
    table: &'static TableDef,
    words: &'static str,
}

#[diagnostic::do_not_recommend]
impl From<Lack> for Error {
    fn from(lack: Lack) -> Self {
        let model = lack.table.model;
        let words = format!("{model}: {} has no {}", Backend::Sqlite, lack.words);
        Error::unsupported(Some(model), None, words)
    }
}

type Judged = std::result::Result<(), Lack>;

const LOCK: &str =
    "row locks: a transaction that writes is the only one that does, so leave out the lock";
const REGEX: &str = "regular expressions: use `like`, or test the rows in the program";
const ARRAY: &str = "arrays and ranges, nor the operators on them";
const ARRAY_OF_ROWS: &str = "arrays: include the association, and take the values from its rows";
const KEYS: &str = "this operator on documents: ask for each key with `has_key`";
const DOCUMENT_ORDER: &str = "order of documents: sort by one of their fields, `json_text(..)`";
const LABEL_EXTREMES: &str = "`min` and `max` of labels: sort by the column and take the first row";
const TEXT_SEARCH: &str =
    "text search: ask with `icontains`, or keep the words in a table of FTS5 that `raw_sql` asks";
const TRIGRAMS: &str =
    "likeness of texts: ask with `icontains`, or compare the texts in the program";
const VECTORS: &str =
    "distances of vectors: keep them as `Json<Vec<f32>>`, and compare them in the program";
const FUNCTION: &str = "this function";
const CAST: &str = "type such as the one that is cast to";

fn in_query(select: &Select) -> Judged {
    let table = select.table;
    for from in select.queries() {
        in_query(from)?;
    }
    if select.lock.is_some() {
        return lacks(table, LOCK);
    }
    let rows = select.filter.iter().chain(select.visible.tests());
    let clauses = rows.chain(&select.group_by);
    let mut clauses = clauses.chain(&select.having);
    clauses.try_for_each(|expr| judge(table, expr))?;
    let mut order = select.order_by.iter();
    order.try_for_each(|term| sorts(table, &term.expr))?;
    let mut shown = select.output.exprs();
    shown.try_for_each(|expr| judge(table, expr))?;
    let mut includes = select.includes.iter();
    includes.try_for_each(in_include)
}

fn in_include(include: &Include) -> Judged {
    if let (Some(join), Some(table)) = (&include.association.through, include.join_model()) {
        join_rows(join, &include.joined)?;
        let mut order = include.join_order.iter();
        order.try_for_each(|it| sorts(table, &it.term.expr))?;
    }
    in_query(&include.select)
}

fn join_rows(join: &JoinTable, visible: &Visible) -> Judged {
    let mut tests = visible.tests();
    join.table
        .map_or(Ok(()), |table| tests.try_for_each(|it| judge(table(), it)))
}

fn in_write(table: &'static TableDef, filter: Option<&Expr>, set: &[Assignment]) -> Judged {
    if let Some(filter) = filter {
        judge(table, filter)?;
    }
    for assignment in set {
        if let Value::Expr(expr) = &assignment.value {
            judge(table, expr)?;
        }
    }
    Ok(())
}

fn sorts(table: &'static TableDef, expr: &Expr) -> Judged {
    if is_document(expr) {
        return lacks(table, DOCUMENT_ORDER);
    }
    judge(table, expr)
}

fn judge(table: &'static TableDef, expr: &Expr) -> Judged {
    match expr {
        Expr::Binary(op, operands) => binary(table, *op, &operands[..])?,
        Expr::Between(parts) if is_document(&parts[0]) => return lacks(table, DOCUMENT_ORDER),
        Expr::Call(function, _) => call(table, *function)?,
        Expr::Aggregate(it) => aggregate(table, it)?,
        Expr::Cast(_, to) if !is_castable(to) => return lacks(table, CAST),
        Expr::Subquery(it) => in_query(&it.select)?,
        Expr::There(test) => {
            let mut tests = test.visible.tests().chain([&test.filter]);
            tests.try_for_each(|it| judge(test.table, it))?;
        }
        Expr::Association(test) => {
            let target = test.last.target();
            let mut conditions = test.conditions();
            conditions.try_for_each(|(table, filter)| judge(table, filter))?;
            let mut joins = test.joins();
            joins.try_for_each(|(join, visible)| join_rows(join, visible))?;
            match &test.ask {
                AssociationAsk::Aggregate(it) => folds(target, it.function, &it.arguments)?,
                AssociationAsk::Array(..) => return lacks(target, ARRAY_OF_ROWS),
                AssociationAsk::Exists | AssociationAsk::NotExists | AssociationAsk::Value(_) => {}
            }
            let mut asked = test.order().chain(test.ask.parts());
            asked.try_for_each(|it| judge(target, it))?;
        }
        Expr::JoinedTo(test) => join_rows(test.join, &test.visible)?,
        _ => {}
    }
    let parts = expr.parts();
    parts.iter().try_for_each(|part| judge(table, part))
}

fn binary(table: &'static TableDef, op: BinaryOp, operands: &[Expr]) -> Judged {
    let documents = operands.first().is_some_and(is_document);
    match op {
        BinaryOp::Matches | BinaryOp::NotMatches | BinaryOp::IMatches => lacks(table, REGEX),
        BinaryOp::Contains if !documents => lacks(table, ARRAY),
        BinaryOp::ContainedBy
        | BinaryOp::Overlaps
        | BinaryOp::Adjacent
        | BinaryOp::StrictlyLeft
        | BinaryOp::StrictlyRight
        | BinaryOp::RangeUnion
        | BinaryOp::RangeIntersection
        | BinaryOp::RangeDifference => lacks(table, ARRAY),
        BinaryOp::HasAnyKey | BinaryOp::HasAllKeys | BinaryOp::JsonGet | BinaryOp::JsonGetText => {
            lacks(table, KEYS)
        }
        BinaryOp::TextMatch => lacks(table, TEXT_SEARCH),
        BinaryOp::CosineDistance | BinaryOp::NegativeInnerProduct | BinaryOp::L1Distance => {
            lacks(table, VECTORS)
        }
        BinaryOp::Distance if operands.iter().any(is_vector) => lacks(table, VECTORS),
        BinaryOp::Alike | BinaryOp::HasAlike | BinaryOp::Distance | BinaryOp::PartDistance => {
            lacks(table, TRIGRAMS)
        }
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge if documents => {
            lacks(table, DOCUMENT_ORDER)
        }
        _ => Ok(()),
    }
}

fn call(table: &'static TableDef, function: Function) -> Judged {
    match function {
        Function::Cardinality
        | Function::ArrayAppend
        | Function::ArrayPrepend
        | Function::ArrayRemove
        | Function::ArrayReplace
        | Function::ArrayConcat
        | Function::RangeStart
        | Function::RangeEnd
        | Function::IsEmptyRange
        | Function::RangeMerge => lacks(table, ARRAY),
        Function::ToTsVector(_)
        | Function::SetWeight(_)
        | Function::WebsearchQuery(_)
        | Function::PlainQuery(_)
        | Function::PhraseQuery(_)
        | Function::WrittenQuery(_)
        | Function::QueryAnd
        | Function::QueryOr
        | Function::QueryNot
        | Function::TextRank
        | Function::TextRankCover
        | Function::Headline(_) => lacks(table, TEXT_SEARCH),
        Function::Similarity | Function::WordSimilarity => lacks(table, TRIGRAMS),
        // No query of the typed layer calls them.
        Function::Greatest
        | Function::Least
        | Function::Round
        | Function::Ceil
        | Function::Floor
        | Function::JsonArrayLength => lacks(table, FUNCTION),
        _ => Ok(()),
    }
}

fn aggregate(table: &'static TableDef, aggregate: &Aggregate) -> Judged {
    folds(table, aggregate.function, &aggregate.arguments)?;
    let Some(over) = &aggregate.over else {
        return Ok(());
    };
    let mut order = over.order_by.iter();
    order.try_for_each(|term| sorts(table, &term.expr))
}

fn folds(table: &'static TableDef, function: Function, arguments: &[Expr]) -> Judged {
    let of_labels = || {
        let mut kinds = arguments.iter().filter_map(kind);
        kinds.any(|it| matches!(it, SqlType::Enum(_)))
    };
    match function {
        Function::ArrayAgg => lacks(table, ARRAY),
        Function::Min | Function::Max if of_labels() => lacks(table, LABEL_EXTREMES),
        _ => Ok(()),
    }
}

fn is_document(expr: &Expr) -> bool {
    matches!(kind(expr), Some(SqlType::Json | SqlType::Jsonb))
}

fn is_vector(expr: &Expr) -> bool {
    matches!(kind(expr), Some(SqlType::Vector(_)))
}

fn is_castable(sql_type: &SqlType) -> bool {
    !matches!(
        sql_type,
        SqlType::Array(_)
            | SqlType::Range(_)
            | SqlType::Interval
            | SqlType::Inet
            | SqlType::Cidr
            | SqlType::TsVector
            | SqlType::Vector(_)
            | SqlType::Named(_)
    )
}

fn lacks(table: &'static TableDef, words: &'static str) -> Judged {
    Err(Lack { table, words })
}
