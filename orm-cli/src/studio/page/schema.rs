//! Migrations, what differs from the models, what pending migrations would do.

use orm_core::ddl::Report;
use orm_core::migrate::{Direction, SqlMigration, Standing, State};

use super::{Problem, frame};
use crate::command::informed;
use crate::studio::Studio;
use crate::studio::html::{Attr, Html};

/// How every migration stands.
pub(super) async fn migrations(studio: &Studio) -> Result<Html, Problem> {
    let Some(migrator) = &studio.migrator else {
        return Ok(no_folder(studio, "Migrations", "/migrations"));
    };
    let standings = migrator.status(&studio.config).await?;
    Ok(frame::page(studio, "Migrations", "/migrations", |page| {
        page.of_text("h1", "", "Migrations");
        if standings.is_empty() {
            page.of_text("p", "faint", "There are none.");
            return;
        }
        page.markup("<div class=\"scroll\"><table><thead><tr><th>Migration</th><th>State</th>");
        page.markup("<th>When</th><th class=\"number\">Took</th></tr></thead><tbody>");
        for standing in &standings {
            page.element("tr", &[], |it| line(it, standing));
        }
        page.markup("</tbody></table></div>");
    }))
}

fn line(page: &mut Html, standing: &Standing) {
    page.element("td", &[], |it| {
        it.text(&standing.name);
    });
    page.element("td", &[], |it| {
        match &standing.state {
            State::Pending => it.of_text("span", "badge warn", "pending"),
            State::Applied { .. } => it.of_text("span", "badge good", "applied"),
            State::Interrupted {
                direction,
                rows,
                error,
                ..
            } => {
                let way = match direction {
                    Direction::Up => "stopped half-way up",
                    _ => "stopped half-way down",
                };
                it.of_text("span", "badge bad", way);
                if let Some(rows) = rows {
                    it.text(&format!(" {rows} rows are done."));
                }
                it.text(" ").text(error.as_deref().unwrap_or_default());
            }
            _ => it.of_text("span", "badge", "unknown"),
        }
        if standing.edited {
            it.of_text("span", "badge bad", "edited since");
        }
        if standing.missing {
            it.of_text("span", "badge bad", "its file is gone");
        }
    });
    let (at, took) = match &standing.state {
        State::Applied { at, duration_ms } => (at.clone(), format!("{duration_ms} ms")),
        _ => Default::default(),
    };
    page.of_text("td", "faint", &at);
    page.of_text("td", "number", &took);
}

/// What differs between the database and the models.
pub(super) async fn drift(studio: &Studio) -> Result<Html, Problem> {
    let report = match studio.models {
        Some(models) => Some(studio.db.plan_missing(models).await?),
        None => None,
    };
    Ok(frame::page(studio, "Drift", "/drift", |page| {
        page.of_text("h1", "", "Drift");
        match &report {
            None => page.of_text(
                "p",
                "faint",
                "Only your own program knows its models: give it a command with \
                 `orm_cli::Application::new().models(models![..]).run()`, and open the studio by that.",
            ),
            Some(report) => differences(page, report),
        }
    }))
}

fn differences(page: &mut Html, report: &Report) {
    if report.is_in_step() {
        page.of_text("p", "", "The database has what the models say.");
    }
    let missing = report.plan.steps.iter().map(|it| ("missing", it.summary()));
    let others = report
        .differences
        .iter()
        .map(|it| ("differs", it.to_string()));
    page.markup("<ul class=\"findings\">");
    for (word, text) in missing.chain(others) {
        page.element("li", &[], |it| {
            it.of_text("span", "badge warn", word);
            it.text(" ").text(&text);
        });
    }
    page.markup("</ul>");
    page.of_text(
        "p",
        "faint",
        "Read from the catalog. `orm migrate check` compares expressions too, for which it makes \
         and rolls back what the models say: the studio writes nothing, not even that.",
    );
}

/// What pending migrations would do to programs in use.
pub(super) async fn lint(studio: &Studio) -> Result<Html, Problem> {
    let Some(migrator) = &studio.migrator else {
        return Ok(no_folder(studio, "Lint", "/lint"));
    };
    let standings = migrator.status(&studio.config).await?;
    let is_applied = |name: &str| {
        let mut applied = standings.iter();
        applied.any(|it| it.name == name && matches!(it.state, State::Applied { .. }))
    };
    let pending: Vec<SqlMigration<'_>> = migrator
        .sql(studio.config.backend())?
        .into_iter()
        .filter(|it| !is_applied(it.name))
        .collect();
    let report = informed(&studio.db, &pending, None).await?;
    Ok(frame::page(studio, "Lint", "/lint", |page| {
        page.of_text("h1", "", "Lint of pending migrations");
        let class = if report.is_dangerous() {
            "report problem"
        } else {
            "report"
        };
        page.element("pre", &[Attr::Class(class)], |it| {
            it.text(&report.to_string());
        });
        page.of_text(
            "p",
            "faint",
            "What `orm migrate check` says. `orm migrate check --explain RULE` tells about one rule.",
        );
    }))
}

/// There is no folder of migrations where the command was started, as in a project that is new.
fn no_folder(studio: &Studio, heading: &str, path: &str) -> Html {
    frame::page(studio, heading, path, |page| {
        page.of_text("h1", "", heading);
        page.element("p", &[], |it| {
            it.text("There is no folder ");
            it.of_text("code", "", &studio.folder);
            it.text(". Make it with ");
            it.of_text("code", "", "orm init");
            it.text(", or start the studio where it is, or with ");
            it.of_text("code", "", "--migrations-path FOLDER");
            it.text(".");
        });
    })
}
