//! Rows that are written.

use orm::prelude::*;

use super::{Group, group};
use crate::models::{Author, Tag};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(timestamps)]
#[association(has_many, as = "jobs", model = Job, foreign_key = "worker_id")]
#[association(many_to_many, as = "skills", model = Skill, through = "worker_skills", foreign_key = "worker_id", other_key = "skill_id")]
struct Worker {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[validate(not_empty)]
    name: String,
    #[column(default = 7)]
    level: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(belongs_to, as = "worker", model = Worker, foreign_key = "worker_id", on_delete = "cascade")]
struct Job {
    #[column(primary_key, auto_increment)]
    id: i64,
    worker_id: Option<i64>,
    #[column(unique)]
    title: String,
    #[column(default = 1, check = "hours > 0")]
    hours: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(many_to_many, as = "workers", model = Worker, through = "worker_skills", foreign_key = "skill_id", other_key = "worker_id")]
struct Skill {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

async fn worker(db: &Db) -> orm::Result<Worker> {
    db.create_missing(orm::models![Worker, Job, Skill]).await?;
    Job::query().all_rows().delete().run(db).await?;
    Worker::create().name("Ann").save(db).await
}

pub(super) fn group() -> Group {
    group! { "Writes";
        "one row, with what the database fills in": |on| {
            assert_eq!(worker(&on.db).await?.level, 7);
            Ok(())
        };
        "many rows at once, all or none": |on| {
            worker(&on.db).await?;
            let jobs = |from: i32| (from..from + 500).map(|n| Job::create().title(format!("{n}")));
            assert_eq!(Job::create_many(jobs(0)).save(&on.db).await?.len(), 500);
            let again = Job::create_many(jobs(400)).save(&on.db).await;
            assert!(again.is_err_and(|error| error.is_unique_violation()));
            assert_eq!(Job::query().count(&on.db).await?, 500);
            Ok(())
        };
        "a graph of rows": |on| {
            worker(&on.db).await?;
            let bob = Worker::create().name("Bob");
            let bob = bob.with(Worker::jobs, |job| [job().title("a"), job().title("b")]);
            let bob = bob.with(Worker::skills, |skill| [skill().name("c")]).save(&on.db).await?;
            assert_eq!(bob.related(Worker::jobs).count(&on.db).await?, 2);
            assert_eq!(bob.related(Worker::skills).count(&on.db).await?, 1);
            Ok(())
        };
        "updates of a row and of many, with expressions, `returning`": |on| {
            let ann = worker(&on.db).await?;
            let ann = ann.update().set(Worker::level, Worker::level + 1).save(&on.db).await?;
            assert_eq!(ann.level, 8);
            let all = Worker::query().filter(Worker::id.eq(ann.id)).update();
            assert_eq!(all.set(Worker::level, 1).returning(&on.db).await?[0].level, 1);
            Ok(())
        };
        "deletes of a row and of many, `returning`": |on| {
            let ann = worker(&on.db).await?;
            ann.clone().delete(&on.db).await?;
            assert!(ann.delete(&on.db).await.is_err());
            let tags = Tag::query().filter(Tag::id.gt(99)).delete().returning(&on.db).await?;
            assert!(tags.is_empty());
            Ok(())
        };
        "`upsert`, and whether the row is new; `or_ignore`": |on| {
            worker(&on.db).await?;
            let job = || Job::create().title("a").hours(2);
            assert!(Job::upsert(job()).on(Job::title).save(&on.db).await?.created);
            assert!(!Job::upsert(job()).on(Job::title).save(&on.db).await?.created);
            assert_eq!(Job::upsert(job()).on(Job::title).or_ignore(&on.db).await?, None);
            Ok(())
        };
        "`add`, `remove`, `set` of associations": |on| {
            let ann = worker(&on.db).await?;
            let job = Job::create().title("a").save(&on.db).await?;
            let jobs = ann.related(Worker::jobs);
            jobs.add([&job], &on.db).await?;
            jobs.remove([&job], &on.db).await?;
            let skill = Skill::create().name("b").save(&on.db).await?;
            let skills = ann.related(Worker::skills);
            skills.set([&skill], &on.db).await?;
            assert_eq!((jobs.count(&on.db).await?, skills.count(&on.db).await?), (0, 1));
            Ok(())
        };
        "validators, before anything is sent": |on| {
            let error = Worker::create().name("").save(&on.db).await;
            assert!(error.is_err_and(|error| error.is_validation()));
            Ok(())
        };
        "violations with their model and fields": |on| {
            let ann = worker(&on.db).await?;
            let job = |title: &str| Job::create().title(title).worker_id(ann.id);
            job("a").save(&on.db).await?;
            for (row, field) in [
                (job("a"), "title"),
                (job("b").hours(0), "hours"),
                (job("c").worker_id(-1), "worker_id"),
            ] {
                let error = row.save(&on.db).await.expect_err(field);
                assert_eq!((error.model(), error.fields()), (Some("Job"), &[field][..]), "{error}");
            }
            assert!(Author::find(-1).one(&on.db).await.is_err_and(|it| it.is_not_found()));
            Ok(())
        };
    }
}
