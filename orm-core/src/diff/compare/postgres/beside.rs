//! A column of another name beside the old one: both hold the same, whichever of them a
//! program writes, until nobody uses the old name any more.

use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Column, Name, Type};
use crate::ddl::constraint_name;
use crate::ddl::live::Former;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::statement::{add_column, alter, alter_column, drop_column, literal, quoted};

impl Work<'_> {
    /// Adds the column of the new name, which is kept the same as the old one.
    pub(super) fn renamed_beside(&mut self, table: &Name, old: &str, desired: &Column) {
        let relation = self.now.relations.get(table);
        let kept = relation.and_then(|it| {
            let mut all = it.kept_columns.iter().chain(&it.table.columns);
            all.find(|it| it.name == old)
        });
        let wanted = self.wanted.relations.get(table);
        let wanted = wanted.and_then(|it| it.table.column(&desired.name));
        let (Some(relation), Some(kept), Some(wanted)) = (relation, kept, wanted) else {
            return;
        };
        let mut reasons = Vec::new();
        if self.options.plain {
            reasons.push("one transaction with plain statements was asked for");
        }
        if kept.kind != wanted.kind || kept.collation != wanted.collation {
            reasons.push("it gets another type, too: change that in a migration of its own");
        }
        if matches!(wanted.kind, Type::Domain { .. } | Type::Other(_)) {
            reasons.push("a domain may give rows a value of its own");
        }
        if kept.nullable != wanted.nullable {
            reasons.push("NULL changes, too: do that in a migration of its own");
        }
        if kept.identity.is_some() || relation.serials.contains(old) {
            reasons.push("it numbers rows");
        }
        if kept.generated.is_some() || wanted.generated.is_some() {
            reasons
                .push("it is computed: add the other one, and drop this one when nobody uses it");
        }
        if relation.table.column(old).is_some() {
            reasons.push("it is a part of the primary key, along which rows are filled");
        }
        if self.is_referred_to(table, old) {
            reasons.push("foreign keys refer to it, and a key refers to one column");
        }
        if !reasons.is_empty() {
            for reason in reasons {
                self.problem(format!(
                    "`{table}.{old}` cannot be kept beside `{}`: {reason}",
                    desired.name
                ));
            }
            return;
        }
        let sync = Sync::of(table, old, &desired.name);
        let empty = Column {
            nullable: true,
            default: None,
            identity: None,
            sequence: None,
            ..desired.clone()
        };
        let summary = format!("add column {table}.{} beside {old}", desired.name);
        let mut change = Change::new(Stage::Schema, Rank::AddColumn, summary);
        change.up = add_column(table, &empty);
        change.up.extend(sync.made());
        change.down = dropped(table, &sync.trigger, &sync.function).into();
        change.down.push(drop_column(table, &desired.name));
        self.push(change.note(momentary(table)).note(
            "A trigger keeps both columns the same, whichever of them is written. When no \
                     program uses the old name any more: `--contract`.",
        ));
        let value = quoted(old);
        match !desired.nullable {
            true => self.not_null(table, &desired.name, Some(&value), Vec::new()),
            false => {
                self.fill(table, &desired.name, &value);
                self.proved_same(table, old, &desired.name);
            }
        }
    }

    /// Holds both columns against each other in all rows: a trigger or a rule may have kept
    /// some from being filled.
    fn proved_same(&mut self, table: &Name, old: &str, new: &str) {
        let proof = quoted(&constraint_name::check(&table.name, new, "same"));
        let (old, new) = (quoted(old), quoted(new));
        let check = format!("CHECK (({old} IS NULL) = ({new} IS NULL)) NOT VALID");
        let summary = format!("prove that {table} has both names of each value");
        let mut change = Change::new(Stage::Online, Rank::NotNull, summary);
        for action in ["ADD CONSTRAINT", "VALIDATE CONSTRAINT", "DROP CONSTRAINT"] {
            let check = if action.starts_with("ADD") {
                check.as_str()
            } else {
                ""
            };
            let action = format!("{action} {proof} {check}");
            change.up.push(alter(table, action.trim_end()));
        }
        self.push(change);
    }

    /// What must not change while a column is kept under two names.
    pub(super) fn kept_twice(&mut self, pair: Pair<'_>) {
        for former in &pair.live.formers {
            let (old, new) = (&former.column, &former.current);
            let has = |name: &str| {
                let kept = pair.live.kept_columns.iter();
                let mut all = kept.chain(&pair.live.table.columns);
                all.any(|it| it.name == name)
            };
            if !has(new) || !has(old) {
                continue;
            }
            let beside = self.renames.beside.iter();
            let beside = beside.filter(|((of, _), _)| of == pair.name);
            let renamed = self.renames.of_table(pair.name).map(|(_, it)| it);
            let mut renamed = renamed.chain(beside.map(|(_, it)| it.as_str()));
            let renames = renamed.any(|it| it == new || it == old);
            let touched = &pair.touched;
            let changes = [
                &touched.retyped,
                &touched.swapped,
                &touched.remade,
                &touched.gone,
            ];
            let changes = changes.iter().any(|it| it.contains(new))
                || (!self.options.contracts && touched.gone.contains(old));
            if renames || changes || pair.wanted.table.column(old).is_some() {
                self.problem(format!(
                    "`{}.{new}` is kept under its old name, too, `{old}`: drop that first, by \
                     `--contract` in a migration of its own",
                    pair.name
                ));
            }
        }
    }

    fn is_referred_to(&self, table: &Name, column: &str) -> bool {
        let keys = self
            .now
            .relations
            .values()
            .flat_map(|it| it.table.foreign_keys());
        let mut keys = keys.filter(|(_, key)| key.target == *table);
        keys.any(|(_, key)| key.target_columns.iter().any(|it| it == column))
    }

    /// Drops the column of the old name: the other one has all that was in it.
    pub(super) fn contract(&mut self, pair: Pair<'_>, former: &Former, column: &Column) {
        let table = pair.old_name();
        let sync = Sync {
            table: table.clone(),
            former: column.name.clone(),
            current: former.current.clone(),
            trigger: former.trigger.clone(),
            function: former.function.clone(),
        };
        let summary = format!(
            "drop column {table}.{}, which is {}",
            column.name, former.current
        );
        let mut change = Change::new(Stage::Schema, Rank::DropColumn, summary);
        let [trigger, function] = dropped(table, &sync.trigger, &sync.function);
        let drop = drop_column(table, &column.name);
        change.up = vec![
            trigger,
            allowed(
                "drop-routine",
                "nothing but this trigger calls it",
                &function,
            ),
            allowed(
                "drop-column",
                "`--contract` says that no release uses it",
                &drop,
            ),
        ];
        let empty = Column {
            nullable: true,
            ..column.clone()
        };
        change.down = add_column(table, &empty);
        change.down.push(format!(
            "UPDATE {} SET {} = {}",
            table.quoted(),
            quoted(&column.name),
            quoted(&former.current)
        ));
        if !column.nullable {
            change
                .down
                .push(alter_column(table, &column.name, "SET NOT NULL"));
        }
        change.down.extend(sync.made());
        self.push(
            change
                .without(table, Some(&column.name))
                .note(momentary(table))
                .note("Nothing is lost. Programs that still use the old name fail from now on.")
                .note("The way back writes every row under a lock."),
        );
    }
}

