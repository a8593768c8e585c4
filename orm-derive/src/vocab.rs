//! The attribute language: every key, where it may stand and how it is written.
//!
//! Parsing, suggestions and the tests of the documentation all read this table.

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `#[model(..)]` on the struct.
    Model,
    /// `timestamps(..)` in `#[model(..)]`.
    Timestamps,
    /// `backends(..)` in `#[model(..)]`.
    Backends,
    /// `partition_by(..)` in `#[model(..)]`.
    PartitionBy,
    /// `unique(..)` in `#[model(..)]`.
    Unique,
    /// `unique(..)` in `#[column(..)]`.
    ColumnUnique,
    /// `index(..)` in `#[model(..)]`.
    Index,
    /// `exclude(..)` in `#[model(..)]`.
    Exclude,
    /// `check(..)` in `#[model(..)]`.
    Check,
    /// `#[column(..)]` on a field.
    Column,
    /// `index(..)` in `#[column(..)]`.
    ColumnIndex,
    /// `identity(..)` in `#[column(..)]`.
    Identity,
    /// `sequence(..)` in `#[column(..)]`.
    Sequence,
    /// `#[validate(..)]` on a field.
    Validate,
    /// The options of a rule in `#[validate(..)]`.
    Rule,
    /// The options of `url(..)` in `#[validate(..)]`.
    UrlRule,
    /// `#[association(..)]` on the struct.
    Association,
    /// `#[db_enum(..)]` on the enum.
    DbEnum,
    /// `#[db_enum(..)]` on a variant.
    Label,
    /// `#[db_type(..)]` on a newtype.
    DbType,
    /// `#[polymorphic(..)]` on an enum.
    Polymorphic,
    /// `derive(..)` in `#[polymorphic(..)]`: it has values and no keys.
    OfTypes,
    /// `#[json_fields(..)]` on a struct or enum.
    JsonFields,
    /// `#[projection(..)]` on a struct.
    Projection,
    /// `#[projection(..)]` on a field.
    ProjectionField,
}

/// How a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `key`
    Flag,
    /// `key = "text"`
    Text,
    /// `key = "name"` or `key = name`
    Name,
    /// `key = name` or `key = (first, second)`, quoted or not
    Names,
    /// `key = (first, expression("lower(second)") ops("class") desc nulls last)`
    Parts,
    /// `key = (first with =, expression("lower(second)") ops("class") with &&)`, quoted or not
    Elements,
    /// `key = some::path`
    Path,
    /// `key = false`
    Bool,
    /// `key = 100` or `key = -1`
    Whole,
    /// `key = any expression`
    Value,
    /// `key(1)` or `key(10, 2)`: that many whole numbers
    Numbers(usize),
    /// `key(..)` with keys of another place
    Options(Place),
    /// `key(value, .., option = ..)`: values, then keys of another place
    Arguments(Place),
    /// `key(name = value, ..)` with names of the user's
    Assignments,
}

/// One key of the language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) shapes: &'static [Shape],
    /// Whether it may be repeated.
    pub(crate) many: bool,
    /// How it is written, for messages.
    pub(crate) example: &'static str,
}

const fn key(
    place: Place,
    name: &'static str,
    shapes: &'static [Shape],
    example: &'static str,
) -> Key {
    Key {
        name,
        place,
        shapes,
        many: false,
        example,
    }
}

const fn many(key: Key) -> Key {
    Key { many: true, ..key }
}

const FLAG: &[Shape] = &[Shape::Flag];
const TEXT: &[Shape] = &[Shape::Text];
const NAME: &[Shape] = &[Shape::Name];
const NAMES: &[Shape] = &[Shape::Names];
const PATH: &[Shape] = &[Shape::Path];
const WHEN: &[Shape] = &[Shape::Flag, Shape::Name];
const BOOL: &[Shape] = &[Shape::Bool];
const WHOLE: &[Shape] = &[Shape::Whole];
const RULE: &[Shape] = &[Shape::Arguments(Place::Rule)];
const FORMAT: &[Shape] = &[Shape::Flag, Shape::Arguments(Place::Rule)];

