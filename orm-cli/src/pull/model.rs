//! The models to be written: every name decided, nothing printed yet.

use orm_core::ddl::blueprint::{Blueprint, Column, ForeignKey, Name, Rule, Table};
use orm_core::ddl::unsaid;
use orm_core::schema::Action;

use super::enums::Enum;
use super::ident::{self, Taken};
use super::notice::{Matter, Notice};
use super::rust_type::RustType;
use super::word::{singular, upper_camel};

/// A model of a table.
#[derive(Debug)]
pub(super) struct Model<'b> {
    pub(super) table: &'b Table,
    /// The name of the struct.
    pub(super) name: String,
    /// The name of its module and file.
    pub(super) module: String,
    /// In the order they are written.
    pub(super) fields: Vec<Field<'b>>,
    pub(super) associations: Vec<Association<'b>>,
    /// The names of fields and associations.
    pub(super) taken: Taken,
    /// Whether it is only the join table of others, and not written.
    pub(super) is_join_table: bool,
}

/// A field of a model.
#[derive(Debug)]
pub(super) struct Field<'b> {
    pub(super) column: &'b Column,
    pub(super) name: String,
    pub(super) ty: RustType,
    pub(super) primary_key: bool,
}

/// An association of a model.
#[derive(Debug)]
pub(super) struct Association<'b> {
    pub(super) kind: Kind<'b>,
    pub(super) alias: String,
    /// The other model, by position.
    pub(super) target: usize,
    /// The fields, or columns of a join table, that hold the key.
    pub(super) foreign_key: Vec<String>,
    /// The fields that are held, if they are not the primary key: of the other
    /// model for `belongs_to`, of this one for all others.
    pub(super) held: Vec<String>,
}

/// The kind of an association, with what belongs to it alone.
#[derive(Debug)]
pub(super) enum Kind<'b> {
    BelongsTo {
        key: &'b ForeignKey,
        /// The name of the constraint, where it is not the usual one.
        name: Option<&'b str>,
        /// What becomes of the row when the other one goes.
        on_delete: Action,
        /// What becomes of the key when the other one's changes.
        on_update: Action,
        /// Whether the key's columns have an index.
        indexed: bool,
    },
    HasOne,
    HasMany,
    ManyToMany {
        through: Through<'b>,
        other_key: Vec<String>,
        /// The other model's fields that are held, if not its primary key.
        other_held: Vec<String>,
    },
}

/// What is between the two sides of a many-to-many association.
#[derive(Debug, Clone, Copy)]
pub(super) enum Through<'b> {
    Table(&'b str),
    Model(usize),
}

impl Model<'_> {
    /// The positions of fields by the names of their columns.
    pub(super) fn positions(&self, columns: &[String]) -> Option<Vec<usize>> {
        let position = |name: &String| self.fields.iter().position(|it| it.column.name == *name);
        columns.iter().map(position).collect()
    }

    /// The names of fields by position.
    pub(super) fn field_names(&self, positions: &[usize]) -> Vec<String> {
        let name = |&at: &usize| self.fields[at].name.clone();
        positions.iter().map(name).collect()
    }

    /// The positions of the primary key's fields, in its order.
    pub(super) fn key(&self) -> Vec<usize> {
        let all = 0..self.fields.len();
        all.filter(|&at| self.fields[at].primary_key).collect()
    }
}

