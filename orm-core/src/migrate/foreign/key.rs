//! What two names of one migration have in common: theirs and ours.

use super::Tool;
use crate::migrate::name;
use crate::migrate::unit::Unit;

/// By what a tool knows a migration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A version, of one number or several.
    Version(Vec<u128>),
    /// A name, in our words.
    Name(String),
}

impl Key {
    /// What the tool would know this migration by.
    pub(super) fn of_unit(tool: Tool, unit: &Unit<'_>) -> Option<Key> {
        match unit.was() {
            Some(file) => Key::of_file(tool, file),
            None => Key::of_name(tool, unit.name),
        }
    }

    /// By the file or folder that the tool has it in.
    pub(super) fn of_file(tool: Tool, file: &str) -> Option<Key> {
        match tool {
            Tool::Sequelize => Some(Key::Name(name::to_kebab(bare(file)))),
            Tool::Prisma => Some(Key::Name(name::to_kebab(file))),
            Tool::Sqlx | Tool::GolangMigrate => Key::version(file.split('_').next()?),
            // Its dates have dashes.
            Tool::Diesel => Key::version(&file.split('_').next()?.replace('-', "")),
            Tool::Refinery | Tool::Flyway => {
                let (version, _) = file.split_once("__")?;
                Key::version(version.strip_prefix(['V', 'U', 'B'])?)
            }
        }
    }

    /// By our name, which begins with the stamp.
    fn of_name(tool: Tool, name: &str) -> Option<Key> {
        match tool {
            Tool::Sequelize | Tool::Prisma => Some(Key::Name(name.to_owned())),
            _ => Key::version(name::stamp(name)),
        }
    }

    /// `1`, `0001`, `1.2`, `1_2.0`: numbers without the zeros that mean nothing.
    pub(super) fn version(text: &str) -> Option<Key> {
        let parts = text.split(['.', '_']).map(|part| part.parse().ok());
        let mut parts = parts.collect::<Option<Vec<u128>>>()?;
        while parts.len() > 1 && parts.last() == Some(&0) {
            parts.pop();
        }
        Some(Key::Version(parts))
    }
}

/// A file of Sequelize's without its ending.
fn bare(file: &str) -> &str {
    const ENDINGS: [&str; 7] = [".js", ".ts", ".cjs", ".mjs", ".cts", ".mts", ".sql"];
    let mut endings = ENDINGS.iter();
    endings.find_map(|it| file.strip_suffix(it)).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_a_row_have_one_key() {
        for (tool, file, version) in [
            (
                Tool::Sqlx,
                "20240101000000_create_users.up.sql",
                "20240101000000",
            ),
            (Tool::Sqlx, "0001_init.sql", "1"),
            (Tool::GolangMigrate, "000012_a_b.up.sql", "12"),
            (
                Tool::Diesel,
                "2024-01-01-000000_create_users",
                "20240101000000",
            ),
            (
                Tool::Diesel,
                "00000000000000_diesel_initial_setup",
                "00000000000000",
            ),
            (Tool::Refinery, "V1__initial.sql", "1"),
            (Tool::Refinery, "U3__late.sql", "3"),
            (Tool::Flyway, "V1_2__Add_users.sql", "1.2"),
            (Tool::Flyway, "V001.02.0__Add_users.sql", "1.2"),
            (Tool::Flyway, "V2024.01.01.1__x.sql", "2024.1.1.1"),
        ] {
            let key = Key::of_file(tool, file);
            assert!(
                key.is_some() && key == Key::version(version),
                "{file}: {key:?}"
            );
        }
        assert_eq!(Key::of_file(Tool::Flyway, "R__views.sql"), None);
        assert!(Key::version("1.10") > Key::version("1.9"));
        let sequelize = Key::of_file(Tool::Sequelize, "20240101000000-addUsers.cjs");
        assert_eq!(
            sequelize,
            Key::of_name(Tool::Sequelize, "20240101000000-add-users")
        );
        let sqlx = Key::of_name(Tool::Sqlx, "20240101000000-add-users");
        assert_eq!(sqlx, Key::version("20240101000000"));
    }
}
