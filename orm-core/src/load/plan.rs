//! From a query with includes to levels and statements.

use std::sync::Arc;

use crate::ast::{Include, Item, Output, Select, Strategy};
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, SqlType, TableDef};

/// How a query with includes is fetched: one tree of levels, fetched by one
/// statement, or by several where an include asks for its own.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The query's own rows, with everything below them.
    pub(crate) root: Level,
}

/// Which levels of a tree come in one result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folding {
    /// All but those that ask for a statement of their own.
    Usual,
    /// Those that ask for it.
    WhereAskedFor,
    /// None.
    Never,
}

/// For each value of some list, its place in a result row.
pub(crate) type SlotMap = Arc<[u16]>;

/// The rows of one table in the tree.
#[derive(Debug)]
pub(crate) struct Level {
    /// Its number: the tree is numbered from the root, parents first.
    pub(crate) number: usize,
    /// One past the last number in its subtree.
    pub(crate) end: usize,
    /// The table.
    pub(crate) table: &'static TableDef,
    /// The table's columns that are fetched, as positions: those of the shape,
    /// then the keys that only the loader reads.
    pub(crate) columns: Vec<u16>,
    /// Where each of them is in a result row.
    pub(crate) column_slots: Vec<u16>,
    /// Where the computed values are in a result row.
    pub(crate) value_slots: Vec<u16>,
    /// Where the values of the level's shape are in a result row, in its order.
    pub(crate) slots: SlotMap,
    /// Where the key of the parent is that this row belongs to.
    pub(crate) key_slots: SlotMap,
    /// Where the join row's columns are, where they are read too.
    pub(crate) join_slots: SlotMap,
    /// Where, in the parent's rows, the key is that its children hold.
    pub(crate) parent_key_slots: SlotMap,
    /// Where the number is that rows are sorted by, if they are.
    pub(crate) ordinal_slot: Option<u16>,
    /// How the ordinal is made.
    pub(crate) order: LevelOrder,
    /// Whether this level begins a statement of its own.
    pub(crate) own_statement: bool,
    /// Whether it may begin one where that is quicker.
    pub(crate) may_be_spread: bool,
    /// The types of the statement's columns; only where a statement begins.
    pub(crate) result: Vec<SqlType>,
    /// The levels below, in the order of the includes.
    pub(crate) children: Vec<Level>,
}

impl Level {
    /// A level without any below, whose values are in the given slots.
    pub(crate) fn flat(table: &'static TableDef, slots: SlotMap) -> Self {
        let none: SlotMap = Arc::from([]);
        Level {
            number: 0,
            end: 1,
            table,
            columns: Vec::new(),
            column_slots: Vec::new(),
            value_slots: Vec::new(),
            slots,
            key_slots: Arc::clone(&none),
            join_slots: Arc::clone(&none),
            parent_key_slots: none,
            ordinal_slot: None,
            order: LevelOrder::None,
            own_statement: true,
            may_be_spread: false,
            result: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Whether the statement that begins here fetches no other level. Its rows
    /// hold nothing but what the level reads, in the order it is read in.
    pub(super) fn is_alone(&self) -> bool {
        self.children.iter().all(|child| child.own_statement)
    }

    /// The number of the level that begins the last statement: parents go first.
    pub(super) fn last_statement(&self) -> usize {
        let last_of = |child: &Level| {
            let last = child.last_statement();
            (last > child.number || child.own_statement).then_some(last)
        };
        let below = self.children.iter().rev().find_map(last_of);
        below.unwrap_or(self.number)
    }

    /// Where a column of the table is in a result row.
    pub(super) fn slot_of(&self, position: u16) -> u16 {
        let at = self.columns.iter().position(|&fetched| fetched == position);
        at.map_or(u16::MAX, |at| self.column_slots[at])
    }

    fn slots_of(&self, positions: &[u16]) -> SlotMap {
        positions
            .iter()
            .map(|&position| self.slot_of(position))
            .collect()
    }
}

/// How the rows of a level are told apart in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LevelOrder {
    /// Each parent has at most one row.
    None,
    /// By an integer primary key, which the client sorts by.
    Key,
    /// By a row number that the server counts.
    Counted,
    /// They arrive in order: nothing else is in their statement's result.
    Arrival,
}

impl Plan {
    /// The plan of a query.
    pub(crate) fn new(select: &Select, folding: Folding) -> Self {
        let mut root = number(select, None, folding, true, &mut 0);
        allocate_statement(&mut root, select, None);
        Plan { root }
    }

