// A table is partitioned by one thing, which is a field of it.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(partition_by(range = dya))]
struct Event {
    #[column(primary_key)]
    day: NaiveDate,
}

#[derive(Model, Clone)]
#[model(partition_by(range = day, hash = day))]
struct Both {
    #[column(primary_key)]
    day: NaiveDate,
}

#[derive(Model, Clone)]
#[model(partition_by())]
struct Neither {
    #[column(primary_key)]
    day: NaiveDate,
}

#[derive(Model, Clone)]
#[model(partition_by(day))]
struct Unsaid {
    #[column(primary_key)]
    day: NaiveDate,
}

#[derive(Model, Clone)]
#[model(partition_by(list = (day, region)))]
struct Lists {
    #[column(primary_key)]
    day: NaiveDate,
    #[column(primary_key)]
    region: String,
}

fn main() {}
