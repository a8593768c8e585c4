//! What a client may ask of a list: filters, an order, a page.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use orm::model::Model;
use orm::query::{Expression, Filter, Order, PageCursor, Pages, Query};
use orm::types::ColumnType;

use crate::{Failure, Result};

/// As many values of one parameter are read.
pub(crate) const MOST_VALUES: usize = 50;

type Read<M> = Box<dyn Fn(&str) -> Option<Filter<M>> + Send + Sync>;

/// The parameters that a list has: what is not named here is no parameter.
///
/// | parameter | means |
/// |---|---|
/// | a name of [`filter`](Self::filter) or [`equal`](Self::equal) | rows that pass; given more than once, rows that pass any |
/// | `order` | names of [`order`](Self::order), separated by commas; `-` in front sorts downwards |
/// | `size` | how many rows a page has, from 1 to the largest of [`sizes`](Self::sizes) |
/// | `cursor` | the page, from `next` or `previous` of another |
///
/// A parameter that is none of these, given twice where it has one value, or whose value
/// cannot be read is answered by 400, which names the parameter.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "tickets")]
/// # pub struct Ticket {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub team_id: i64,
/// #     pub title: String,
/// # }
/// use orm_http::Listing;
///
/// let listing = Listing::new()
///     .equal("team", Ticket::team_id)
///     .filter("text", |text| Some(Ticket::title.icontains(text)))
///     .order("title", Ticket::title)
///     .order("id", Ticket::id)
///     .usually(Ticket::id.desc())
///     .sizes(20, 100);
///
/// let list = listing.read("team=3&text=printer&order=-title&size=5")?;
/// let sql = list.query(Ticket::query()).to_sql();
/// assert!(sql.ends_with(r#"WHERE "team_id" = $1 AND "title" ILIKE $2 ORDER BY "title" DESC"#), "{sql}");
/// assert_eq!(listing.read("password=x").unwrap_err().status(), 400);
/// # Ok::<(), orm_http::Failure>(())
/// ```
pub struct Listing<M> {
    filters: Vec<(&'static str, Read<M>)>,
    orders: Vec<(&'static str, Order<M>, Order<M>)>,
    usually: Vec<Order<M>>,
    usual_size: u32,
    largest_size: u32,
}

impl<M: Model> Default for Listing<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> Listing<M> {
    /// A list without filters and orders, in pages of 20 rows and at most 100.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # fn example<Ticket: Model>() -> orm_http::Result<()> {
    /// let list = orm_http::Listing::<Ticket>::new().read("")?;
    /// assert_eq!(list.size(), 20);
    /// # Ok(()) }
    /// ```
    pub fn new() -> Self {
        Listing {
            filters: Vec::new(),
            orders: Vec::new(),
            usually: Vec::new(),
            usual_size: 20,
            largest_size: 100,
        }
    }

    /// A parameter that leaves out rows. `read` makes a filter of its value; `None` says
    /// that it is no value of this parameter.
    #[must_use]
    pub fn filter(
        mut self,
        name: &'static str,
        read: impl Fn(&str) -> Option<Filter<M>> + Send + Sync + 'static,
    ) -> Self {
        self.filters.push((name, Box::new(read)));
        self
    }

    /// A parameter for rows whose column has its value.
    #[must_use]
    pub fn equal<E>(self, name: &'static str, column: E) -> Self
    where
        E: Expression<Model = M> + Clone + Send + Sync + 'static,
        <E::Type as ColumnType>::Base: FromStr,
    {
        self.filter(name, move |value| {
            let value: <E::Type as ColumnType>::Base = value.parse().ok()?;
            Some(column.clone().eq(value))
        })
    }

    /// A word to sort by.
    #[must_use]
    pub fn order<E>(mut self, name: &'static str, by: E) -> Self
    where
        E: Expression<Model = M> + Clone,
    {
        self.orders.push((name, by.clone().asc(), by.desc()));
        self
    }

    /// What is sorted by where nothing is asked for. Called again, it goes on behind.
    #[must_use]
    pub fn usually(mut self, order: Order<M>) -> Self {
        self.usually.push(order);
        self
    }

    /// How many rows a page has where nothing is asked for, and how many at most.
    #[must_use]
    pub fn sizes(mut self, usual: u32, largest: u32) -> Self {
        (self.usual_size, self.largest_size) = (usual, largest);
        self
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn filter_names(&self) -> impl Iterator<Item = &'static str> {
        self.filters.iter().map(|(name, _)| *name)
    }

    #[cfg(feature = "utoipa")]
    pub(crate) fn order_names(&self) -> Vec<&'static str> {
        self.orders.iter().map(|(name, ..)| *name).collect()
    }

    /// How many rows a page has usually, and at most.
    #[cfg(feature = "utoipa")]
    pub(crate) fn page_sizes(&self) -> (u32, u32) {
        (self.usual_size, self.largest_size)
    }

    /// Reads the query of an address, what is behind its `?`.
    ///
    /// # Errors
    /// 400, with a field for each parameter that cannot be taken.
    pub fn read(&self, query: &str) -> Result<List<M>> {
        let mut wrong = Vec::new();
        let mut list = List {
            filters: Vec::new(),
            order: Vec::new(),
            size: self.usual_size,
            cursor: None,
            model: PhantomData,
        };
        let mut seen: Vec<(Cow<'_, str>, Vec<Cow<'_, str>>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match seen.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => seen.push((name, vec![value])),
            }
        }
        for (name, values) in &seen {
            if let Err((rule, message)) = self.take(name, values, &mut list) {
                wrong.push((name.chars().take(200).collect::<String>(), rule, message));
            }
        }
        if !wrong.is_empty() {
            let failure = Failure::new(400_u16, "some parameters cannot be taken");
            return Err(wrong
                .into_iter()
                .fold(failure, |failure, (name, rule, message)| {
                    failure.field(name, rule, message)
                }));
        }
        if list.order.is_empty() {
            list.order.clone_from(&self.usually);
        }
        Ok(list)
    }

    fn take(&self, name: &str, values: &[Cow<'_, str>], list: &mut List<M>) -> Taken {
        if let Some((_, read)) = self.filters.iter().find(|(known, _)| *known == name) {
            list.filters.push(any(read, values)?);
            return Ok(());
        }
        if !matches!(name, "order" | "size" | "cursor") {
            return Err(("unknown", "is not a parameter of this list".into()));
        }
        let [value] = values else {
            return Err(("twice", "is given twice".into()));
        };
        match name {
            "order" => list.order = self.ordered(value)?,
            "size" => match value.parse() {
                Ok(size) if size >= 1 && size <= self.largest_size => list.size = size,
                _ => {
                    let message = format!("must be from 1 to {}", self.largest_size);
                    return Err(("range", message.into()));
                }
            },
            _ => match value.parse() {
                Ok(cursor) => list.cursor = Some(cursor),
                Err(_) => return Err(("cursor", "leads to no page of the list".into())),
            },
        }
        Ok(())
    }

    fn ordered(&self, value: &str) -> Taken<Vec<Order<M>>> {
        let mut order = Vec::new();
        let mut names = Vec::new();
        for word in value.split(',') {
            let (name, downwards) = match word.strip_prefix('-') {
                Some(name) => (name, true),
                None => (word, false),
            };
            let known = self.orders.iter().find(|(known, ..)| *known == name);
            match known {
                Some((name, up, down)) if !names.contains(name) => {
                    names.push(*name);
                    order.push(if downwards { down } else { up }.clone());
                }
                _ => {
                    let known: Vec<&str> = self.orders.iter().map(|(name, ..)| *name).collect();
                    let message = format!("takes each once of: {}", known.join(", "));
                    return Err(("order", message.into()));
                }
            }
        }
        Ok(order)
    }
}

type Taken<T = ()> = Result<T, (&'static str, Cow<'static, str>)>;

/// Rows that pass the filter of any of the values.
fn any<M>(read: &Read<M>, values: &[Cow<'_, str>]) -> Taken<Filter<M>> {
    if values.len() > MOST_VALUES {
        let message = format!("has at most {MOST_VALUES} values");
        return Err(("count", message.into()));
    }
    let mut filter: Option<Filter<M>> = None;
    for value in values {
        // No database stores it in a text, so no row has it.
        let sound = !value.contains('\0');
        let next = sound.then(|| read(value)).flatten();
        let next = next.ok_or(("value", Cow::Borrowed("is not a value of this parameter")))?;
        filter = Some(match filter {
            Some(filter) => filter | next,
            None => next,
        });
    }
    filter.ok_or(("value", "has no value".into()))
}

impl<M> fmt::Debug for Listing<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters: Vec<_> = self.filters.iter().map(|(name, _)| name).collect();
        let orders: Vec<_> = self.orders.iter().map(|(name, ..)| name).collect();
        f.debug_struct("Listing")
            .field("filters", &filters)
            .field("orders", &orders)
            .finish_non_exhaustive()
    }
}

/// A model that clients ask lists of: the `List` of an adapter is the extractor.
pub trait HasListing: Model {
    /// What they may ask.
    fn listing() -> Listing<Self>;
}

/// What a client asked of a list, as filters and orders of its model.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone, serde::Serialize)]
/// # #[model(table = "tickets")]
/// # pub struct Ticket {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub org_id: i64,
/// #     pub title: String,
/// # }
/// use orm::query::Page;
/// use orm_http::{HasListing, List, Listing};
///
/// impl HasListing for Ticket {
///     fn listing() -> Listing<Self> {
///         Listing::new().order("title", Ticket::title).usually(Ticket::id.desc())
///     }
/// }
///
/// async fn tickets(org: i64, asked: &str, db: &Db) -> orm_http::Result<Page<Ticket>> {
///     let list = Ticket::listing().read(asked)?;
///     let theirs = Ticket::query().filter(Ticket::org_id.eq(org));
///     Ok(list.pages(theirs).with_total().fetch(db).await?)
/// }
/// ```
#[must_use = "a list is read by `.pages(query).fetch(&db)`"]
pub struct List<M> {
    filters: Vec<Filter<M>>,
    order: Vec<Order<M>>,
    size: u32,
    cursor: Option<PageCursor>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> List<M> {
    /// The page that was asked for, of the rows that pass the query's filters, too.
    pub fn pages<L: Send + 'static, S>(&self, query: Query<M, L, S>) -> Pages<M, L> {
        self.query(query).page(self.size).at(self.cursor.clone())
    }

    /// The query with the filters and the order that were asked for, in one piece.
    pub fn query<L: Send + 'static, S>(&self, query: Query<M, L, S>) -> Query<M, L, S> {
        let filters = self.filters.iter().cloned().map(Some);
        let query = filters.fold(query, Query::maybe);
        query.order_by(self.order.clone())
    }

    /// How many rows a page has.
    pub fn size(&self) -> u32 {
        self.size
    }
}

impl<M> fmt::Debug for List<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("filters", &self.filters.len())
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
