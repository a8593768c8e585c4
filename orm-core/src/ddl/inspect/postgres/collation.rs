//! The collations that the parts of an index are sorted by: which one that of an
//! expression is, the index's definition alone tells.

/// The texts of the parts, each with its collation where that is not its own.
pub(super) fn of_parts(definition: &str, method: &str, mut texts: Vec<String>) -> Vec<String> {
    let start = format!(" USING {method} (");
    let Some((_, mut rest)) = definition.split_once(&start) else {
        return texts;
    };
    for text in &mut texts {
        let Some(behind) = rest.strip_prefix(text.as_str()) else {
            break;
        };
        if let Some(collation) = behind.strip_prefix(" COLLATE ") {
            text.push_str(" COLLATE ");
            text.push_str(collation.get(..end_of_name(collation)).unwrap_or_default());
        }
        let end = end_of_part(behind);
        rest = behind.get(end..).unwrap_or_default();
    }
    texts
}

/// Where a name ends that may be in quotes, and have a schema.
fn end_of_name(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' | ',' | ')' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where the next part begins: behind a comma that is in no brackets and no quotes.
fn end_of_part(text: &str) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '\'' | '"' => quote = Some(c),
            '(' => depth += 1,
            ')' if depth == 0 => return text.len(),
            ')' => depth -= 1,
            ',' if depth == 0 => return at + 2,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::of_parts;

    #[test]
    fn an_expression_has_the_collation_that_the_definition_says() {
        let definition = "CREATE INDEX i ON t USING gist (lower(a) COLLATE \"C, (x\" text_ops (siglen='3,2'), \
                          b COLLATE \"C\" DESC, ((a || ', '::text)) COLLATE public.x NULLS FIRST, upper(a)) \
                          INCLUDE (c) WHERE (a COLLATE \"C\") > 'x'::text";
        let texts = ["lower(a)", "b", "((a || ', '::text))", "upper(a)"];
        assert_eq!(
            of_parts(definition, "gist", texts.map(String::from).to_vec()),
            [
                "lower(a) COLLATE \"C, (x\"",
                "b COLLATE \"C\"",
                "((a || ', '::text)) COLLATE public.x",
                "upper(a)"
            ]
        );
    }
}