/// The columns of the primary key; none if there is none.
pub(super) fn primary_key(table: &Table) -> &[String] {
    let mut rules = table.constraints.iter().map(|it| &it.rule);
    rules
        .find_map(|rule| match rule {
            Rule::PrimaryKey(columns) => Some(columns.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The models of all tables that can have one, without associations.
pub(super) fn all<'b>(
    blueprint: &'b Blueprint,
    enums: &[Enum<'b>],
    types: &mut Taken,
    notices: &mut Vec<Notice>,
) -> Vec<Model<'b>> {
    let known: Vec<(&Name, &str)> = enums
        .iter()
        .map(|it| (&it.kind.name, it.name.as_str()))
        .collect();
    let mut modules = Taken::names();
    for taken in MODULES {
        modules.reserve(taken);
    }
    let mut models = Vec::new();
    let tables = blueprint.tables.iter();
    for table in tables.filter(|it| !unsaid::is_history(it)) {
        let mut taken = Taken::names();
        let fields = fields(table, &known, &mut taken);
        if let Some(matter) = refusal(&fields) {
            notices.push(Notice::new(&table.name, matter));
            continue;
        }
        models.push(Model {
            table,
            name: types.take(&type_names(&table.name)),
            module: modules.take(&module_names(&table.name)),
            fields,
            associations: Vec::new(),
            taken,
            is_join_table: false,
        });
    }
    models
}

/// The names that generated code uses for something else.
const TYPES: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "DateTime",
    "DbEnum",
    "Debug",
    "Eq",
    "Err",
    "Hash",
    "Json",
    "Model",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Some",
    "String",
    "Utc",
    "Vec",
];

/// The scope of all types, without the names that the derive or the code
/// around the models uses.
pub(super) fn types(blueprint: &Blueprint) -> Taken {
    let mut taken = Taken::types();
    for name in TYPES {
        taken.reserve(name);
    }
    let tables = blueprint.tables.iter();
    let wanted: Vec<String> = tables
        .map(|it| type_names(&it.name).swap_remove(0))
        .collect();
    for name in &wanted {
        // Beside `User` are `UserCreate` and `UserLoaded`.
        taken.reserve(&format!("{name}Create"));
        taken.reserve(&format!("{name}Loaded"));
    }
    taken
}

/// Names that are no names of files everywhere, or have a meaning.
const MODULES: &[&str] = &["mod", "lib", "main", "enums", "con", "prn", "aux", "nul"];

/// The struct's name: the table's, in the singular.
fn type_names(name: &Name) -> Vec<String> {
    let one = |name: &str| ident::snake(name).map(|name| upper_camel(&singular(&name)));
    let plain = one(&name.name).unwrap_or_else(|| "Table".into());
    let schema = name.schema.as_deref().and_then(ident::snake);
    let with_schema = schema.map(|schema| format!("{}{plain}", upper_camel(&schema)));
    let row = format!("{plain}Row");
    [plain]
        .into_iter()
        .chain(with_schema)
        .chain([row])
        .collect()
}

/// The file's name: letters, digits and underscores of ASCII.
fn module_names(name: &Name) -> Vec<String> {
    let ascii = |name: &str| ident::snake(name).filter(|name| name.is_ascii());
    let plain = ascii(&name.name).map_or_else(|| "table".into(), |name| singular(&name));
    let schema = name.schema.as_deref().and_then(ascii);
    let with_schema = schema.map(|schema| format!("{schema}_{plain}"));
    let row = format!("{plain}_row");
    // A module of that name would stand before the crate.
    let free = Some(plain).filter(|plain| plain != "orm");
    free.into_iter().chain(with_schema).chain([row]).collect()
}

/// The fields: those of the primary key in its order, which is the order of
/// the key's parts in Rust, all others as the table has them.
fn fields<'b>(table: &'b Table, enums: &[(&Name, &str)], taken: &mut Taken) -> Vec<Field<'b>> {
    let mut key = primary_key(table)
        .iter()
        .filter_map(|name| table.column(name));
    let in_order = table.columns.iter().filter_map(|column| {
        let is_key = primary_key(table).contains(&column.name);
        if is_key { key.next() } else { Some(column) }
    });
    in_order
        .map(|column| Field {
            column,
            name: taken.take(&[ident::snake(&column.name).unwrap_or_else(|| "column".into())]),
            ty: RustType::of(&column.kind, enums),
            primary_key: primary_key(table).contains(&column.name),
        })
        .collect()
}

/// Why there is no model of a table.
fn refusal(fields: &[Field<'_>]) -> Option<Matter> {
    let key: Vec<&Field<'_>> = fields.iter().filter(|it| it.primary_key).collect();
    if key.is_empty() || key.len() > WIDEST_KEY {
        return Some(Matter::NoPrimaryKey);
    }
    let bad = key.into_iter().find(|it| !it.ty.keyable)?;
    Some(Matter::KeyType {
        column: bad.column.name.clone(),
        kind: bad.column.kind.to_string(),
    })
}

pub(super) use unsaid::WIDEST_KEY;
