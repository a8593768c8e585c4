//! Steps that are likely to hit something.

use orm_testkit::Random;
use serde_json::Value;

use crate::link::Held;
use crate::steps::{Call, Changed, Changes, Fate, Given, Mode, Named, New, Step, Verb, Way};
use crate::tables::{AS_IT_WAS, Past, Row, Table, Tables, label_of, values};
use crate::world::World;

/// How many rows a table should have at most.
const ENOUGH: usize = 6;

const NOTHING: Value = Value::Null;
const NULL: Given = Given::Value(NOTHING);

/// What steps are made from.
pub(crate) struct Generator<'w> {
    world: &'w World,
    pub(crate) random: Random,
    count: i32,
}

impl<'w> Generator<'w> {
    pub(crate) fn new(world: &'w World, seed: u64) -> Self {
        Generator {
            world,
            random: Random::new(seed),
            count: 0,
        }
    }

    pub(crate) fn step(&mut self, tables: &Tables, past: &Past) -> Step {
        let mode = match self.random.below(10) {
            0..7 => Mode::Alone,
            7..9 => Mode::Committed,
            _ => Mode::RolledBack,
        };
        let calls = match mode {
            Mode::Alone => 1,
            _ => 1 + self.random.below(3),
        };
        let calls = (0..calls).filter_map(|_| self.call(tables, past));
        Step {
            mode,
            calls: calls.collect(),
        }
    }

    fn call(&mut self, tables: &Tables, past: &Past) -> Option<Call> {
        for (model, maker) in self.world.makers.iter().enumerate() {
            let rows = tables.rows(maker.table());
            let is_labelled = self.world.table(maker.table()).is_labelled();
            if is_labelled && rows.len() > ENOUGH && self.random.percent(50) {
                let label = self.label(rows, &[])?;
                let fate = match self.random.percent(50) {
                    true => *maker.fates().last()?,
                    false => Fate::Deleted,
                };
                return Some(Call::Drop { model, label, fate });
            }
        }
        match self.random.below(100) {
            0..42 => self.write(tables, past),
            42..60 => self.change(tables, past),
            60..86 => self.make(tables),
            86..93 => self.update(tables, past),
            _ => self.drop(tables, past),
        }
        .or_else(|| self.make(tables))
    }

    fn drop(&mut self, tables: &Tables, past: &Past) -> Option<Call> {
        let model = self.random.below(self.world.makers.len());
        let maker = &self.world.makers[model];
        let (table, fate) = (maker.table(), *self.random.pick(maker.fates())?);
        let likes_unseen = match fate {
            Fate::Deleted => 5,
            Fate::Restored => 85,
            Fate::DeletedForGood => 50,
        };
        let unseen = tables.unseen(table);
        let label = match self.random.percent(likes_unseen) && !unseen.is_empty() {
            true => self.label(unseen, &[]),
            false => self.label(tables.rows(table), past.gone.rows(table)),
        }?;
        let label = self.aged(label, &past.old, table);
        Some(Call::Drop { model, label, fate })
    }

