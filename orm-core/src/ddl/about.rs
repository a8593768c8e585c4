//! From what the server reports of a violated constraint to the model.

mod unnamed;

use super::blueprint::{ForeignKey, Name, Rule, Table};
use super::desired;
use super::known;
use super::mentioned::{listed, mentioned, names_in};
use super::violated::{Violated, by_convention, declared, fields_of, named_in, referrer};
use crate::error::Direction;
use crate::schema::{Backend, SqlType, TableDef, TableName};

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
    /// The columns of the key, where the database lists them: `a, b`.
    pub(crate) key: Option<Box<str>>,
    /// Which way a foreign key was broken.
    pub(crate) direction: Option<Direction>,
    /// The columns that the statement wrote, where the database does not say which key
    /// it broke.
    pub(crate) wrote: Vec<String>,
    /// The table of the row that is still referred to.
    pub(crate) referred: Option<Box<str>>,
}

/// The table that a statement wrote to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Written {
    /// That of a model.
    Model(&'static TableDef),
    /// A join table that is no model, between these two.
    Pairs {
        table: TableName,
        of: &'static TableDef,
        with: &'static TableDef,
    },
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
    /// The name of the constraint, where the database does not say it.
    pub(crate) constraint: Option<String>,
    /// Which way a foreign key was broken, where only the model tells.
    pub(crate) direction: Option<Direction>,
    /// Whether the table is a join table without a model of its own; `model` is
    /// the one it refers to then.
    pub(crate) in_join_table: bool,
}

impl About {
    /// The model and fields of a violated constraint.
    ///
    /// The table that the server names may be none of a model's, where a partition
    /// or a view is written to, and the constraint one that no model speaks of: so
    /// what is asked next is which columns the server says the key has. `detail` is
    /// its sentence, of which the values are not looked at.
    pub(crate) fn of(reported: &Reported, detail: Option<&str>, written: Option<Written>) -> Self {
        let report = Report {
            reported,
            key: detail.and_then(key_of).or(reported.key.as_deref()),
            written,
        };
        report.about()
    }
}

/// What there is to go by.
struct Report<'r> {
    reported: &'r Reported,
    /// The columns and expressions of the key, as SQL; of a foreign key the names alone.
    key: Option<&'r str>,
    /// The table that the statement wrote to, where one is known.
    written: Option<Written>,
}

