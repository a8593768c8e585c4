//! One side of an association.

use proc_macro2::{Span, TokenStream};
use syn::{Ident, Path, Visibility};

/// An association, checked as far as one struct can be.
pub(crate) struct Association {
    pub(crate) kind: Kind,
    /// The alias, as an identifier: the constant and the companion's field.
    pub(crate) ident: Ident,
    /// The alias without `r#`.
    pub(crate) name: String,
    /// The hidden type that stands for it: `User_orders`.
    pub(crate) marker: Ident,
    /// Who sees the two: whoever sees the model, unless `vis = ..` says fewer.
    pub(crate) vis: Visibility,
    /// Whether they are fewer.
    pub(crate) hidden: bool,
    /// The model on the other side.
    pub(crate) target: Path,
    /// Columns of this model.
    pub(crate) owner: Vec<usize>,
    /// Columns of the other model.
    pub(crate) columns: TargetColumns,
    pub(crate) through: Option<Through>,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    pub(crate) deferrable: Deferrable,
    pub(crate) match_full: bool,
    pub(crate) constraint: bool,
    /// What the foreign key is called, if that was said.
    pub(crate) constraint_name: Option<String>,
    pub(crate) index: bool,
    pub(crate) one_sided: bool,
    pub(crate) scope: Vec<Scope>,
    /// The column of the other side that says it belongs to this model, where
    /// it belongs to one of several.
    pub(crate) type_column: Option<Ident>,
    /// Where the attribute is, for what is wrong with the pair.
    pub(crate) span: Span,
    /// Where the key is written, for what is wrong with the key.
    pub(crate) key_span: Span,
    /// The field that holds the key by convention, where it is on the other
    /// side and was not named: that side may say otherwise.
    pub(crate) convention: Option<String>,
}

/// A `belongs_to` to one of several models.
pub(crate) struct Polymorphic {
    pub(crate) ident: Ident,
    /// The alias without `r#`.
    pub(crate) name: String,
    /// The hidden type that stands for it: `Comment_subject`.
    pub(crate) marker: Ident,
    /// Who sees the two.
    pub(crate) vis: Visibility,
    /// Whether that was said.
    pub(crate) hidden: bool,
    /// The enum of the models.
    pub(crate) owners: Path,
    /// The column that holds the key.
    pub(crate) key: usize,
    /// The column that says which model.
    pub(crate) types: usize,
}

/// The four kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    BelongsTo,
    HasOne,
    HasMany,
    ManyToMany,
}

/// The columns on the other side.
pub(crate) enum TargetColumns {
    /// Its primary key.
    PrimaryKey,
    /// These fields.
    Named(Vec<Ident>),
}

/// The table between two sides.
pub(crate) struct Through {
    pub(crate) table: ThroughTable,
    /// Its columns that hold this side's key.
    pub(crate) owner: JoinKey,
    /// Its columns that hold the other side's key.
    pub(crate) target: JoinKey,
}

/// One of the two keys that a join table holds.
#[derive(PartialEq, Eq)]
pub(crate) struct JoinKey {
    pub(crate) columns: Vec<Ident>,
    /// Whether the user named them; else they are those of convention, unless
    /// the join model says otherwise.
    pub(crate) is_named: bool,
}

/// What the table between two sides is.
pub(crate) enum ThroughTable {
    /// A model of its own.
    Model(Path),
    /// A plain table of two keys.
    Plain(String),
}

/// A constant condition on the other side.
pub(crate) struct Scope {
    pub(crate) column: Ident,
    pub(crate) value: TokenStream,
}

/// What happens to rows that hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Restrict,
    Nothing,
    Cascade,
    SetNull,
    SetDefault,
}

/// When a foreign key is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deferrable {
    No,
    InitiallyImmediate,
    InitiallyDeferred,
}

impl Kind {
    pub(crate) const ALL: [(&'static str, Kind); 4] = [
        ("has_many", Kind::HasMany),
        ("has_one", Kind::HasOne),
        ("belongs_to", Kind::BelongsTo),
        ("many_to_many", Kind::ManyToMany),
    ];

    /// The word the user writes for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Kind::HasMany => "has_many",
            Kind::HasOne => "has_one",
            Kind::BelongsTo => "belongs_to",
            Kind::ManyToMany => "many_to_many",
        }
    }

    /// The variant of `AssociationKind`.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            Kind::HasMany => "HasMany",
            Kind::HasOne => "HasOne",
            Kind::BelongsTo => "BelongsTo",
            Kind::ManyToMany => "ManyToMany",
        }
    }

    /// Whether the other side is any number of rows.
    pub(crate) const fn is_many(self) -> bool {
        matches!(self, Kind::HasMany | Kind::ManyToMany)
    }
}

impl Action {
    pub(crate) const ALL: [(&'static str, Action); 5] = [
        ("restrict", Action::Restrict),
        ("cascade", Action::Cascade),
        ("set_null", Action::SetNull),
        ("set_default", Action::SetDefault),
        ("no_action", Action::Nothing),
    ];

    /// The variant of the runtime's `Action`.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            Action::Restrict => "Restrict",
            Action::Nothing => "NoAction",
            Action::Cascade => "Cascade",
            Action::SetNull => "SetNull",
            Action::SetDefault => "SetDefault",
        }
    }
}

impl Deferrable {
    pub(crate) const ALL: [(&'static str, Deferrable); 2] = [
        ("initially_deferred", Deferrable::InitiallyDeferred),
        ("initially_immediate", Deferrable::InitiallyImmediate),
    ];

    /// The variant of the runtime's `Deferrable`.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            Deferrable::No => "No",
            Deferrable::InitiallyImmediate => "InitiallyImmediate",
            Deferrable::InitiallyDeferred => "InitiallyDeferred",
        }
    }
}
