//! What differs between databases, as far as statements are concerned.

use crate::ast::{BinaryOp, Function, LockStrength, LockWait, TimeUnit};
use crate::schema::SqlType;

use super::identifier;

/// The words of one database.
pub(crate) trait Dialect: Sync {
    /// Writes a name so that the database takes it literally.
    fn identifier(&self, out: &mut String, name: &str);

    /// Writes the placeholder of the n-th bound value, counted from 1.
    fn placeholder(&self, out: &mut String, n: usize);

    /// Writes the name of a column type.
    fn type_name(&self, out: &mut String, sql_type: &SqlType);

    /// The operator between two operands.
    fn operator(&self, op: BinaryOp) -> &'static str;

    /// The name of a function.
    fn function(&self, function: Function) -> &'static str;

    /// The name of a unit of time.
    fn time_unit(&self, unit: TimeUnit) -> &'static str;

    /// The clause that locks rows.
    fn lock(&self, strength: LockStrength) -> &'static str;

    /// What a lock does when it has to wait.
    fn lock_wait(&self, wait: LockWait) -> &'static str;
}

/// PostgreSQL.
pub(crate) static POSTGRES: Postgres = Postgres;

/// The words of PostgreSQL.
pub(crate) struct Postgres;

impl Dialect for Postgres {
    fn identifier(&self, out: &mut String, name: &str) {
        identifier::quote(out, name);
    }

    fn placeholder(&self, out: &mut String, n: usize) {
        out.push('$');
        push_number(out, n);
    }

    fn type_name(&self, out: &mut String, sql_type: &SqlType) {
        sql_type.write_to(out);
    }

    fn operator(&self, op: BinaryOp) -> &'static str {
        match op {
            BinaryOp::Eq => " = ",
            BinaryOp::Ne => " <> ",
            BinaryOp::Lt => " < ",
            BinaryOp::Le => " <= ",
            BinaryOp::Gt => " > ",
            BinaryOp::Ge => " >= ",
            BinaryOp::IsDistinctFrom => " IS DISTINCT FROM ",
            BinaryOp::IsNotDistinctFrom => " IS NOT DISTINCT FROM ",
            BinaryOp::Add => " + ",
            BinaryOp::Sub => " - ",
            BinaryOp::Mul => " * ",
            BinaryOp::Div => " / ",
            BinaryOp::Rem => " % ",
            BinaryOp::Concat => " || ",
            BinaryOp::Like => " LIKE ",
            BinaryOp::NotLike => " NOT LIKE ",
            BinaryOp::ILike => " ILIKE ",
            BinaryOp::NotILike => " NOT ILIKE ",
            BinaryOp::Matches => " ~ ",
            BinaryOp::NotMatches => " !~ ",
            BinaryOp::IMatches => " ~* ",
            BinaryOp::Contains => " @> ",
            BinaryOp::ContainedBy => " <@ ",
            BinaryOp::Overlaps => " && ",
            BinaryOp::Adjacent => " -|- ",
            BinaryOp::StrictlyLeft => " << ",
            BinaryOp::StrictlyRight => " >> ",
            BinaryOp::JsonGet => " -> ",
            BinaryOp::JsonGetText => " ->> ",
            BinaryOp::JsonPath => " #> ",
            BinaryOp::JsonPathText => " #>> ",
            BinaryOp::HasKey => " ? ",
            BinaryOp::HasAnyKey => " ?| ",
            BinaryOp::HasAllKeys => " ?& ",
            BinaryOp::TextMatch => " @@ ",
        }
    }

    fn function(&self, function: Function) -> &'static str {
        match function {
            Function::Lower => "lower",
            Function::Upper => "upper",
            Function::CharLength => "char_length",
            Function::Trim => "btrim",
            Function::Coalesce => "coalesce",
            Function::NullIf => "nullif",
            Function::Greatest => "greatest",
            Function::Least => "least",
            Function::Abs => "abs",
            Function::Round => "round",
            Function::Ceil => "ceil",
            Function::Floor => "floor",
            Function::Now => "now",
            Function::StatementTime => "statement_timestamp",
            Function::DateTrunc(_) => "date_trunc",
            Function::Extract(_) => "date_part",
            Function::Cardinality => "cardinality",
            Function::JsonArrayLength => "jsonb_array_length",
            Function::Count => "count",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::ArrayAgg => "array_agg",
            Function::StringAgg => "string_agg",
            Function::BoolAnd => "bool_and",
            Function::BoolOr => "bool_or",
            Function::RowNumber => "row_number",
            Function::Rank => "rank",
            Function::DenseRank => "dense_rank",
            Function::Lag => "lag",
            Function::Lead => "lead",
            Function::NotAnAggregate => "not_an_aggregate",
        }
    }

    fn time_unit(&self, unit: TimeUnit) -> &'static str {
        match unit {
            TimeUnit::Microseconds => "'microseconds'",
            TimeUnit::Milliseconds => "'milliseconds'",
            TimeUnit::Second => "'second'",
            TimeUnit::Minute => "'minute'",
            TimeUnit::Hour => "'hour'",
            TimeUnit::Day => "'day'",
            TimeUnit::Week => "'week'",
            TimeUnit::Month => "'month'",
            TimeUnit::Quarter => "'quarter'",
            TimeUnit::Year => "'year'",
        }
    }

    fn lock(&self, strength: LockStrength) -> &'static str {
        match strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::NoKeyUpdate => " FOR NO KEY UPDATE",
            LockStrength::Share => " FOR SHARE",
            LockStrength::KeyShare => " FOR KEY SHARE",
        }
    }

    fn lock_wait(&self, wait: LockWait) -> &'static str {
        match wait {
            LockWait::Wait => "",
            LockWait::SkipLocked => " SKIP LOCKED",
            LockWait::NoWait => " NOWAIT",
        }
    }
}

/// Appends a decimal number without allocating.
pub(crate) fn push_number(out: &mut String, n: usize) {
    if n >= 10 {
        push_number(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}