    /// The plan of an include whose parents were fetched before.
    pub(crate) fn of_include(
        include: &Include,
        parents: &'static TableDef,
        folding: Folding,
    ) -> Level {
        let select = &include.select;
        let mut level = number(select, Some(include), folding, true, &mut 0);
        allocate_statement(&mut level, select, Some((include, parents)));
        level
    }
}

/// The level of a query and those below it, numbered, without slots; `first`
/// begins a statement whatever its include asks for.
fn number(
    select: &Select,
    include: Option<&Include>,
    folding: Folding,
    first: bool,
    next: &mut usize,
) -> Level {
    let number = *next;
    *next += 1;
    let children: Vec<Level> = select
        .includes
        .iter()
        .map(|include| self::number(&include.select, Some(include), folding, false, next))
        .collect();
    let none: Arc<[u16]> = Arc::from([]);
    let asked = include.map(|include| include.strategy);
    let own_statement = first
        || match (folding, asked) {
            (Folding::Never, _) | (_, Some(Strategy::Separate)) => true,
            (_, Some(Strategy::Auto)) => folding == Folding::WhereAskedFor,
            (_, Some(Strategy::Together) | None) => false,
        };
    let is_alone = own_statement && children.iter().all(|child| child.own_statement);
    let order = match level_order(select, include) {
        LevelOrder::Counted if is_alone => LevelOrder::Arrival,
        order => order,
    };
    Level {
        number,
        end: *next,
        table: select.table,
        columns: fetched(select, include, order),
        column_slots: Vec::new(),
        value_slots: Vec::new(),
        slots: Arc::clone(&none),
        key_slots: Arc::clone(&none),
        join_slots: Arc::clone(&none),
        parent_key_slots: none,
        ordinal_slot: None,
        order,
        own_statement,
        may_be_spread: asked == Some(Strategy::Auto),
        result: Vec::new(),
        children,
    }
}

/// The columns a level needs: the shape's, the key its parents look for, the
/// keys its children look for, and what its rows are sorted by.
fn fetched(select: &Select, include: Option<&Include>, order: LevelOrder) -> Vec<u16> {
    let Output::Items(items) = &select.output else {
        return (0..).take(select.table.columns.len()).collect();
    };
    let shown = items.iter().filter_map(|item| match item {
        Item::Column(position) => Some(position),
        Item::Value { .. } => None,
    });
    let held = include
        .filter(|include| include.association.through.is_none())
        .map_or(&[][..], |include| include.association.target_columns);
    let handed_down = select.includes.iter().flat_map(|include| {
        let types = include.parents.iter().map(|(position, _)| position);
        include.association.owner_columns.iter().chain(types)
    });
    let sorted_by = match order {
        LevelOrder::Key => select.table.primary_key,
        LevelOrder::None | LevelOrder::Counted | LevelOrder::Arrival => &[],
    };
    let mut columns = Vec::new();
    for &position in shown.chain(held).chain(handed_down).chain(sorted_by) {
        if !columns.contains(&position) {
            columns.push(position);
        }
    }
    columns
}

fn level_order(select: &Select, include: Option<&Include>) -> LevelOrder {
    if include.is_some_and(|include| has_one_row_per_key(select.table, include.association)) {
        LevelOrder::None
    } else if select.order_by.is_empty()
        && include.is_none_or(|include| include.join_order.is_empty())
        && integer_key(select.table).is_some()
        && include.and_then(repeated_join_rows).is_none()
    {
        LevelOrder::Key
    } else {
        LevelOrder::Counted
    }
}

/// Whether the tables themselves keep a parent from having several rows. A
/// `has_one` alone does not: of several rows it takes the first in order.
fn has_one_row_per_key(table: &TableDef, association: &AssociationDef) -> bool {
    let columns = association.target_columns;
    match association.kind {
        AssociationKind::BelongsTo => true,
        AssociationKind::HasOne => {
            let mut keys = table.uniques.iter().map(|unique| unique.columns);
            table.primary_key == columns || keys.any(|key| key == columns)
        }
        AssociationKind::HasMany | AssociationKind::ManyToMany => false,
    }
}

/// The position of a primary key that is one integer column.
pub(crate) fn integer_key(table: &TableDef) -> Option<u16> {
    let [position] = table.primary_key else {
        return None;
    };
    let integer = matches!(
        table.column(*position).sql_type,
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8
    );
    integer.then_some(*position)
}

/// An include, and the table of the rows it belongs to.
type Parent<'a> = (&'a Include, &'static TableDef);

/// Gives every column of a statement its slot.
fn allocate_statement(level: &mut Level, select: &Select, parent: Option<Parent<'_>>) {
    let mut slots = SlotAllocator {
        first: if level.is_alone() { 0 } else { FIRST_SLOT },
        types: Vec::new(),
    };
    allocate(level, select, parent, &mut slots);
    level.result = slots.types;
}

/// Gives every column of a level, and of the levels in the same statement, its slot.
fn allocate(
    level: &mut Level,
    select: &Select,
    parent: Option<Parent<'_>>,
    slots: &mut SlotAllocator,
) {
    let mut row = RowSlots::default();
    level.column_slots = level
        .columns
        .iter()
        .map(|&position| slots.take(&mut row, level.table.column(position)))
        .collect();
    level.slots = shape_slots(level, select, &mut row, slots);
    if let Some(parent) = parent {
        allocate_key(level, parent, &mut row, slots);
    }
    level.ordinal_slot = match level.order {
        LevelOrder::None | LevelOrder::Arrival => None,
        LevelOrder::Key => integer_key(level.table).map(|position| level.slot_of(position)),
        LevelOrder::Counted => Some(slots.take_type(&mut row, SqlType::Int8)),
    };
    for (child, include) in level.children.iter_mut().zip(&select.includes) {
        let parent = Some((include, level.table));
        if child.own_statement {
            allocate_statement(child, &include.select, parent);
        } else {
            allocate(child, &include.select, parent, slots);
        }
    }
    for (at, include) in select.includes.iter().enumerate() {
        let handed_down = level.slots_of(include.association.owner_columns);
        level.children[at].parent_key_slots = handed_down;
    }
}

/// Says where a level's rows hold the key of their parent: in themselves, or in
/// columns of the join table, which get their slots here.
fn allocate_key(
    level: &mut Level,
    (include, parent): Parent<'_>,
    row: &mut RowSlots,
    slots: &mut SlotAllocator,
) {
    let association = include.association;
    let Some(join) = &association.through else {
        level.key_slots = level.slots_of(association.target_columns);
        return;
    };
    match join_columns(include) {
        // The key that the join row holds is one of its columns.
        Some(columns) => {
            let taken = columns.iter().map(|column| slots.take(row, column));
            level.join_slots = taken.collect();
            let place = |name: &&str| columns.iter().position(|column| column.name == *name);
            let held = join.owner_columns.iter().filter_map(place);
            level.key_slots = held.map(|at| level.join_slots[at]).collect();
        }
        // The join table's columns have the types of the keys they point at.
        None => {
            let columns = association.owner_columns.iter();
            level.key_slots = columns
                .map(|&position| slots.take(row, parent.column(position)))
                .collect();
        }
    }
}

/// The slots of the values of a level's shape; those of computed values are taken here.
fn shape_slots(
    level: &mut Level,
    select: &Select,
    row: &mut RowSlots,
    slots: &mut SlotAllocator,
) -> SlotMap {
    let Output::Items(items) = &select.output else {
        return level.column_slots.as_slice().into();
    };
    items
        .iter()
        .map(|item| match item {
            Item::Column(position) => level.slot_of(*position),
            Item::Value { sql_type, .. } => {
                let slot = slots.take_type(row, folded(*sql_type));
                level.value_slots.push(slot);
                slot
            }
        })
        .collect()
}

/// The columns of the join row, where the include reads them.
pub(super) fn join_columns(include: &Include) -> Option<&'static [ColumnDef]> {
    let table = include.association.through.as_ref()?.table?;
    include.join_columns.then(|| table().columns)
}