/// What keeps two columns the same.
struct Sync {
    table: Name,
    former: String,
    current: String,
    trigger: String,
    function: Name,
}

impl Sync {
    fn of(table: &Name, former: &str, current: &str) -> Self {
        let name = format!("{}_{former}_{current}_same", table.name);
        Sync {
            table: table.clone(),
            former: former.to_owned(),
            current: current.to_owned(),
            // Triggers run in the order of their names, and this one is to see what others made.
            trigger: constraint_name::given(&format!("~{name}")),
            function: Name {
                schema: table.schema.clone(),
                name: constraint_name::given(&name),
            },
        }
    }

    /// Nobody gives a default to the new column as long as both are there, so that an empty
    /// one was not given. Texts are compared: not every type can be.
    fn made(&self) -> Vec<String> {
        let [new, old] = [&self.current, &self.former].map(|it| quoted(it));
        let body = format!(
            "BEGIN\n  IF TG_OP = 'INSERT' THEN\n    \
             IF NEW.{new} IS NULL THEN NEW.{new} := NEW.{old}; ELSE NEW.{old} := NEW.{new}; END IF;\n  \
             ELSIF NEW.{new}::text IS DISTINCT FROM OLD.{new}::text THEN NEW.{old} := NEW.{new};\n  \
             ELSE NEW.{new} := NEW.{old};\n  END IF;\n  RETURN NEW;\nEND"
        );
        let names = serde_json::json!([self.former, self.current]).to_string();
        let mut out = made(&self.table, &self.trigger, &self.function, &body);
        out.push(format!(
            "COMMENT ON TRIGGER {} ON {} IS {}",
            quoted(&self.trigger),
            self.table.quoted(),
            literal(&format!("orm:former {names}"))
        ));
        out
    }
}

/// A trigger before each row that is written, and its function.
pub(super) fn made(table: &Name, trigger: &str, function: &Name, body: &str) -> Vec<String> {
    let function = function.quoted();
    let mut tag = String::from("$row$");
    while body.contains(&tag) {
        tag.insert(1, '_');
    }
    vec![
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {tag}\n{body}\n{tag}"
        ),
        format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {function}()",
            quoted(trigger),
            table.quoted()
        ),
    ]
}

/// A statement that is checked for what it does to programs, with what is to be said of it.
pub(super) fn allowed(rule: &str, reason: &str, statement: &str) -> String {
    format!("-- orm:allow {rule}: {reason}\n{statement}")
}

pub(super) fn dropped(table: &Name, trigger: &str, function: &Name) -> [String; 2] {
    [
        format!("DROP TRIGGER {} ON {}", quoted(trigger), table.quoted()),
        format!("DROP FUNCTION {}()", function.quoted()),
    ]
}
