//! The names of constraints and indexes that nobody named.
//!
//! PostgreSQL cuts names after 63 bytes without a word, so two long names can
//! become one. Names that are too long are shortened here, the same way every
//! time, with a digest of the whole name in place of what was cut.

/// The longest name PostgreSQL keeps, in bytes.
pub const LONGEST_NAME: usize = 63;

/// The name of a table's primary key: `users_pkey`.
pub fn primary_key(table: &str) -> String {
    shortened(table, "pkey")
}

/// The name of a unique constraint: `users_email_key`.
pub fn unique<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> String {
    shortened(&joined(table, columns), "key")
}

/// The name of a foreign key: `orders_user_id_fkey`.
pub fn foreign_key<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> String {
    shortened(&joined(table, columns), "fkey")
}

/// The name of an exclusion constraint: `bookings_room_id_during_excl`.
pub fn exclusion<'a>(table: &str, parts: impl IntoIterator<Item = &'a str>) -> String {
    shortened(&joined(table, parts), "excl")
}

/// The name of an index: `orders_user_id_idx`.
pub fn index<'a>(table: &str, parts: impl IntoIterator<Item = &'a str>) -> String {
    shortened(&joined(table, parts), "idx")
}

/// The name of the check that a validator becomes: `products_price_in_cents_min_check`.
pub fn check(table: &str, column: &str, rule: &str) -> String {
    shortened(&joined(table, [column]), &format!("{rule}_check"))
}

/// The name of a check of the model's author, by its place among them:
/// `orders_check`, `orders_check2`.
pub fn nth_check(table: &str, place: usize) -> String {
    match place {
        0 => shortened(table, "check"),
        _ => shortened(table, &format!("check{}", place + 1)),
    }
}

/// A name that somebody gave, as PostgreSQL can keep it.
pub fn given(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.into();
    }
    format!(
        "{}_{}",
        cut(name, LONGEST_NAME - 1 - DIGEST_LENGTH),
        digest(name)
    )
}

fn joined<'a>(table: &str, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut name = String::from(table);
    for part in parts {
        name.push('_');
        name.push_str(part);
    }
    name
}

/// `stem_suffix`, or `ste_<digest>_suffix` where that is too long.
fn shortened(stem: &str, suffix: &str) -> String {
    let whole = format!("{stem}_{suffix}");
    let fixed = DIGEST_LENGTH + suffix.len() + 2;
    // A suffix that leaves no room for a stem has a rule's name of its
    // author's making in it, and is cut like a given name.
    if whole.len() <= LONGEST_NAME || fixed > LONGEST_NAME / 2 {
        return given(&whole);
    }
    format!(
        "{}_{}_{suffix}",
        cut(stem, LONGEST_NAME - fixed),
        digest(&whole)
    )
}

/// At most `length` bytes of a text, without a broken character at the end.
fn cut(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

const DIGEST_LENGTH: usize = 8;

/// FNV-1a, folded to 32 bits. Written out, because a name must come out the
/// same with every compiler and in every version of this crate.
fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_the_ones_postgresql_would_give() {
        assert_eq!(primary_key("users"), "users_pkey");
        assert_eq!(unique("users", ["email"]), "users_email_key");
        assert_eq!(foreign_key("orders", ["user_id"]), "orders_user_id_fkey");
        assert_eq!(
            index("orders", ["user_id", "status"]),
            "orders_user_id_status_idx"
        );
        assert_eq!(check("products", "name", "len"), "products_name_len_check");
    }

    #[test]
    fn a_name_of_63_bytes_is_kept_and_of_64_is_not() {
        let kept = "x".repeat(LONGEST_NAME - "_pkey".len());
        assert_eq!(primary_key(&kept), format!("{kept}_pkey"));
        let cut = primary_key(&format!("{kept}x"));
        assert_eq!(cut.len(), LONGEST_NAME);
        assert!(cut.starts_with("xxxx") && cut.ends_with("_pkey"), "{cut}");
    }

    // Names that PostgreSQL would cut to the same 63 bytes must stay apart.
    #[test]
    fn long_names_with_one_beginning_stay_apart() {
        let table = "t".repeat(60);
        let names = ["first", "second"].map(|column| unique(&table, [column]));
        assert_ne!(names[0], names[1]);
        assert!(names.iter().all(|name| name.len() <= LONGEST_NAME));
    }

    #[test]
    fn a_character_is_never_cut_in_two() {
        for padding in 0..4 {
            let table = format!("{}{}", "x".repeat(padding), "😀".repeat(15));
            let name = check(&table, "größe", "len");
            assert!(
                name.len() <= LONGEST_NAME && name.ends_with("_len_check"),
                "{name}"
            );
            let given = given(&format!("{table}{table}"));
            assert!(given.len() <= LONGEST_NAME, "{given}");
        }
    }

    #[test]
    fn a_rule_with_an_endless_name_still_fits() {
        let name = check("users", "email", &"r".repeat(80));
        assert_eq!(name.len(), LONGEST_NAME);
    }

    // The digest is part of names in people's databases: it can never change.
    #[test]
    fn the_digest_is_fixed_for_all_time() {
        assert_eq!(digest(""), "4fd0bfc1");
        assert_eq!(digest("users"), "20a4b742");
    }
}
