//! What may be said where models are compared with a database.

use clap::Args;
use orm_core::diff::Options;

use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct FromModels {
    /// Write what the models have otherwise than the database
    #[arg(long, conflicts_with = "single_file")]
    pub(crate) from_models: bool,
    /// Compare with all migrations, run in a new database that is dropped again
    #[arg(long, requires = "from_models")]
    pub(crate) replay: bool,
    /// Write also what loses data or drops something: columns, tables, indexes, constraints
    #[arg(long, requires = "from_models")]
    pub(crate) allow_destructive: bool,
    /// One transaction with plain statements, which keep others waiting
    #[arg(long, requires = "from_models")]
    plain: bool,
    /// Print the migrations and write nothing
    #[arg(long, requires = "from_models")]
    pub(crate) dry_run: bool,
    /// A table that is called otherwise now
    #[arg(long, requires = "from_models", value_name = "OLD=NEW")]
    rename_table: Vec<String>,
    /// A column that is called otherwise now
    #[arg(long, requires = "from_models", value_name = "TABLE.OLD=NEW")]
    rename_column: Vec<String>,
    /// A label that is called otherwise now
    #[arg(long, requires = "from_models", value_name = "TYPE.OLD=NEW")]
    rename_label: Vec<String>,
    /// What rows that exist shall hold in a column that becomes NOT NULL
    #[arg(long, requires = "from_models", value_name = "TABLE.COLUMN=SQL")]
    fill: Vec<String>,
    /// A column that gets its type or name by a second one, filled while others go on
    #[arg(long, requires = "from_models", value_name = "TABLE.COLUMN")]
    second_column: Vec<String>,
    /// Drop the columns that were kept under old names for the release before
    #[arg(long, requires = "from_models")]
    contract: bool,
    #[command(flatten)]
    compared: Compared,
}

#[derive(Debug, Args)]
pub(crate) struct Compared {
    /// Leave this table alone, for which there is no model
    #[arg(long, value_name = "NAME")]
    ignore_table: Vec<String>,
}

impl Compared {
    pub(crate) fn options(&self) -> Options {
        let tables = self.ignore_table.iter();
        tables.fold(Options::new(), |it, name| it.ignore_table(name))
    }
}

impl FromModels {
    pub(crate) fn options(&self) -> Result<Options, Failure> {
        let mut options = self.compared.options();
        if self.plain {
            options = options.plain();
        }
        for text in &self.rename_table {
            let (from, to) = text
                .split_once('=')
                .ok_or_else(|| Failure::refused(format!("`{text}` is not OLD=NEW")))?;
            options = options.rename_table(from, to);
        }
        for text in &self.rename_column {
            let (table, from, to) = parts(text, "TABLE.OLD=NEW")?;
            options = options.rename_column(table, from, to);
        }
        for text in &self.rename_label {
            let (kind, from, to) = parts(text, "TYPE.OLD=NEW")?;
            options = options.rename_label(kind, from, to);
        }
        for text in &self.fill {
            let (table, column, expression) = parts(text, "TABLE.COLUMN=SQL")?;
            options = options.fill_raw(table, column, expression);
        }
        for text in &self.second_column {
            let (table, column) = text
                .rsplit_once('.')
                .ok_or_else(|| Failure::refused(format!("`{text}` is not TABLE.COLUMN")))?;
            options = options.second_column(table, column);
        }
        if self.contract {
            options = options.contract();
        }
        Ok(options)
    }
}

/// `sales.orders.state=new` is `sales.orders`, `state` and `new`.
fn parts<'t>(text: &'t str, expected: &str) -> Result<(&'t str, &'t str, &'t str), Failure> {
    let parts = text
        .split_once('=')
        .and_then(|(left, right)| Some((left.rsplit_once('.')?, right)));
    match parts {
        Some(((first, second), third)) => Ok((first, second, third)),
        None => Err(Failure::refused(format!("`{text}` is not {expected}"))),
    }
}
