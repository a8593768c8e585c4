//! The methods of an association.

#[path = "../home/server.rs"]
#[macro_use]
mod home;

mod methods;
