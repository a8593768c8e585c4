//! Tables emptied and read by plain SQL, on a server.

use orm::prelude::*;

/// Empties all tables; numbers begin anew.
pub(super) async fn clear(tables: &[&str], db: &Db) -> orm::Result<()> {
    let sql = format!("TRUNCATE {} RESTART IDENTITY CASCADE", tables.join(", "));
    db.executor().batch(&sql).await
}

/// All rows of these tables, as a document of lists.
pub(super) async fn rows(tables: &[&str], db: &dyn Executor) -> orm::Result<String> {
    let parts = tables.iter().map(|table| {
        format!("'{table}', (SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM {table} t)")
    });
    let sql = format!(
        "SELECT jsonb_build_object({})::text",
        parts.collect::<Vec<_>>().join(", ")
    );
    orm::raw::raw_sql(sql).scalar(db).await
}

/// What drops rows, changes them, gives them another key, and keeps them.
pub(super) const TRIGGERS: &str = "
CREATE FUNCTION before_cart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.label LIKE 'bad%' THEN RETURN NULL; END IF;
    IF NEW.label LIKE 'mov%' THEN NEW.id := NEW.id + 500000; END IF;
    NEW.label := replace(NEW.label, 'alt', 'zlt');
    RETURN NEW;
END $$;
CREATE TRIGGER before_cart BEFORE INSERT ON carts FOR EACH ROW EXECUTE FUNCTION before_cart();
CREATE TRIGGER before_mark BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION before_cart();
CREATE FUNCTION before_good() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.label LIKE 'bad%' THEN RETURN NULL; END IF;
    IF NEW.label LIKE 'mov%' THEN NEW.cart_id := NULL; END IF;
    NEW.label := replace(NEW.label, 'alt', 'zlt');
    RETURN NEW;
END $$;
CREATE TRIGGER before_good BEFORE INSERT ON goods FOR EACH ROW EXECUTE FUNCTION before_good();
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF OLD.label LIKE 'stk%' THEN RETURN NULL; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON goods FOR EACH ROW EXECUTE FUNCTION stays();
";