    fn update(&mut self, tables: &Tables, past: &Past) -> Option<Call> {
        let model = self.random.below(self.world.makers.len());
        let table = self.world.table(self.world.makers[model].table());
        if !table.is_labelled() {
            return None;
        }
        let mut rows = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let label = self.label(tables.rows(table.name), past.gone.rows(table.name))?;
            let label = self.aged(label, &past.old, table.name);
            let mut to = self.new_row(table.name, tables, 2)?;
            if self.random.percent(50) {
                to.label.clear();
            }
            rows.push(Changed { label, to });
        }
        Some(Call::Update { model, rows })
    }

    /// The label of one of these rows, seldom of one that is gone.
    fn label(&mut self, rows: &[Row], gone: &[Row]) -> Option<String> {
        let from = match self.random.percent(4) && !gone.is_empty() {
            true => gone,
            false => rows,
        };
        let label = label_of(self.random.pick(from)?).to_owned();
        (!label.is_empty()).then_some(label)
    }

    /// The label of a row, which the program holds as it was before, now and then.
    fn aged(&mut self, label: String, old: &Tables, table: &str) -> String {
        match self.random.percent(20) && old.labelled(table, &label).is_some() {
            true => format!("{AS_IT_WAS}{label}"),
            false => label,
        }
    }

    fn write(&mut self, tables: &Tables, past: &Past) -> Option<Call> {
        let association = self.random.below(self.world.associations.len());
        let subject = &self.world.associations[association];
        let link = subject.link();
        let verb = *self.random.pick(subject.verbs())?;
        let owner = self.label(tables.rows(link.owner), past.gone.rows(link.owner))?;
        let held = tables.labelled(link.owner, &owner);
        let mine = held
            .map(|owner| link.related(tables, owner))
            .unwrap_or_default();
        let mine: Vec<Row> = mine.into_iter().cloned().collect();
        let owner = self.aged(owner, &past.old, link.owner);
        let count = match verb {
            Verb::Create | Verb::CreateThere | Verb::Clear => 0,
            Verb::PointAt => 1,
            _ if link.one => self.random.below(8).clamp(1, 2) - usize::from(self.random.percent(5)),
            _ => self.random.below(4),
        };
        let likes_mine = match verb {
            Verb::Remove | Verb::Delete => 85,
            Verb::Set => 40,
            _ => 15,
        };
        let mut targets = Vec::new();
        for _ in 0..count {
            let from = match self.random.percent(likes_mine) && !mine.is_empty() {
                true => &mine,
                false => tables.rows(link.target),
            };
            let label = self.label(from, past.gone.rows(link.target));
            targets.extend(label.map(|label| self.aged(label, &past.old, link.target)));
        }
        if verb == Verb::PointAt && targets.is_empty() {
            return None;
        }
        let new = match verb {
            Verb::Create | Verb::CreateThere => {
                let mut new = self.new_row(link.target, tables, 2)?;
                without_keys(&mut new, &link.held, &link.scope);
                Some(new)
            }
            _ => None,
        };
        let joining = self.joining(&link.held);
        Some(Call::Write {
            association,
            verb,
            owner,
            targets,
            new,
            joining,
            by_keys: self.random.percent(25),
        })
    }

    /// Several changes below a row.
    fn change(&mut self, tables: &Tables, past: &Past) -> Option<Call> {
        let association = self.random.below(self.world.associations.len());
        let subject = &self.world.associations[association];
        if !subject.changes() {
            return None;
        }
        let (link, verbs) = (subject.link(), subject.verbs());
        let owner = self.label(tables.rows(link.owner), past.gone.rows(link.owner))?;
        let held = tables.labelled(link.owner, &owner);
        let mine = held.map(|owner| link.related(tables, owner));
        let mine: Vec<Row> = mine.into_iter().flatten().cloned().collect();
        let owner = self.aged(owner, &past.old, link.owner);
        let may = |verb| verbs.contains(&verb);
        let (target, gone) = (link.target, past.gone.rows(link.target));
        let deleted = self.named(30, 85, &mine, tables, past, target);
        let removed = match may(Verb::Remove) {
            true => self.named(30, 85, &mine, tables, past, target),
            false => Vec::new(),
        };
        let added = match may(Verb::Add) {
            true => self.named(40, 10, &mine, tables, past, target),
            false => Vec::new(),
        };
        let adopted = match may(Verb::Adopt) {
            true => self.named(20, 10, &mine, tables, past, target),
            false => Vec::new(),
        };
        let mut updated = Vec::new();
        while self.random.percent(30) {
            let from = match self.random.percent(85) && !mine.is_empty() {
                true => &mine,
                false => tables.rows(target),
            };
            let Some(label) = self.label(from, gone) else {
                break;
            };
            let label = self.aged(label, &past.old, target);
            let mut to = self.new_row(target, tables, 2)?;
            if self.random.percent(50) {
                to.label.clear();
            }
            updated.push(Changed { label, to });
        }
        let mut created = Vec::new();
        while self.random.percent(if link.one { 25 } else { 40 }) {
            let mut new = self.new_row(target, tables, 1)?;
            without_keys(&mut new, &link.held, &link.scope);
            // As a row that goes was called.
            if self.random.percent(20)
                && let Some(old) = self.random.pick(&deleted)
            {
                new.label = old.label.trim_start_matches(AS_IT_WAS).to_owned();
            }
            created.push(new);
        }
        let mut changes = Changes {
            deleted,
            removed,
            updated,
            added,
            adopted,
            created,
            joining: self.joining(&link.held),
        };
        // A row that holds the key is refused where it is given for two changes.
        if !matches!(link.held, Held::Pairs(_)) && self.random.percent(95) {
            changes.each_once();
        }
        Some(Call::Change {
            association,
            owner,
            changes,
        })
    }

    /// Some rows, as they are held or by their keys.
    fn named(
        &mut self,
        chance: usize,
        likes_mine: usize,
        mine: &[Row],
        tables: &Tables,
        past: &Past,
        table: &str,
    ) -> Vec<Named> {
        let mut rows = Vec::new();
        while self.random.percent(chance) {
            let from = match self.random.percent(likes_mine) && !mine.is_empty() {
                true => mine,
                false => match self.random.percent(5) {
                    true => tables.unseen(table),
                    false => tables.rows(table),
                },
            };
            let Some(label) = self.label(from, past.gone.rows(table)) else {
                break;
            };
            rows.push(Named {
                label: self.aged(label, &past.old, table),
                by_key: self.random.percent(50),
            });
        }
        rows
    }

    /// A value for join rows that have one to be given, seldom one that they refuse.
    fn joining(&mut self, held: &Held) -> Option<i32> {
        let Held::Pairs(join) = held else {
            return None;
        };
        let (_, least) = join.joining?;
        let above = i32::try_from(self.random.below(6)).unwrap_or(0);
        Some(least + above - i32::from(self.random.percent(10)) * 10)
    }

    fn make(&mut self, tables: &Tables) -> Option<Call> {
        let model = self.random.below(self.world.makers.len());
        let maker = &self.world.makers[model];
        let table = self.world.table(maker.table());
        let way = match self.random.below(100) {
            0..35 => Way::One,
            35..75 => Way::Many,
            75..80 if table.is_labelled() => Way::UpsertByLabel,
            80..93 if table.is_labelled() => self.upsert(table, maker.fates()),
            93.. if table.numbered && table.is_labelled() => Way::UpsertByKey,
            _ => Way::One,
        };
        let count = match way {
            Way::Many | Way::UpsertMany | Way::FindMany | Way::IgnoreMany | Way::ReviveMany => {
                self.random.below(4)
            }
            _ => 1,
        };
        let depth = match way {
            Way::One | Way::Many => 0,
            _ => 2,
        };
        let mut rows = Vec::new();
        for _ in 0..count {
            rows.push(self.new_row(table.name, tables, depth)?);
        }
        for row in &mut rows {
            let there = tables.rows(table.name);
            let likes = self.random.percent(50) && !there.is_empty();
            match way {
                Way::One | Way::Many => {}
                Way::UpsertByLabel
                | Way::FindByLabel
                | Way::UpsertMany
                | Way::FindMany
                | Way::IgnoreMany
                | Way::ReviveMany => {
                    row.id = None;
                    let unseen = tables.unseen(table.name);
                    let revives = if way == Way::ReviveMany { 60 } else { 10 };
                    if !unseen.is_empty() && self.random.percent(revives) {
                        row.label = self.label(unseen, &[])?;
                    } else if likes {
                        row.label = self.label(there, &[])?;
                    }
                }
                Way::UpsertByKey if likes => {
                    row.id = None;
                    row.id_of = Some((table.name, self.label(there, &[])?));
                }
                Way::UpsertByKey => row.id = Some(self.number()),
            }
        }
        Some(Call::Make { model, rows, way })
    }

    /// A way to write rows that may exist; a trigger sees a row before anyone looks.
    fn upsert(&mut self, table: &Table, fates: &[Fate]) -> Way {
        let is_living = fates.contains(&Fate::Restored);
        match self.random.below(5) {
            _ if table.trigger.is_some() => Way::UpsertByLabel,
            0 => Way::FindByLabel,
            1 => Way::IgnoreMany,
            2 => Way::FindMany,
            3 if is_living => Way::ReviveMany,
            _ => Way::UpsertMany,
        }
    }

    fn number(&mut self) -> i32 {
        self.count += 1;
        // Far from each other: SQLite numbers on behind the largest that was given.
        1_000_000 + self.count * 1_001
    }

    /// A row that nobody has seen, with rows below it.
    fn new_row(&mut self, name: &'static str, tables: &Tables, depth: usize) -> Option<New> {
        let world = self.world;
        let table = world.table(name);
        self.count += 1;
        let mut new = New {
            label: format!("{}{:06}", self.prefix(table), self.count),
            id: None,
            id_of: None,
            given: Vec::new(),
            nested: Vec::new(),
        };
        if table.is_labelled() && self.random.percent(3) {
            let taken = self.label(tables.rows(name), &[]);
            new.label = taken.unwrap_or(new.label);
        }
        if table.numbered && table.is_labelled() && self.random.percent(25) {
            new.id = Some(self.number());
        }
        let invented = (table.invent)(&mut self.random).into_iter();
        new.given
            .extend(invented.map(|(column, value)| (column, Given::Value(value))));
        for reference in &table.references {
            let may_be_null = !reference.nullable.is_empty();
            if may_be_null && self.random.percent(50) {
                if self.random.percent(50) {
                    let nulls = reference.nullable.iter().map(|column| (*column, NULL));
                    new.given.extend(nulls);
                }
                continue;
            }
            let rows = tables.rows(reference.table).iter();
            let has_key = |row: &&Row| !values(row, reference.key).contains(&NOTHING);
            let rows: Vec<Row> = rows.filter(has_key).cloned().collect();
            let Some(label) = self.label(&rows, &[]) else {
                if may_be_null {
                    continue;
                }
                return None;
            };
            for (column, key) in reference.columns.iter().zip(reference.key) {
                new.given.retain(|(given, _)| given != column);
                let value = Given::Of(reference.table, label.clone(), key);
                new.given.push((column, value));
            }
        }
        self.add_nested(&mut new, table, tables, depth)?;
        Some(new)
    }

    fn prefix(&mut self, table: &Table) -> &'static str {
        let chance = usize::from(table.trigger.is_some()) * 20;
        if self.random.percent(chance) {
            return self
                .random
                .pick(&["bad", "alt", "mov"])
                .copied()
                .unwrap_or("n");
        }
        if table.stuck.is_some() && self.random.percent(15) {
            return "stk";
        }
        "n"
    }

    fn add_nested(
        &mut self,
        new: &mut New,
        table: &Table,
        tables: &Tables,
        depth: usize,
    ) -> Option<()> {
        if depth >= 2 || !self.random.percent(60) {
            return Some(());
        }
        let world = self.world;
        let Some(maker) = world
            .makers
            .iter()
            .find(|maker| maker.table() == table.name)
        else {
            return Some(());
        };
        for &association in maker.nests() {
            let link = world.associations[association].link();
            let count = match link.one {
                true => self.random.below(2) + usize::from(self.random.percent(5)),
                false => self.random.below(3),
            };
            let mut below = Vec::new();
            for _ in 0..count {
                let mut row = self.new_row(link.target, tables, depth + 1)?;
                without_keys(&mut row, &link.held, &link.scope);
                below.push(row);
            }
            if !below.is_empty() {
                new.nested.push((association, below));
            }
        }
        Some(())
    }
}

/// The association gives these.
fn without_keys(new: &mut New, held: &Held, scope: &[(&'static str, Value)]) {
    let key = match held {
        Held::Target { columns, .. } => *columns,
        _ => &[],
    };
    let is_given =
        |column: &str| key.contains(&column) || scope.iter().any(|(scoped, _)| *scoped == column);
    new.given.retain(|(column, _)| !is_given(column));
}