/// The keys, in the order in which the documentation explains them.
#[rustfmt::skip]
pub(crate) const KEYS: &[Key] = &[
    key(Place::Model, "table", TEXT, r#"table = "users""#),
    key(Place::Model, "schema", TEXT, r#"schema = "shop""#),
    key(Place::Model, "primary_key_name", TEXT, r#"primary_key_name = "pk_users""#),
    key(Place::Model, "view", FLAG, "view"),
    key(Place::Model, "materialized_view", FLAG, "materialized_view"),
    key(Place::Model, "named_query", FLAG, "named_query"),
    key(Place::Model, "backends", &[Shape::Options(Place::Backends)], "backends(postgres, sqlite)"),
    key(Place::Model, "timestamps", &[Shape::Flag, Shape::Options(Place::Timestamps)], "timestamps"),
    key(Place::Model, "soft_delete", &[Shape::Flag, Shape::Name], "soft_delete"),
    many(key(Place::Model, "default_scope", PATH, "default_scope = visible")),
    key(Place::Model, "hooks", FLAG, "hooks"),
    key(Place::Model, "comment", TEXT, r#"comment = "People who buy""#),
    key(Place::Model, "renamed_from", TEXT, r#"renamed_from = "members""#),
    many(key(Place::Model, "unique", &[Shape::Options(Place::Unique)], "unique(columns = (tenant, email))")),
    many(key(Place::Model, "index", &[Shape::Options(Place::Index)], "index(columns = (status, created_at desc))")),
    many(key(Place::Model, "exclude", &[Shape::Options(Place::Exclude)], "exclude(columns = (room with =, during with &&))")),
    many(key(Place::Model, "check", &[Shape::Options(Place::Check)], r#"check(name = "dates", expression = "starts < ends")"#)),
    key(Place::Model, "unlogged", FLAG, "unlogged"),
    key(Place::Model, "storage", &[Shape::Assignments], "storage(fillfactor = 70)"),
    key(Place::Model, "partition_by", &[Shape::Options(Place::PartitionBy)], "partition_by(range = created_at)"),
    key(Place::Model, "validate", PATH, "validate = dates_in_order"),
    key(Place::Model, "crate", PATH, "crate = my_orm"),
    key(Place::Model, "create", NAME, r#"create = "NewUser""#),
    key(Place::Model, "loaded", NAME, r#"loaded = "UserWith""#),

    key(Place::Backends, "postgres", FLAG, "postgres"),
    key(Place::Backends, "sqlite", FLAG, "sqlite"),

    key(Place::Timestamps, "created_at", NAME, r#"created_at = "made_at""#),
    key(Place::Timestamps, "updated_at", NAME, r#"updated_at = "changed_at""#),

    key(Place::PartitionBy, "range", NAMES, "range = created_at"),
    key(Place::PartitionBy, "list", NAME, "list = region"),
    key(Place::PartitionBy, "hash", NAMES, "hash = (tenant, id)"),

    key(Place::Unique, "columns", NAMES, "columns = (tenant, email)"),
    key(Place::Unique, "name", TEXT, r#"name = "users_tenant_email_key""#),
    key(Place::Unique, "nulls_not_distinct", FLAG, "nulls_not_distinct"),
    key(Place::Unique, "deferrable", WHEN, r#"deferrable = "initially_deferred""#),
    key(Place::Unique, "unless_deleted", FLAG, "unless_deleted"),

    key(Place::ColumnUnique, "name", TEXT, r#"name = "users_email_key""#),
    key(Place::ColumnUnique, "deferrable", WHEN, r#"deferrable = "initially_deferred""#),
    key(Place::ColumnUnique, "unless_deleted", FLAG, "unless_deleted"),

    key(Place::Index, "columns", &[Shape::Parts], r#"columns = (status, created_at desc, expression("lower(email)"))"#),
    key(Place::Index, "expression", TEXT, r#"expression = "lower(email)""#),
    key(Place::Index, "name", TEXT, r#"name = "orders_status_idx""#),
    key(Place::Index, "method", NAME, "method = gin"),
    key(Place::Index, "unique", FLAG, "unique"),
    key(Place::Index, "where", TEXT, r#"where = "discount_code IS NOT NULL""#),
    key(Place::Index, "include", NAMES, "include = (total)"),
    key(Place::Index, "ops", TEXT, r#"ops = "jsonb_path_ops""#),
    key(Place::Index, "unless_deleted", FLAG, "unless_deleted"),
    key(Place::Index, "storage", &[Shape::Assignments], "storage(fillfactor = 70)"),

    key(Place::Exclude, "columns", &[Shape::Elements], r#"columns = (room with =, expression("tsrange(starts, ends)") with &&)"#),
    key(Place::Exclude, "name", TEXT, r#"name = "bookings_room_during_excl""#),
    key(Place::Exclude, "method", NAME, "method = spgist"),
    key(Place::Exclude, "where", TEXT, r#"where = "NOT cancelled""#),
    key(Place::Exclude, "deferrable", WHEN, r#"deferrable = "initially_deferred""#),
    key(Place::Exclude, "unless_deleted", FLAG, "unless_deleted"),

    key(Place::Check, "name", TEXT, r#"name = "orders_dates_check""#),
    key(Place::Check, "expression", TEXT, r#"expression = "starts < ends""#),
    key(Place::Check, "message", TEXT, r#"message = "The end comes after the start""#),

    key(Place::Column, "primary_key", FLAG, "primary_key"),
    key(Place::Column, "auto_increment", FLAG, "auto_increment"),
    key(Place::Column, "identity", &[Shape::Flag, Shape::Options(Place::Identity)], "identity(always)"),
    key(Place::Column, "sequence", &[Shape::Options(Place::Sequence)], r#"sequence(name = "invoice_numbers", start = 1000)"#),
    key(Place::Column, "varchar", &[Shape::Flag, Shape::Numbers(1)], "varchar(150)"),
    key(Place::Column, "char", &[Shape::Numbers(1)], "char(2)"),
    key(Place::Column, "text", FLAG, "text"),
    key(Place::Column, "json", FLAG, "json"),
    key(Place::Column, "jsonb", FLAG, "jsonb"),
    key(Place::Column, "numeric", &[Shape::Flag, Shape::Numbers(2)], "numeric(10, 2)"),
    key(Place::Column, "sql_type", TEXT, r#"sql_type = "citext""#),
    key(Place::Column, "name", TEXT, r#"name = "Column Name""#),
    key(Place::Column, "unique", &[Shape::Flag, Shape::Text, Shape::Options(Place::ColumnUnique)], "unique"),
    many(key(Place::Column, "index", &[Shape::Flag, Shape::Options(Place::ColumnIndex)], "index")),
    key(Place::Column, "default", &[Shape::Value], "default = 0"),
    key(Place::Column, "default_sql", TEXT, r#"default_sql = "gen_random_uuid()""#),
    key(Place::Column, "generated", TEXT, r#"generated = "price * quantity""#),
    many(key(Place::Column, "check", TEXT, r#"check = "price > 0""#)),
    key(Place::Column, "version", FLAG, "version"),
    key(Place::Column, "collation", TEXT, r#"collation = "C""#),
    key(Place::Column, "comment", TEXT, r#"comment = "In cents""#),
    key(Place::Column, "renamed_from", TEXT, r#"renamed_from = "cost""#),

    key(Place::Identity, "always", FLAG, "always"),
    key(Place::Identity, "by_default", FLAG, "by_default"),
    key(Place::Identity, "start", WHOLE, "start = 1000"),
    key(Place::Identity, "increment", WHOLE, "increment = 10"),
    key(Place::Identity, "min", WHOLE, "min = 1"),
    key(Place::Identity, "max", WHOLE, "max = 999999"),
    key(Place::Identity, "cache", WHOLE, "cache = 20"),
    key(Place::Identity, "cycle", BOOL, "cycle = true"),

    key(Place::Sequence, "name", TEXT, r#"name = "invoice_numbers""#),
    key(Place::Sequence, "schema", TEXT, r#"schema = "shop""#),
    key(Place::Sequence, "start", WHOLE, "start = 1000"),
    key(Place::Sequence, "increment", WHOLE, "increment = 10"),
    key(Place::Sequence, "min", WHOLE, "min = 1"),
    key(Place::Sequence, "max", WHOLE, "max = 999999"),
    key(Place::Sequence, "cache", WHOLE, "cache = 20"),
    key(Place::Sequence, "cycle", BOOL, "cycle = true"),

    key(Place::ColumnIndex, "name", TEXT, r#"name = "orders_status_idx""#),
    key(Place::ColumnIndex, "method", NAME, "method = gin"),
    key(Place::ColumnIndex, "unique", FLAG, "unique"),
    key(Place::ColumnIndex, "desc", FLAG, "desc"),
    key(Place::ColumnIndex, "where", TEXT, r#"where = "discount_code IS NOT NULL""#),
    key(Place::ColumnIndex, "ops", TEXT, r#"ops = "jsonb_path_ops""#),
    key(Place::ColumnIndex, "unless_deleted", FLAG, "unless_deleted"),
    key(Place::ColumnIndex, "storage", &[Shape::Assignments], "storage(fastupdate = false)"),

    key(Place::Association, "has_many", FLAG, "has_many"),
    key(Place::Association, "has_one", FLAG, "has_one"),
    key(Place::Association, "belongs_to", FLAG, "belongs_to"),
    key(Place::Association, "many_to_many", FLAG, "many_to_many"),
    key(Place::Association, "as", NAME, r#"as = "orders""#),
    key(Place::Association, "model", PATH, "model = Order"),
    key(Place::Association, "vis", TEXT, r#"vis = "pub(crate)""#),
    key(Place::Association, "foreign_key", NAMES, r#"foreign_key = "user_id""#),
    key(Place::Association, "other_key", NAMES, r#"other_key = "role_id""#),
    key(Place::Association, "source_key", NAMES, r#"source_key = "code""#),
    key(Place::Association, "target_key", NAMES, r#"target_key = "code""#),
    key(Place::Association, "polymorphic", PATH, "polymorphic = Commentable"),
    key(Place::Association, "type_column", NAMES, r#"type_column = "subject_type""#),
    key(Place::Association, "through", &[Shape::Text, Shape::Path], "through = OrderItem"),
    key(Place::Association, "on_delete", NAME, r#"on_delete = "restrict""#),
    key(Place::Association, "on_update", NAME, r#"on_update = "cascade""#),
    key(Place::Association, "deferrable", WHEN, r#"deferrable = "initially_deferred""#),
    key(Place::Association, "match_full", FLAG, "match_full"),
    key(Place::Association, "scope", &[Shape::Assignments], r#"scope(kind = "work")"#),
    key(Place::Association, "constraint", &[Shape::Bool, Shape::Text], "constraint = false"),
    key(Place::Association, "index", BOOL, "index = false"),
    key(Place::Association, "one_sided", FLAG, "one_sided"),

    many(key(Place::Validate, "not_empty", FORMAT, "not_empty")),
    many(key(Place::Validate, "len", &[Shape::Arguments(Place::Rule)], "len(2, 200)")),
    many(key(Place::Validate, "min_length", RULE, "min_length(2)")),
    many(key(Place::Validate, "max_length", RULE, "max_length(200)")),
    many(key(Place::Validate, "byte_length", RULE, "byte_length(0, 72)")),
    many(key(Place::Validate, "min", RULE, "min(0)")),
    many(key(Place::Validate, "max", RULE, "max(100)")),
    many(key(Place::Validate, "divisible_by", RULE, "divisible_by(5)")),
    many(key(Place::Validate, "equals", RULE, r#"equals("yes")"#)),
    many(key(Place::Validate, "one_of", RULE, r#"one_of("small", "large")"#)),
    many(key(Place::Validate, "not_one_of", RULE, r#"not_one_of("admin", "root")"#)),
    many(key(Place::Validate, "contains", RULE, r#"contains("@")"#)),
    many(key(Place::Validate, "not_contains", RULE, r#"not_contains(" ")"#)),
    many(key(Place::Validate, "is", RULE, r#"is("^[a-z]+$")"#)),
    many(key(Place::Validate, "not", RULE, r#"not("[<>]")"#)),
    many(key(Place::Validate, "regex", RULE, r#"regex("^[a-z]+$")"#)),
    many(key(Place::Validate, "after", RULE, r#"after("2000-01-01")"#)),
    many(key(Place::Validate, "before", RULE, r#"before("2100-01-01")"#)),
    many(key(Place::Validate, "url", &[Shape::Flag, Shape::Arguments(Place::UrlRule)], "url")),
    many(key(Place::Validate, "uuid", FORMAT, "uuid(4)")),
    many(key(Place::Validate, "hash", RULE, "hash(sha256)")),
    many(key(Place::Validate, "postal_code", RULE, r#"postal_code("DE")"#)),
    many(key(Place::Validate, "custom", &[Shape::Path, Shape::Arguments(Place::Rule)], "custom = is_even")),
    key(Place::Validate, "when", PATH, "when = is_published"),

    key(Place::Rule, "message", TEXT, r#"message = "Price cannot be negative""#),
    key(Place::Rule, "min", &[Shape::Value], "min = 2"),
    key(Place::Rule, "max", &[Shape::Value], "max = 200"),

    key(Place::UrlRule, "message", TEXT, r#"message = "Not a web address""#),
    key(Place::UrlRule, "require_scheme", FLAG, "require_scheme"),
    key(Place::UrlRule, "allow_local", FLAG, "allow_local"),
    key(Place::UrlRule, "schemes", NAMES, r#"schemes = ("https")"#),

    key(Place::DbEnum, "name", TEXT, r#"name = "enum_orders_status""#),
    key(Place::DbEnum, "schema", TEXT, r#"schema = "shop""#),
    key(Place::DbEnum, "rename_all", TEXT, r#"rename_all = "snake_case""#),
    key(Place::DbEnum, "crate", PATH, "crate = my_orm"),
    key(Place::Label, "label", TEXT, r#"label = "on its way""#),
    key(Place::DbType, "crate", PATH, "crate = my_orm"),
    key(Place::Polymorphic, "name", TEXT, r#"name = "enum_comments_subject""#),
    key(Place::Polymorphic, "type_name", NAME, r#"type_name = "CommentableKind""#),
    key(Place::Polymorphic, "with_name", NAME, r#"with_name = "LoadedSubject""#),
    key(Place::Polymorphic, "derive", &[Shape::Arguments(Place::OfTypes)], "derive(PartialOrd, Ord)"),
    key(Place::Polymorphic, "attributes", &[Shape::Arguments(Place::OfTypes)], "attributes(non_exhaustive)"),
    key(Place::Polymorphic, "crate", PATH, "crate = my_orm"),

    key(Place::JsonFields, "crate", PATH, "crate = my_orm"),

    key(Place::Projection, "model", PATH, "model = User"),
    key(Place::Projection, "crate", PATH, "crate = my_orm"),
    key(Place::ProjectionField, "column", NAME, r#"column = "full_name""#),
    key(Place::ProjectionField, "association", NAME, r#"association = "orders""#),
    key(Place::ProjectionField, "value", &[Shape::Value], "value = User::orders.count()"),
    key(Place::ProjectionField, "include", &[Shape::Value], "include = User::orders.limit(3)"),
];

/// The formats without arguments: each is a key of `#[validate(..)]`.
#[rustfmt::skip]
pub(crate) const FORMATS: &[&str] = &[
    "alpha", "alphanumeric", "ascii", "lowercase", "uppercase", "full_width", "half_width",
    "variable_width", "multibyte", "surrogate_pair", "slug", "strong_password",
    "numeric", "int", "float", "decimal", "boolean", "hexadecimal", "octal", "luhn", "port",
    "email", "mailto_uri", "ip", "ipv4", "ipv6", "ip_range", "fqdn", "mac_address", "data_uri",
    "magnet_uri", "mime_type", "json", "jwt", "sem_ver", "hex_color", "rgb_color", "hsl",
    "base32", "base58", "base64", "md5", "ulid", "mongo_id", "ean", "isbn", "issn", "isin", "isrc",
    "imei", "iso6346", "credit_card", "iban", "bic", "aba_routing", "iso4217", "btc_address",
    "ethereum_address", "iso31661_alpha2", "iso31661_alpha3", "iso31661_numeric", "iso6391",
    "iso15924", "locale", "lat_long", "mobile_phone", "date", "iso8601", "rfc3339", "time",
];

/// The key of a place by its name.
pub(crate) fn find(place: Place, name: &str) -> Option<Key> {
    if let Some(key) = KEYS
        .iter()
        .find(|key| key.place == place && key.name == name)
    {
        return Some(*key);
    }
    let format = FORMATS
        .iter()
        .find(|format| place == Place::Validate && **format == name)?;
    Some(many(key(place, format, FORMAT, format)))
}

/// The names of all keys of a place.
pub(crate) fn names(place: Place) -> Vec<&'static str> {
    let keys = KEYS
        .iter()
        .filter(|key| key.place == place)
        .map(|key| key.name);
    let formats = FORMATS.iter().filter(|_| place == Place::Validate).copied();
    keys.chain(formats).collect()
}

impl Place {
    /// Where it is, as words in a sentence.
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Place::Model => "in `#[model(..)]` on the struct",
            Place::Timestamps => "in `timestamps(..)`",
            Place::Backends => "in `backends(..)`",
            Place::PartitionBy => "in `partition_by(..)`",
            Place::Unique | Place::ColumnUnique => "in `unique(..)`",
            Place::Index | Place::ColumnIndex => "in `index(..)`",
            Place::Exclude => "in `exclude(..)`",
            Place::Check => "in `check(..)`",
            Place::Column => "in `#[column(..)]` on a field",
            Place::Identity => "in `identity(..)`",
            Place::Sequence => "in `sequence(..)`",
            Place::Validate => "in `#[validate(..)]` on a field",
            Place::Rule => "in a rule of `#[validate(..)]`",
            Place::UrlRule => "in `url(..)`",
            Place::Association => "in `#[association(..)]` on the struct",
            Place::DbEnum => "in `#[db_enum(..)]` on the enum",
            Place::Label => "in `#[db_enum(..)]` on a variant",
            Place::DbType => "in `#[db_type(..)]`",
            Place::Polymorphic => "in `#[polymorphic(..)]`",
            Place::OfTypes => "in `derive(..)` or `attributes(..)`",
            Place::JsonFields => "in `#[json_fields(..)]`",
            Place::Projection => "in `#[projection(..)]` on the struct",
            Place::ProjectionField => "in `#[projection(..)]` on a field",
        }
    }

    /// What an unknown key of this place is called.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Place::Validate => "validator",
            Place::Backends => "database",
            _ => "option",
        }
    }

    /// The macro whose documentation lists all keys of this place.
    pub(crate) const fn documented_at(self) -> &'static str {
        match self {
            Place::DbEnum | Place::Label => "#[derive(DbEnum)]",
            Place::DbType => "#[derive(DbType)]",
            Place::Polymorphic | Place::OfTypes => "#[derive(Polymorphic)]",
            Place::JsonFields => "#[derive(JsonFields)]",
            Place::Projection | Place::ProjectionField => "#[derive(Projection)]",
            _ => "#[derive(Model)]",
        }
    }

    /// Where a key is looked for when it is not known here: the top level of
    /// the attributes a person may have mixed up.
    pub(crate) const fn neighbours(self) -> &'static [Place] {
        match self {
            Place::Model => &[Place::Column, Place::Association, Place::Validate],
            Place::Column => &[Place::Model, Place::Association, Place::Validate],
            Place::Association => &[Place::Column, Place::Model],
            Place::Validate => &[Place::Column],
            Place::DbEnum => &[Place::Label],
            Place::Label => &[Place::DbEnum],
            Place::Projection => &[Place::ProjectionField],
            Place::ProjectionField => &[Place::Projection],
            _ => &[],
        }
    }
}
