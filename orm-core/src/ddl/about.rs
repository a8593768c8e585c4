//! From what the server reports of a violated constraint to the model.

use super::blueprint::{Name, Rule, Table};
use super::desired;
use super::known;
use super::violated::{Violated, fields_of, violated};
use crate::error::Direction;
use crate::schema::{SqlType, TableDef};

/// What the server reports of a violated constraint, in its own names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reported {
    pub(crate) constraint: Option<Box<str>>,
    pub(crate) schema: Option<Box<str>>,
    /// The table the constraint is on; for a foreign key the one that refers.
    pub(crate) table: Option<Box<str>>,
    pub(crate) column: Option<Box<str>>,
    /// The domain whose rule it is, where it is no table's.
    pub(crate) data_type: Option<Box<str>>,
    /// Whether a function, such as a trigger, ran the statement.
    pub(crate) within_function: bool,
    /// Which way a foreign key was broken.
    pub(crate) direction: Option<Direction>,
}

/// What a violated constraint is about, in the words of the models.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct About {
    pub(crate) model: Option<&'static str>,
    pub(crate) fields: Vec<&'static str>,
    /// What the model's author says about a violation.
    pub(crate) message: Option<String>,
    /// The model on the other side of a foreign key.
    pub(crate) other: Option<&'static str>,
    /// Whether the table is a join table without a model of its own; `model` is
    /// the one it refers to then.
    pub(crate) in_join_table: bool,
}

impl About {
    /// The model and fields of a violated constraint; `statement` is the table
    /// that the statement wrote to, where one is known.
    pub(crate) fn of(reported: &Reported, statement: Option<&'static TableDef>) -> Self {
        let holder = reported.holder(statement);
        let known = match (holder, reported.direction) {
            (holder, Some(Direction::IsReferredTo)) => reported.about_referred(holder, statement),
            (Some(holder), _) => Some(reported.about_holder(holder, statement)),
            (None, _) => reported.about_pair(statement),
        };
        known.unwrap_or_else(|| reported.about_statement(statement))
    }

    fn named(table: &'static TableDef, violated: Option<Violated>) -> Self {
        let violated = violated.unwrap_or_default();
        About {
            model: Some(table.model),
            fields: violated.fields,
            message: violated.message,
            other: None,
            in_join_table: false,
        }
    }
}

impl Reported {
    /// The model of the table that has the constraint: the statement's own if
    /// it is its table, since several models can share one.
    fn holder(&self, statement: Option<&'static TableDef>) -> Option<&'static TableDef> {
        let name = self.table.as_deref()?;
        let schema = self.schema.as_deref();
        statement
            .filter(|it| known::is_named(it.name, schema, name))
            .or_else(|| known::named(schema, name))
    }

    /// A row of the holder is wrong.
    fn about_holder(
        &self,
        holder: &'static TableDef,
        statement: Option<&'static TableDef>,
    ) -> About {
        let key = self.key_of(&desired::table(holder));
        let other = key.and_then(|key| model_of(&key.target, statement));
        About {
            other: other.map(|table| table.model),
            ..About::named(holder, self.violated(holder))
        }
    }

    /// A row is still referred to: it is about the model of that row.
    fn about_referred(
        &self,
        holder: Option<&'static TableDef>,
        statement: Option<&'static TableDef>,
    ) -> Option<About> {
        let key = match holder {
            Some(holder) => self.key_of(&desired::table(holder)),
            None => self.key_of(&self.join_table(statement)?),
        }?;
        let referred = model_of(&key.target, statement)?;
        Some(About {
            model: Some(referred.model),
            fields: fields_of(referred, &key.target_columns),
            other: holder.map(|holder| holder.model),
            ..About::default()
        })
    }

    /// A pair of keys is wrong, in a join table that is no model.
    fn about_pair(&self, statement: Option<&'static TableDef>) -> Option<About> {
        let key = self.key_of(&self.join_table(statement)?)?;
        let other = model_of(&key.target, statement)?;
        Some(About {
            model: Some(other.model),
            fields: fields_of(other, &key.target_columns),
            other: Some(other.model),
            in_join_table: true,
            ..About::default()
        })
    }

    /// No model has the table: it may be a partition of the statement's own, or
    /// the constraint a domain's. What a trigger did elsewhere is not its doing.
    fn about_statement(&self, statement: Option<&'static TableDef>) -> About {
        let Some(table) = statement else {
            return About::default();
        };
        if let Some(of_domain) = self.of_domain(table) {
            return About::named(table, Some(of_domain));
        }
        if self.within_function {
            return About::default();
        }
        About::named(table, self.violated(table))
    }

    fn violated(&self, table: &'static TableDef) -> Option<Violated> {
        let constraint = self.constraint.as_deref();
        let by_constraint = constraint.and_then(|name| violated(table, name));
        by_constraint.or_else(|| violated(table, self.column.as_deref()?))
    }

    /// The fields whose columns have the domain: which of them it was is not said.
    fn of_domain(&self, table: &'static TableDef) -> Option<Violated> {
        let domain = self.data_type.as_deref()?;
        let columns = table.columns.iter();
        let columns = columns.filter(|column| is_of_type(&column.sql_type, domain));
        let fields: Vec<_> = columns.map(|column| column.field).collect();
        (!fields.is_empty()).then_some(Violated {
            fields,
            message: None,
        })
    }

    /// The join table, where it is no model but an association's.
    fn join_table(&self, statement: Option<&'static TableDef>) -> Option<Table> {
        let name = self.table.as_deref()?;
        let mut models = statement.into_iter().chain(known::all());
        models.find_map(|model| desired::join_tables(model).find(|table| table.name.name == name))
    }

    fn key_of(&self, table: &Table) -> Option<super::blueprint::ForeignKey> {
        let constraint = table.constraint(self.constraint.as_deref()?)?;
        match &constraint.rule {
            Rule::ForeignKey(key) => Some(key.clone()),
            _ => None,
        }
    }
}

fn is_of_type(sql_type: &SqlType, name: &str) -> bool {
    match sql_type {
        SqlType::Named(named) => {
            let bare = named.rsplit('.').next().unwrap_or(named);
            bare.trim_matches('"') == name
        }
        SqlType::Array(element) => is_of_type(element, name),
        _ => false,
    }
}

/// The model of a table, the statement's own first.
fn model_of(name: &Name, statement: Option<&'static TableDef>) -> Option<&'static TableDef> {
    let own = statement.filter(|it| Name::from(it.name) == *name);
    own.or_else(|| known::named(name.schema.as_deref(), &name.name))
}
