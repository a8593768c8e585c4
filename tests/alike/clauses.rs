//! Whole queries: aggregates, windows, limits, distinct rows, reports.

use orm::prelude::*;
use orm::query::{count, row_number};

use crate::alike;
use crate::models::{Author, Book, Chapter, State};
use crate::place::{Test, filled};

#[tokio::test]
async fn rows_come_back_as_they_were_written() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().order_by(Book::id).all(db);
        Author::query().order_by(Author::id).all(db);
        Book::find(1).one(db);
        Book::find(99).one(db);
        Book::query().first(db);
        Chapter::query().order_by((Chapter::book_id, Chapter::chapter)).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn aggregates() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().values((Book::amount.sum(), Book::amount.avg(), Book::amount.min(), Book::amount.max())).all(db);
        Book::query().values((Book::small.sum(), Book::small.avg(), Book::number.avg())).all(db);
        Book::query().values((Book::big.sum(), Book::big.avg(), Book::big.max())).all(db);
        Book::query().values((Book::price.sum(), Book::price.avg(), Book::price.min(), Book::price.max())).all(db);
        Book::query().values((Book::exact.sum(), Book::exact.avg(), (Book::exact * Book::price).max())).all(db);
        Book::query().values((Book::ratio.sum(), Book::ratio.avg(), Book::ratio.min())).all(db);
        Book::query().values((Book::at.min(), Book::day.max(), Book::title.max())).all(db);
        Book::query().filter(Book::id.lt(0)).values((Book::amount.sum(), Book::price.sum(), count())).all(db);
        Book::query().values((Book::author_id, Book::price.sum().filter_where(Book::flag.eq(true)))).group_by(Book::author_id).order_by(Book::author_id).all(db);
        Book::query().values((Book::author_id, Book::amount.sum())).group_by(Book::author_id).having(count().gt(1)).order_by(Book::author_id.desc()).all(db);
        Author::query().values((Author::id, Author::books.count())).order_by(Author::id).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn windows() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().values((Book::id, Book::amount.sum().over(Book::author_id, Book::id))).order_by(Book::id).all(db);
        Book::query().values((Book::id, Book::price.sum().over((), Book::id), Book::price.avg().over((), Book::id))).order_by(Book::id).all(db);
        Book::query().values((Book::id, Book::big.sum().over(Book::flag, ()))).order_by(Book::id).all(db);
        Book::query().values((Book::id, row_number().over(Book::state, Book::number.desc()))).order_by(Book::id).all(db);
        Book::query().values((Book::id, Book::number.max().over((), Book::state))).order_by(Book::id).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn limits_orders_and_distinct_rows() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().order_by(Book::number).limit(2).all(db);
        Book::query().order_by((Book::number.desc(), Book::id)).offset(1).all(db);
        Book::query().order_by((Book::number.desc().nulls_last(), Book::id)).limit(2).offset(1).all(db);
        Book::query().order_by((Book::state.desc(), Book::id)).all(db);
        Book::query().order_by(Book::price).all(db);
        Book::query().order_by(Book::exact.desc()).all(db);
        Book::query().limit(3).order_by(Book::id).count(db);
        Book::query().filter(Book::state.eq(State::Open)).exists(db);
        Book::query().values(Book::number).distinct().order_by(Book::number).all(db);
        Book::query().values((Book::amount, Book::small)).distinct().order_by((Book::amount, Book::small)).all(db);
    }
    place.agree()
}
