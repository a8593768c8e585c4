//! Fields of documents, by the names that their types give them.

use std::marker::PhantomData;

use super::expression::Base;
use super::{Expr, Expression, Filter, IntoOperand, NeverNull};
use crate::ast::{self, BinaryOp, Function};
use crate::schema::SqlType;
use crate::types::{ColumnType, Document, Json, JsonOf, JsonValue, Param};

/// A field of the documents `D`, whose value is a `V`.
///
/// `#[derive(JsonFields)]` writes one constant for each: `Settings::theme`.
pub struct JsonField<D, V> {
    key: &'static str,
    marker: PhantomData<fn() -> (D, V)>,
}

impl<D, V> JsonField<D, V> {
    /// The field by its key in the document.
    #[doc(hidden)]
    pub const fn new(key: &'static str) -> Self {
        JsonField {
            key,
            marker: PhantomData,
        }
    }
}

impl<D, V> Clone for JsonField<D, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, V> Copy for JsonField<D, V> {}

impl<D, V> std::fmt::Debug for JsonField<D, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("JsonField").field(&self.key).finish()
    }
}

/// Paths into documents, checked against the type of the document.
pub trait JsonPaths: Expression {
    /// A field of the document, with the type that it has there: `settings ->> 'theme'`.
    /// NULL where the field is not there, and where it is `null`. A number that is none in
    /// some document makes the query fail, as reading that document does.
    ///
    /// A path goes on from a field that is a document itself:
    /// `User::settings.at(Settings::address).at(Address::city)`.
    ///
    /// ```
    /// # use orm_core::model::Column;
    /// # use orm_core::query::{Filter, JsonField};
    /// # use orm_core::types::Json;
    /// # use orm_core::Model;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Clone, Serialize, Deserialize)]
    /// # struct Settings { theme: String }
    /// # impl Settings {
    /// #     #[allow(non_upper_case_globals)]
    /// #     const theme: JsonField<Settings, String> = JsonField::new("theme");
    /// # }
    /// # fn demo<User: Model, K>(settings: Column<User, Json<Settings>, K>) -> Filter<User> {
    /// use orm_core::prelude::*;
    ///
    /// settings.at(Settings::theme).eq("dark")
    /// # }
    /// ```
    fn at<V: JsonValue>(
        self,
        field: JsonField<<Base<Self> as JsonOf>::Document, V>,
    ) -> Expr<Self::Model, Option<V::Column>>
    where
        Base<Self>: JsonOf,
    {
        let document = opened(self.into_ast());
        let sql_type = V::Column::SQL_TYPE;
        if sql_type == SqlType::Jsonb {
            return Expr::new(part(document, field.key));
        }
        let text = ast::Expr::call(Function::JsonMemberText(field.key), vec![document]);
        Expr::new(match sql_type {
            SqlType::Text => text,
            other => ast::Expr::cast(text, other),
        })
    }

    /// A field of the document as a document, whatever its type is.
    fn at_document<V: Document>(
        self,
        field: JsonField<<Base<Self> as JsonOf>::Document, V>,
    ) -> Expr<Self::Model, Option<Json<V>>>
    where
        Base<Self>: JsonOf,
    {
        Expr::new(part(opened(self.into_ast()), field.key))
    }

    /// Whether the document has the field, be it `null`.
    fn has_field<V>(
        self,
        field: JsonField<<Base<Self> as JsonOf>::Document, V>,
    ) -> Filter<Self::Model>
    where
        Base<Self>: JsonOf,
    {
        let key = ast::Expr::Param(Param::Text(field.key.to_owned()));
        let document = opened(self.into_ast());
        Filter::new(ast::Expr::binary(BinaryOp::HasKey, document, key))
    }
}

impl<E: Expression> JsonPaths for E {}

/// A part of a document, NULL where it is `null`.
fn part(document: ast::Expr, key: &'static str) -> ast::Expr {
    let member = ast::Expr::call(Function::JsonMember(key), vec![document]);
    let null = ast::Expr::TypedParam(serde_json::Value::Null.into_param(), SqlType::Jsonb);
    ast::Expr::call(Function::NullIf, vec![member, null])
}

/// The document that a path goes on from.
fn opened(document: ast::Expr) -> ast::Expr {
    match document {
        // Of `null` there is no part, so it need not be told from what is not there.
        ast::Expr::Call(Function::NullIf, parts) => {
            let mut parts = parts.into_parts();
            parts.truncate(1);
            parts.pop().unwrap_or(ast::Expr::Null)
        }
        ast::Expr::Column(column) if column.sql_type == SqlType::Json => {
            ast::Expr::cast(document, SqlType::Jsonb)
        }
        other => other,
    }
}

/// A document by itself.
#[diagnostic::do_not_recommend]
impl<M, T: Document> IntoOperand<M, Json<T>> for T {
    type Nulls = NeverNull;

    fn into_operand(self) -> ast::Expr {
        ast::Expr::Param(Json(self).into_param())
    }
}
