//! Names as they are written inside a schema: without it.

use super::{Blueprint, Column, Rule, Sequence, Table, Type};

impl Blueprint {
    /// The same, with `schema` left out of every name: where the connection
    /// works in that schema, `schema.users` and `users` are one table.
    #[must_use]
    pub(crate) fn relative_to(mut self, schema: &str) -> Self {
        for kind in &mut self.enums {
            kind.name.relative_to(schema);
        }
        for table in &mut self.tables {
            table.relative_to(schema);
        }
        for view in &mut self.views {
            view.name.relative_to(schema);
            types_relative_to(&mut view.columns, schema);
        }
        self
    }
}

impl Table {
    fn relative_to(&mut self, schema: &str) {
        self.name.relative_to(schema);
        types_relative_to(&mut self.columns, schema);
        for constraint in &mut self.constraints {
            if let Rule::ForeignKey(key) = &mut constraint.rule {
                key.target.relative_to(schema);
            }
        }
    }
}

fn types_relative_to(columns: &mut [Column], schema: &str) {
    for column in columns {
        if let Type::Enum { name, .. } = &mut column.kind {
            name.relative_to(schema);
        }
        let asked = column.sequence.as_mut().and_then(|it| it.shared.as_mut());
        if let Some(name) = asked {
            name.relative_to(schema);
            column.default = Some(Sequence::asked(name));
        }
    }
}
