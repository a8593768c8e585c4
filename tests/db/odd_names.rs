//! Every way to write, of tables in schemas and of names that need their quotes.

use orm::hooks::{HookResult, Hooks, Unsaved};
use orm::prelude::*;
use orm::{batch, query::FoundOrBuilt};

use crate::database::{Test, with_models};

/// Models in two schemas, or in none, and a scenario of all their writes.
macro_rules! world {
    ($world:ident, $owners:tt $owned:tt $links:tt, [$($here:tt)*], [$($there:tt)*]) => {
        mod $world {
            use super::*;

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $owners, soft_delete, timestamps $($here)*)]
            #[association(has_many, as = "lines", model = Line, foreign_key = "owner_id")]
            #[association(has_many, as = "parts", model = Part, foreign_key = "owner_id")]
            #[association(many_to_many, as = "tags", model = Tag, through = "a.b \"tags\" ü",
                foreign_key = "select", other_key = "where")]
            #[association(many_to_many, as = "marks", model = Tag, through = Link)]
            #[association(has_many, as = "links", model = Link, foreign_key = "owner_id")]
            pub(super) struct Owner {
                #[column(primary_key, auto_increment, name = "i.d")]
                pub(super) id: i32,
                #[column(unique, name = "select \"na.me\"")]
                pub(super) name: String,
                #[column(name = "SUM(ü)", default = 0)]
                pub(super) sum: i32,
                #[column(version, name = "ver sion")]
                pub(super) version: i32,
                #[column(name = "cre.ated")]
                pub(super) created_at: DateTime<Utc>,
                #[column(name = "up\"dated")]
                pub(super) updated_at: DateTime<Utc>,
                #[column(name = "dele.ted")]
                pub(super) deleted_at: Option<DateTime<Utc>>,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $owned, unique(columns = (owner_id, no)) $($there)*)]
            #[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id", on_delete = "set_null")]
            pub(super) struct Line {
                #[column(primary_key, auto_increment, name = "Li\"ne")]
                pub(super) id: i64,
                #[column(name = "ow.ner")]
                pub(super) owner_id: Option<i32>,
                #[column(name = "n°")]
                pub(super) no: i32,
                #[column(version, name = "V")]
                pub(super) version: i32,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = "order", soft_delete $($there)*)]
            #[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id", on_delete = "cascade")]
            pub(super) struct Part {
                #[column(primary_key, name = "k 1")]
                pub(super) a: i32,
                #[column(primary_key, name = "k.2")]
                pub(super) b: String,
                #[column(name = "user")]
                pub(super) owner_id: i32,
                #[column(name = "?", default = 1)]
                pub(super) x: i32,
                #[column(name = "dele.ted")]
                pub(super) deleted_at: Option<DateTime<Utc>>,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = "tags;--" $($there)*)]
            #[association(many_to_many, as = "owners", model = Owner, through = "a.b \"tags\" ü",
                foreign_key = "where", other_key = "select")]
            #[association(many_to_many, as = "marked", model = Owner, through = Link)]
            #[association(has_many, as = "links", model = Link, foreign_key = "tag_id")]
            pub(super) struct Tag {
                #[column(primary_key, auto_increment, name = "ID")]
                pub(super) id: i32,
                #[column(unique, name = "wo'rd")]
                pub(super) word: String,
            }

            /// In a schema it has the name that the lines have in the other one.
            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $links, unique(columns = (owner_id, tag_id)), soft_delete $($here)*)]
            #[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id", on_delete = "cascade")]
            #[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade")]
            pub(super) struct Link {
                #[column(primary_key, auto_increment, name = "lin.k")]
                pub(super) id: i32,
                #[column(name = "o o")]
                pub(super) owner_id: i32,
                #[column(name = "t.t")]
                pub(super) tag_id: i32,
                #[column(default = false, name = "pin?ned $1")]
                pub(super) pinned: bool,
                #[column(name = "dele.ted")]
                pub(super) deleted_at: Option<DateTime<Utc>>,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = "ho.oked", hooks $($here)*)]
            pub(super) struct Hooked {
                #[column(primary_key, auto_increment, name = "i.d")]
                pub(super) id: i32,
                #[column(unique, name = "na\"me")]
                pub(super) name: String,
            }

            impl Hooks for Hooked {
                async fn before_create(rows: &mut [Unsaved<Self>], _: &Tx) -> HookResult {
                    rows.iter_mut().for_each(|row| row.set(Hooked::name, "hooked"));
                    Ok(())
                }
            }

            fn owner(name: &str) -> OwnerCreate<orm::create::Given> {
                Owner::create().name(name)
            }

            pub(super) async fn rows(db: &Db) -> Test {
                let one = owner("a").save(db).await?;
                let many = Owner::create_many(["b", "c"].map(owner)).save(db).await?;
                assert_eq!(Owner::copy_in(["d", "e"].map(owner)).save(db).await?, 2);
                let refused = [
                    Owner::create_many(["x", "a"].map(owner)).save(db).await.unwrap_err(),
                    Owner::copy_in(["x", "a"].map(owner)).save(db).await.unwrap_err(),
                    Owner::update_many([
                        one.update().set(Owner::name, "x"),
                        many[0].update().set(Owner::name, "c"),
                    ])
                    .save(db)
                    .await
                    .unwrap_err(),
                ];
                for error in refused {
                    assert!(error.is_unique_violation(), "{error}");
                    let told = (error.model(), error.fields(), error.row());
                    assert_eq!(told, (Some("Owner"), &["name"][..], Some(1)), "{error}");
                }
                let set = one.update().set(Owner::sum, Owner::sum + 5).save(db).await?;
                assert_eq!((set.sum, set.version), (5, 1));
                assert!(one.update().set(Owner::sum, 1).save(db).await.unwrap_err().is_stale());
                let all = Owner::query().filter(Owner::sum.eq(5)).update();
                assert_eq!(all.set(Owner::sum, 6).save(db).await?, 1);

                let given = || Owner::upsert(owner("a").sum(9)).on(Owner::name);
                assert!(given().save(db).await?.updated);
                let summed = given().overwrite_with(Owner::sum, |new| Owner::sum + new.get(Owner::sum));
                assert_eq!(summed.save(db).await?.row.sum, 18);
                let less = given().overwrite_if(|new| Owner::sum.lt(new.get(Owner::sum)));
                assert!(!less.save(db).await?.updated);
                assert_eq!(given().or_find(db).await?.row.id, one.id);
                assert!(given().or_ignore(db).await?.is_none());
                let several = || Owner::upsert_many(["new", "a"].map(owner)).on(Owner::name);
                assert!(several().save(db).await?[1].updated);
                assert_eq!(several().or_find(db).await?[1].row.id, one.id);
                assert!(several().or_ignore(db).await?.iter().all(Option::is_none));
                let found = Owner::find_or_build(owner("a")).on(Owner::name).one(db).await?;
                assert!(matches!(found, FoundOrBuilt::Found(row) if row.id == one.id));

                let one = one.refresh(db).await?;
                let (one, other, all) = db
                    .batch((one.update().set(Owner::sum, 1), batch::create(owner("f")), Owner::query()))
                    .await?;
                assert_eq!((one.sum, &*other.name, all.len()), (1, "f", 7));
                Owner::delete_many(&[one, other]).run(db).await?;
                assert_eq!(Owner::query().only_deleted().count(db).await?, 2);
                let again = Owner::upsert(owner("a")).on(Owner::name).reviving().save(db).await?;
                assert_eq!(again.row.deleted_at, None);

                let hooked = Hooked::create().name("h").save(db).await?;
                assert_eq!(hooked.name, "hooked");
                let upserted = Hooked::upsert(Hooked::create().name("hooked")).on(Hooked::name);
                assert!(upserted.save(db).await?.updated);
                hooked.delete(db).await?;
                Ok(())
            }

            pub(super) async fn held_keys(db: &Db) -> Test {
                let [one, other] = [owner("a").save(db).await?, owner("b").save(db).await?];
                let new = (0..4).map(|no| Line::create().no(no));
                let free = Line::create_many(new).save(db).await?;
                let lines = one.related(Owner::lines);
                lines.add(&free[..1], db).await?;
                lines.add_keys([free[1].id], db).await?;
                other.related(Owner::lines).adopt_keys([free[1].id], db).await?;
                lines.adopt([&free[1].refresh(db).await?], db).await?;
                lines.remove([&free[0].refresh(db).await?], db).await?;
                lines.set_keys([free[2].id, free[3].id], db).await?;
                lines.remove_keys([free[3].id], db).await?;
                lines.delete_keys([free[2].id], db).await?;
                let made = lines.create().no(9).save(db).await?;
                let error = lines.create().no(9).save(db).await.unwrap_err();
                assert_eq!((error.model(), error.fields()), (Some("Line"), &["owner_id", "no"][..]), "{error}");
                let changed = one
                    .related(Owner::lines)
                    .change()
                    .delete([&made])
                    .add([&free[0].refresh(db).await?])
                    .create(|line| [line().no(9)])
                    .save(db)
                    .await?;
                lines.set(&changed.created, db).await?;
                assert_eq!(lines.count(db).await?, 1);

                let line = changed.created[0].refresh(db).await?;
                let line = line.related(Line::owner).set(&other, db).await?;
                let line = line.related(Line::owner).set_key(one.id, db).await?;
                let line = line.related(Line::owner).clear(db).await?;
                let (made, line) = line.related(Line::owner).create(owner("c"), db).await?;
                assert_eq!(line.owner_id, Some(made.id));
                let lost = [Line::create().no(1), Line::create().no(1).owner_id(-1)];
                let error = Line::create_many(lost).save(db).await.unwrap_err();
                assert!(error.refers_to_nothing(), "{error}");
                assert_eq!((error.model(), error.fields()), (Some("Line"), &["owner_id"][..]), "{error}");
                Ok(())
            }

            pub(super) async fn below(db: &Db) -> Test {
                let graph = owner("a")
                    .with(Owner::lines, |line| [line().no(1)])
                    .with(Owner::parts, |part| [1, 2].map(|a| part().a(a).b("q")))
                    .with(Owner::tags, |tag| [tag().word("s"), tag().word("t")])
                    .with(Owner::marks, |tag| [tag().word("u")])
                    .save(db)
                    .await?;
                graph.delete(db).await?;
                let free = Line::query().filter(Line::owner_id.is_null());
                assert_eq!(free.count(db).await?, 1);
                assert!(!Part::query().exists(db).await? && !Link::query().exists(db).await?);
                let one = Owner::query().only_deleted().one(db).await?.restore(db).await?;
                let parts = one.related(Owner::parts).order_by(Part::a).all(db).await?;
                Part::update_many(parts.iter().map(|it| it.update().set(Part::x, it.a))).save(db).await?;
                let part = Part::create().a(1).b("q").owner_id(one.id).x(9);
                assert!(Part::upsert_many([part]).on_key().save(db).await?[0].updated);
                Part::delete_keys([(1, "q"), (2, "q")]).run(db).await?;
                let gone = Part::query().only_deleted().all_rows();
                assert_eq!(gone.delete_for_good().run(db).await?, 2);

                let words = ["v", "w"].map(|word| Tag::create().word(word));
                let tags = Tag::create_many(words).save(db).await?;
                let plain = one.related(Owner::tags);
                plain.add(&tags, db).await?;
                plain.remove([&tags[0]], db).await?;
                plain.add_keys([tags[0].id], db).await?;
                plain.remove_keys([tags[1].id], db).await?;
                plain.set(&tags, db).await?;
                plain.create(Tag::create().word("x"), db).await?;
                let changed = one.related(Owner::tags).change().remove([&tags[0]]);
                changed.create(|tag| [tag().word("y")]).save(db).await?;
                assert_eq!(plain.count(db).await?, 3);
                plain.set_keys([tags[0].id], db).await?;

                let marks = one.related(Owner::marks).joining(Link::pinned, true);
                marks.set(&tags, db).await?;
                marks.remove([&tags[0]], db).await?;
                marks.add_keys([tags[0].id], db).await?;
                assert_eq!(Link::query().filter(Link::pinned.eq(true)).count(db).await?, 2);
                one.delete_for_good(db).await?;
                assert_eq!(Link::query().with_deleted().count(db).await?, 0);
                Ok(())
            }

            pub(super) const MODELS: orm::ddl::Models = orm::models![Owner, Line, Part, Tag, Link, Hooked];
        }
    };
}

// `b.c` in the schema `a` is not `c` in `a.b`.
world!(in_schemas, "b.c" "c" "c", [, schema = "a"], [, schema = "a.b \"Ü\""]);
world!(in_none, "b.c" "li\"nes" "from where", [], []);

#[tokio::test]
async fn tables_in_schemas_are_written() -> Test {
    only_on_a_server!();
    in_schemas::rows(&with_models(in_schemas::MODELS).await?.db).await?;
    in_schemas::held_keys(&with_models(in_schemas::MODELS).await?.db).await?;
    in_schemas::below(&with_models(in_schemas::MODELS).await?.db).await
}

#[tokio::test]
async fn names_that_need_quotes_are_written() -> Test {
    in_none::rows(&with_models(in_none::MODELS).await?.db).await?;
    in_none::held_keys(&with_models(in_none::MODELS).await?.db).await?;
    in_none::below(&with_models(in_none::MODELS).await?.db).await
}
