//! A list of models.

use crate::schema::TableDef;

/// The models of a program, or some of them; written with [`models!`](crate::models).
#[derive(Debug, Clone, Copy)]
pub struct Models {
    tables: &'static [&'static TableDef],
}

impl Models {
    /// The models with these tables.
    pub const fn new(tables: &'static [&'static TableDef]) -> Self {
        Models { tables }
    }

    /// Their tables.
    pub const fn tables(self) -> &'static [&'static TableDef] {
        self.tables
    }
}

/// Lists models, for [`Db::create_missing`](crate::exec::Db::create_missing) and its kin.
///
/// The order means nothing: tables are created in the order their keys need.
/// The list can be a constant: `const ALL: Models = models![User, Order];`.
#[macro_export]
macro_rules! models {
    ($($model:ty),* $(,)?) => {
        $crate::ddl::Models::new(const { &[$(<$model as $crate::model::Model>::TABLE),*] })
    };
}
