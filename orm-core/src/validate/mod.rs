//! Validators: rules a value must satisfy before any statement is sent.
//!
//! A model's validators are plain `'static` data, one slice per column:
//!
//! ```
//! use orm_core::validate::{Bound, Format, Rule, ValidationErrors, Validator, View};
//!
//! static NAME: &[Validator] = &[
//!     Validator::new(Rule::NotEmpty).with_message("Product name cannot be blank"),
//!     Validator::new(Rule::Len { min: 2, max: 200 }),
//! ];
//! static QUANTITY: &[Validator] = &[Validator::new(Rule::Min(Bound::Int(1)))];
//! static EMAIL: &[Validator] = &[Validator::new(Rule::Format(Format::Email))];
//!
//! let mut errors = ValidationErrors::new();
//! errors.check("name", NAME, &View::Text("   "));
//! errors.check("quantity", QUANTITY, &View::Int(0));
//! errors.check("email", EMAIL, &View::Null);
//! assert_eq!(
//!     errors.to_string(),
//!     "Validation error: Product name cannot be blank,\n\
//!      Validation error: Validation min on quantity failed",
//! );
//! ```
//!
//! Three things hold for every rule:
//!
//! - NULL passes: whether a column may be NULL is said by its type.
//! - Nothing is coerced: `"12"` is a text, never the number 12. A rule that
//!   meets a kind of value it does not apply to refuses it, and
//!   [`Rule::applies_to`] lets the compiler refuse the pairing much earlier.
//! - A character is a Unicode scalar value, as PostgreSQL counts them.
//!
//! What a column's declared type has no room for is judged the same way, without
//! a rule: `varchar(n)` and `char(n)` by characters, `numeric(p, s)` by digits,
//! every text by the character NUL, which PostgreSQL cannot store. As PostgreSQL
//! assigns them, a text may be too long by spaces at its end, which are cut off,
//! and a number is rounded to its scale: the row that a write returns is what
//! the database has.
//!
//! Not offered, because no stable public definition exists or a type says it
//! better: currency texts, identity cards, tax and VAT numbers, passports,
//! licence plates; `isNull`, `isArray` and `isImmutable`.

mod bound;
mod capacity;
mod check;
mod fault;
mod format;
mod names;
mod rule;
mod rules;
mod suitability;
mod validator;
mod view;

#[cfg(test)]
mod tests;

pub use bound::{Bound, Literal};
pub(crate) use capacity::{exceeded, is_limited, limits};
pub use check::Check;
pub use fault::{Fault, ValidationErrors};
pub use format::Format;
pub use names::{RULES, RuleName};
pub use rule::{Custom, Rule};
pub use rules::encoding::HashKind;
pub use rules::url::UrlOptions;
pub use validator::Validator;
pub use view::{ValueKind, View};
