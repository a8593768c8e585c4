//! `orm`