/// The primary key of the join rows, where they are read too and a row may
/// come with several.
pub(super) fn repeated_join_rows(include: &Include) -> Option<&'static [u16]> {
    join_columns(include)?;
    let join = include.association.through.as_ref()?;
    let table = join.table?;
    (!join.holds_pairs_once()).then(|| table().primary_key)
}

/// The first slot of a row that levels share; the slot before it holds the level's number.
pub(super) const FIRST_SLOT: u16 = 1;

/// Shares result columns of one type between levels, so that a row is as wide
/// as the widest level, not as all of them together.
struct SlotAllocator {
    first: u16,
    types: Vec<SqlType>,
}

/// The slots that one level has taken.
#[derive(Default)]
struct RowSlots {
    taken: Vec<u16>,
}

impl SlotAllocator {
    fn take(&mut self, row: &mut RowSlots, column: &ColumnDef) -> u16 {
        self.take_type(row, folded(column.sql_type))
    }

    fn take_type(&mut self, row: &mut RowSlots, sql_type: SqlType) -> u16 {
        let mut slots = self.first..;
        let free = slots
            .by_ref()
            .zip(&self.types)
            .find(|(slot, folded)| **folded == sql_type && !row.taken.contains(slot));
        let slot = match free {
            Some((slot, _)) => slot,
            None => {
                self.types.push(sql_type);
                let taken = u16::try_from(self.types.len() - 1);
                self.first.saturating_add(taken.unwrap_or(u16::MAX))
            }
        };
        row.taken.push(slot);
        slot
    }
}

/// The type a column has in a folded result: its length or precision does not matter there.
fn folded(sql_type: SqlType) -> SqlType {
    match sql_type {
        SqlType::Varchar(_) => SqlType::Text,
        SqlType::Numeric(_) => SqlType::Numeric(None),
        other => other,
    }
}