impl Report<'_> {
    fn about(&self) -> About {
        // All that SQLite says of a foreign key is that it was broken.
        let direction = self.reported.direction;
        let wrote = &self.reported.wrote;
        let nothing = Reported {
            direction,
            wrote: wrote.clone(),
            ..Reported::default()
        };
        if *self.reported == nothing {
            return unnamed::key(self.written, direction, wrote);
        }
        match (self.reported.direction, self.holder()) {
            (Some(Direction::IsReferredTo), holder) => self.of_referred(holder),
            (_, Some(holder)) => self.of_row(holder),
            (_, None) => self.of_unknown(),
        }
    }

    /// The model of the table that has the constraint: the statement's own if
    /// it is its table, since several models can share one.
    fn holder(&self) -> Option<&'static TableDef> {
        let name = self.reported.table.as_deref()?;
        let schema = self.reported.schema.as_deref();
        self.model()
            .filter(|it| known::is_named(it.name, schema, name))
            .or_else(|| known::named(schema, name))
    }

    /// The model that the statement wrote to.
    fn model(&self) -> Option<&'static TableDef> {
        match self.written? {
            Written::Model(table) => Some(table),
            Written::Pairs { .. } => None,
        }
    }

    /// A row of a model is wrong.
    fn of_row(&self, table: &'static TableDef) -> About {
        let Violated { fields, message } = self.violated_in(table);
        let key = self.foreign_key(&named_in(table));
        let other = key.and_then(|key| self.model_of(&key.target));
        About {
            model: Some(table.model),
            fields,
            message,
            other: other.map(|table| table.model),
            constraint: self.unnamed(table),
            direction: None,
            in_join_table: false,
        }
    }

    /// The name of the key that the database lists the columns of.
    fn unnamed(&self, table: &'static TableDef) -> Option<String> {
        let reported = self.reported;
        let key = reported
            .key
            .as_deref()
            .filter(|_| reported.constraint.is_none())?;
        unnamed::unique(table, &names_in(key))
    }

    fn violated_in(&self, table: &'static TableDef) -> Violated {
        let reported = self.reported;
        let constraint = reported.constraint.as_deref();
        // A partition's index is named like one of a table of that name.
        let holder = reported.table.as_deref().unwrap_or(table.name.name);
        let by_name = constraint.and_then(|name| declared(table, name));
        by_name
            .or_else(|| some(self.fields_of_key(table)?))
            .or_else(|| some(fields_of(table, &[reported.column.as_deref()?.into()])))
            .or_else(|| by_convention(table, holder, constraint?))
            .unwrap_or_default()
    }

    /// The fields of the key that the database lists the columns of.
    fn fields_of_key(&self, table: &'static TableDef) -> Option<Vec<&'static str>> {
        let key = self.key?;
        if self.reported.direction.is_none() {
            return Some(mentioned(table, key));
        }
        let columns = listed(table, key, "")?.into_iter();
        Some(columns.map(|column| column.field).collect())
    }

    /// A row is still referred to: it is about the model of that row.
    fn of_referred(&self, holder: Option<&'static TableDef>) -> About {
        let holding = holder.map(named_in).or_else(|| self.join_table());
        let key = holding.and_then(|table| self.foreign_key_named(&table));
        let by_key = key.and_then(|key| {
            let model = self.model_of(&key.target)?;
            Some((model, fields_of(model, &key.target_columns)))
        });
        let referred = by_key.or_else(|| {
            let model = self.referred()?;
            let by_columns = self.fields_of_key(model);
            let by_name = || referrer(model, self.reported.constraint.as_deref()?);
            let fields = by_columns.or_else(|| Some(by_name()?.fields));
            Some((model, fields.unwrap_or_default()))
        });
        let (model, fields) = referred.unzip();
        About {
            model: model.map(|table| table.model),
            fields: fields.unwrap_or_default(),
            other: holder.map(|holder| holder.model),
            ..About::default()
        }
    }

    /// The model of the row that is still referred to. A table without a model
    /// may be a partition of the statement's own; what a cascade reached is not.
    fn referred(&self) -> Option<&'static TableDef> {
        let name = self.reported.referred.as_deref();
        let own = self.model();
        own.filter(|it| Some(it.name.name) == name)
            .or_else(|| known::called(name?))
            .or_else(|| own.filter(|_| !self.reported.within_function))
    }

    /// No model has the table that the server names.
    fn of_unknown(&self) -> About {
        if let Some(pair) = self.of_pair() {
            return pair;
        }
        match self.written {
            Some(Written::Model(table)) => self.of_statement(table),
            Some(Written::Pairs { .. }) => About {
                in_join_table: true,
                ..About::default()
            },
            None => self.of_partition().unwrap_or_default(),
        }
    }

    /// A pair of keys is wrong, in a join table that is no model.
    fn of_pair(&self) -> Option<About> {
        let key = self.foreign_key(&self.join_table()?)?;
        let other = self.model_of(&key.target)?;
        Some(About {
            model: Some(other.model),
            fields: fields_of(other, &key.target_columns),
            other: Some(other.model),
            in_join_table: true,
            ..About::default()
        })
    }

    /// It may be a partition of the statement's table or what is behind a view,
    /// and the constraint that of a domain. What a trigger did in another table is
    /// not about the statement's columns.
    fn of_statement(&self, table: &'static TableDef) -> About {
        let reported = self.reported;
        if let Some(fields) = self.of_domain(table) {
            return About {
                model: Some(table.model),
                fields,
                ..About::default()
            };
        }
        let is_elsewhere = reported.table.is_some() || reported.data_type.is_some();
        if reported.within_function && is_elsewhere {
            return About::default();
        }
        self.of_row(table)
    }

    /// A foreign key of a partition has the name of its table's: at COMMIT there
    /// is nothing else to go by.
    fn of_partition(&self) -> Option<About> {
        self.reported.direction?;
        let all = known::all().into_iter();
        let mut named = all.filter(|it| self.foreign_key_named(&named_in(it)).is_some());
        let table = named.next()?;
        named.next().is_none().then(|| self.of_row(table))
    }

    /// The fields whose columns have the domain: which of them it was is not said.
    fn of_domain(&self, table: &'static TableDef) -> Option<Vec<&'static str>> {
        let domain = self.reported.data_type.as_deref()?;
        let columns = table.columns.iter();
        let columns = columns.filter(|column| is_of_type(&column.sql_type, domain));
        let fields: Vec<_> = columns.map(|column| column.field).collect();
        (!fields.is_empty()).then_some(fields)
    }

    /// The join table, where it is no model but an association's.
    fn join_table(&self) -> Option<Table> {
        if let Some(Written::Pairs { table, of, .. }) = self.written {
            let name = Name::from(table);
            return desired::join_tables(Backend::Postgres, of).find(|table| table.name == name);
        }
        let name = self.reported.table.as_deref()?;
        let mut models = self.model().into_iter().chain(known::all());
        models.find_map(|model| {
            let mut tables = desired::join_tables(Backend::Postgres, model);
            tables.find(|table| table.name.name == name)
        })
    }

    /// The foreign key of a table: by its name, or else by its columns.
    fn foreign_key(&self, table: &Table) -> Option<ForeignKey> {
        self.foreign_key_named(table).or_else(|| {
            self.reported.direction?;
            let names = self.key?;
            let mut keys = table.foreign_keys();
            let (_, key) = keys.find(|(_, key)| key.columns.join(", ") == names)?;
            Some(key.clone())
        })
    }

    fn foreign_key_named(&self, table: &Table) -> Option<ForeignKey> {
        let constraint = table.constraint(self.reported.constraint.as_deref()?)?;
        match &constraint.rule {
            Rule::ForeignKey(key) => Some(key.clone()),
            _ => None,
        }
    }

    /// The model of a table, those of the statement first.
    fn model_of(&self, name: &Name) -> Option<&'static TableDef> {
        let own = match self.written {
            Some(Written::Model(table)) => [Some(table), None],
            Some(Written::Pairs { of, with, .. }) => [Some(of), Some(with)],
            None => [None, None],
        };
        let mut own = own.into_iter().flatten();
        own.find(|it| Name::from(it.name) == *name)
            .or_else(|| known::named(name.schema.as_deref(), &name.name))
    }
}

/// `lower(email), "Tag"` of `Key (lower(email), "Tag")=(..) already exists.`, in
/// every language of the server.
fn key_of(detail: &str) -> Option<&str> {
    let (_, key) = detail.split_once('(')?;
    Some(key.split_once(")=(")?.0)
}

fn some(fields: Vec<&'static str>) -> Option<Violated> {
    (!fields.is_empty()).then_some(Violated {
        fields,
        message: None,
    })
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
