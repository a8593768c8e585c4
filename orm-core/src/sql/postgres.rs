//! PostgreSQL.

mod bulk;
mod copy;
mod pairs;

#[cfg(feature = "postgres")]
pub(crate) use copy::{COPY_END, Copy, copy, time_of_copy};

use super::dialect::{BoundRows, Bulk, Dialect, Listed, PerParent, push_number};
use super::{Writer, identifier};
use crate::ast::{
    BinaryOp, Function, Link, LockStrength, LockWait, RemoveRows, TimeUnit, Unlink, UpdateRows,
};
use crate::schema::SqlType;
use crate::types::Param;

/// The words and forms of PostgreSQL.
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
            BinaryOp::RangeUnion => " + ",
            BinaryOp::RangeIntersection => " * ",
            BinaryOp::RangeDifference => " - ",
            BinaryOp::JsonGet => " -> ",
            BinaryOp::JsonGetText => " ->> ",
            BinaryOp::JsonPath => " #> ",
            BinaryOp::JsonPathText => " #>> ",
            BinaryOp::HasKey => " ? ",
            BinaryOp::HasAnyKey => " ?| ",
            BinaryOp::HasAllKeys => " ?& ",
            BinaryOp::TextMatch => " @@ ",
            BinaryOp::Alike => " % ",
            BinaryOp::HasAlike => " %> ",
            BinaryOp::Distance => " <-> ",
            BinaryOp::CosineDistance => " <=> ",
            BinaryOp::NegativeInnerProduct => " <#> ",
            BinaryOp::L1Distance => " <+> ",
            BinaryOp::PartDistance => " <->> ",
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
            Function::ArrayAppend => "array_append",
            Function::ArrayPrepend => "array_prepend",
            Function::ArrayRemove => "array_remove",
            Function::ArrayReplace => "array_replace",
            Function::ArrayConcat => "array_cat",
            Function::RangeStart => "lower",
            Function::RangeEnd => "upper",
            Function::IsEmptyRange => "isempty",
            Function::RangeMerge => "range_merge",
            Function::ToTsVector(_) => "to_tsvector",
            Function::SetWeight(_) => "setweight",
            Function::WebsearchQuery(_) => "websearch_to_tsquery",
            Function::PlainQuery(_) => "plainto_tsquery",
            Function::PhraseQuery(_) => "phraseto_tsquery",
            Function::WrittenQuery(_) => "to_tsquery",
            Function::QueryAnd => "tsquery_and",
            Function::QueryOr => "tsquery_or",
            Function::QueryNot => "tsquery_not",
            Function::TextRank => "ts_rank",
            Function::TextRankCover => "ts_rank_cd",
            Function::Headline(_) => "ts_headline",
            Function::Similarity => "similarity",
            Function::WordSimilarity => "word_similarity",
            Function::JsonMember(_) => " -> ",
            Function::JsonMemberText(_) => " ->> ",
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

    fn is_listed<'a>(
        &self,
        w: &mut Writer<'a>,
        listed: Listed,
        list: &mut dyn FnMut(&mut Writer<'a>),
    ) {
        w.push(match listed {
            Listed::Yes => " = ANY(",
            Listed::No => " <> ALL(",
        });
        list(w);
        w.push(")");
    }

    fn bound_rows<'a>(&self, w: &mut Writer<'a>, rows: &BoundRows<'a, '_>) {
        w.unnest(rows.arrays);
        if let Some((name, column)) = rows.named {
            w.push(" AS ");
            w.push(name);
            w.push(" (");
            w.list(0..rows.arrays.len(), |w, at| column(w, at));
            w.push(")");
        }
    }

    /// An array is quicker wherever an index finds its members. Without an index
    /// the server looks through the array for every row of the table; rows it puts
    /// into a hash table.
    fn is_key_of_parent<'a>(
        &self,
        w: &mut Writer<'a>,
        by_index: bool,
        keys: &mut dyn FnMut(&mut Writer<'a>),
    ) {
        let (open, close) = match by_index {
            true => (" = ANY(ARRAY(", "))"),
            false => (" IN (", ")"),
        };
        w.push(open);
        keys(w);
        w.push(close);
    }

    fn limit_per_parent(&self) -> PerParent {
        PerParent::Lateral
    }

    fn level(&self, is_read_again: bool) -> &'static str {
        match is_read_again {
            true => " AS MATERIALIZED (",
            false => " AS (",
        }
    }

    fn null_of(&self, w: &mut Writer<'_>, sql_type: &SqlType) {
        w.push("CAST(NULL AS ");
        w.type_name(sql_type);
        w.push(")");
    }

    fn bulk_rows<'a>(&self, w: &mut Writer<'a>, bulk: &Bulk<'a>) {
        w.bulk_rows(bulk);
    }

    fn update_rows<'a>(&self, w: &mut Writer<'a>, update: &'a UpdateRows) {
        w.update_rows(update);
    }

    fn remove_rows<'a>(&self, w: &mut Writer<'a>, remove: &'a RemoveRows) {
        w.remove_rows(remove);
    }

    /// Looked at once the existing row is found and locked.
    fn notes_overwriting<'a>(&self, w: &mut Writer<'a>, mark: &'a Param) {
        w.push("set_config('orm.overwrote', ");
        w.param(mark);
        w.push(", true) IS NOT NULL");
    }

    fn is_new<'a>(&self, w: &mut Writer<'a>, mark: Option<&'a Param>) {
        match mark {
            // A row version made by an insert has no deleting transaction yet;
            // one made by the update of a conflict was locked first.
            None => w.push("(xmax = 0)"),
            Some(mark) => {
                // Taken away, so that the next row of the same statement is told apart.
                w.push("CASE WHEN current_setting('orm.overwrote', true) = ");
                w.param(mark);
                w.push(" THEN set_config('orm.overwrote', '', true) <> '' ELSE TRUE END");
            }
        }
    }

    fn new_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link) {
        w.new_pairs(link);
    }

    fn missing_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link) {
        w.missing_pairs(link);
    }

    fn leads_to_listed<'a>(&self, w: &mut Writer<'a>, unlink: &'a Unlink) {
        w.leads_to_listed(unlink);
    }

    fn avoids_scans(&self) -> Option<&'static str> {
        Some("SET LOCAL enable_seqscan = off")
    }
}

impl<'a> Writer<'a> {
    /// `unnest(CAST($1 AS integer[]), ..)`
    fn unnest(&mut self, arrays: &[(&'a Param, SqlType)]) {
        self.push("unnest(");
        self.list(arrays, |w, array| w.bound_array(*array));
        self.push(")");
    }

    /// `CAST($1 AS integer[])`
    fn bound_array(&mut self, (array, sql_type): (&'a Param, SqlType)) {
        self.push("CAST(");
        self.param(array);
        self.push(" AS ");
        self.type_name(&sql_type.element_of_bound_array());
        self.push("[])");
    }

    /// True of a table whose every row is written that is sent to it: no row
    /// passes through a trigger that may drop it (the bits of `tgtype` are ROW,
    /// BEFORE and INSERT), a rule, a view or another server.
    ///
    /// The insert holds its lock on the table when this is looked up, so that
    /// nobody adds a trigger in between.
    fn keeps_no_row_away(&mut self, table: &'a Param) {
        self.push(
            "(SELECT c.relkind = 'r' AND NOT c.relhasrules AND NOT EXISTS (\
             SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgtype & 7 = 7) \
             FROM pg_catalog.pg_class AS c WHERE c.oid = CAST(CAST(",
        );
        self.param(table);
        self.push(" AS text) AS pg_catalog.regclass))");
    }
}
