//! Whether a value is what a schema says, and nothing beside it: what the schemas here use of
//! JSON Schema, and no more.

use serde_json::{Map, Value};

/// Panics where the value is not what the schema describes. References lead into `document`.
#[track_caller]
pub(crate) fn assert_described(value: &Value, schema: &Value, document: &Value) {
    if let Err(fault) = Checker(document).check(value, schema, "$") {
        panic!("{fault}\nvalue: {value:#}\nschema: {schema:#}");
    }
}

struct Checker<'a>(&'a Value);

type Checked = Result<(), String>;

impl Checker<'_> {
    fn check(&self, value: &Value, schema: &Value, at: &str) -> Checked {
        let Some(schema) = schema.as_object() else {
            return Err(format!("{at}: no schema"));
        };
        if let Some(Value::String(place)) = schema.get("$ref") {
            let place = place.trim_start_matches('#');
            let schema = self
                .0
                .pointer(place)
                .ok_or(format!("{place} leads nowhere"))?;
            return self.check(value, schema, at);
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(Value::Array(choices)) = schema.get(word) {
                let fits = choices
                    .iter()
                    .filter(|it| self.check(value, it, at).is_ok())
                    .count();
                if fits == 0 || (word == "oneOf" && fits > 1) {
                    return Err(format!("{at}: {fits} of {word}"));
                }
                return Ok(());
            }
        }
        if let Some(Value::Array(labels)) = schema.get("enum")
            && !labels.contains(value)
        {
            return Err(format!("{at}: not a label"));
        }
        self.typed(value, schema, at)?;
        match value {
            Value::Array(items) => {
                let each = schema.get("items").ok_or(format!("{at}: items"))?;
                let mut items = items.iter().enumerate();
                items.try_for_each(|(n, item)| self.check(item, each, &format!("{at}[{n}]")))
            }
            Value::Object(fields) => self.fields(fields, schema, at),
            _ => Ok(()),
        }
    }

    fn typed(&self, value: &Value, schema: &Map<String, Value>, at: &str) -> Checked {
        let is = |name: &Value| match name.as_str() {
            Some("null") => value.is_null(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => false,
        };
        let fits = match schema.get("type") {
            Some(Value::Array(names)) => names.iter().any(is),
            Some(name) => is(name),
            None => false,
        };
        fits.then_some(())
            .ok_or_else(|| format!("{at}: of another type"))
    }

    fn fields(
        &self,
        fields: &Map<String, Value>,
        schema: &Map<String, Value>,
        at: &str,
    ) -> Checked {
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                return Err(format!("{at}.{name}: required"));
            }
        }
        for (name, value) in fields {
            let described = schema.get("properties").and_then(|all| all.get(name));
            let described = described.ok_or(format!("{at}.{name}: not described"))?;
            self.check(value, described, &format!("{at}.{name}"))?;
        }
        Ok(())
    }
}
