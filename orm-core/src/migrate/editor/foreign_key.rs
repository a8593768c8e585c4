//! Foreign keys.

use super::SchemaEditor;
use super::name::{QualifiedName, list, owned, push, quoted};
use crate::error::Result;
use crate::schema::Action;

/// A foreign key to be made.
#[derive(Debug, Clone)]
#[must_use = "a foreign key is made by what it is given to"]
pub struct ForeignKey {
    name: Option<String>,
    columns: Vec<String>,
    target: QualifiedName,
    target_columns: Vec<String>,
    on_delete: Action,
    on_update: Action,
    not_valid: bool,
}

impl ForeignKey {
    /// The columns refer to a row of the target, which cannot be deleted while
    /// they do.
    pub fn new<'n>(
        columns: impl IntoIterator<Item = &'n str>,
        target: impl Into<QualifiedName>,
        target_columns: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        ForeignKey {
            name: None,
            columns: owned(columns),
            target: target.into(),
            target_columns: owned(target_columns),
            on_delete: Action::Restrict,
            on_update: Action::NoAction,
            not_valid: false,
        }
    }

    /// Its name, in place of the server's `orders_user_id_fkey`.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// What becomes of the rows when the row they refer to is deleted.
    pub fn on_delete(mut self, action: Action) -> Self {
        self.on_delete = action;
        self
    }

    /// What becomes of the rows when the key they refer to changes.
    pub fn on_update(mut self, action: Action) -> Self {
        self.on_update = action;
        self
    }

    /// Does not look at the rows there are; see
    /// [`validate_constraint`](SchemaEditor::validate_constraint).
    pub fn not_valid(mut self) -> Self {
        self.not_valid = true;
        self
    }

    pub(super) fn sql(&self) -> String {
        let mut out = String::new();
        if let Some(name) = &self.name {
            push(&mut out, format_args!("CONSTRAINT {} ", quoted(name)));
        }
        let (columns, target) = (list(&self.columns), self.target.quoted());
        let target_columns = list(&self.target_columns);
        push(
            &mut out,
            format_args!("FOREIGN KEY {columns} REFERENCES {target} {target_columns}"),
        );
        // NO ACTION is what the server does unasked.
        for (event, action) in [("DELETE", self.on_delete), ("UPDATE", self.on_update)] {
            if action != Action::NoAction {
                push(&mut out, format_args!(" ON {event} {}", words(action)));
            }
        }
        if self.not_valid {
            out.push_str(" NOT VALID");
        }
        out
    }
}

fn words(action: Action) -> &'static str {
    match action {
        Action::Restrict => "RESTRICT",
        Action::NoAction => "NO ACTION",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    }
}

impl SchemaEditor<'_> {
    /// Adds a foreign key.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses, or a row refers to none.
    pub async fn add_foreign_key(
        &self,
        table: impl Into<QualifiedName>,
        key: ForeignKey,
    ) -> Result<()> {
        self.only_on_postgres("add a foreign key to a table")?;
        self.alter(table, &format!("ADD {}", key.sql())).await
    }
}
