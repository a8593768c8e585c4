//! `mod.rs` with the modules that were not pulled this time: their files stay, and so do
//! their lines.

use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{File, Item, Token, UseTree};

/// The code of `mod.rs` with what `base`, the one before, says of these modules, where it was.
pub(super) fn with_modules(code: &str, base: &str, modules: &[String]) -> String {
    let files = (syn::parse_file(code), syn::parse_file(base));
    let (Ok(new), Ok(old)) = files else {
        return code.to_owned();
    };
    match woven(new, &old, modules) {
        Some(file) => prettyplease::unparse(&file),
        None => code.to_owned(),
    }
}

fn woven(mut new: File, old: &File, modules: &[String]) -> Option<File> {
    let is_kept = |item: &Item| module_of(item).is_some_and(|it| modules.contains(&it));
    let kept: Vec<&Item> = old.items.iter().filter(|it| is_kept(it)).collect();
    if kept.is_empty() {
        return None;
    }
    let names: Vec<String> = kept.iter().flat_map(|it| imported(it)).collect();
    let of = |file: &File, is: fn(&Item) -> bool| -> Vec<Item> {
        file.items.iter().filter(|it| is(it)).cloned().collect()
    };
    // The order in which such a file is written.
    let kinds: [fn(&Item) -> bool; 3] = [
        |it| matches!(it, Item::Mod(_)),
        |it| matches!(it, Item::Use(_)),
        |it| !matches!(it, Item::Mod(_) | Item::Use(_)),
    ];
    let parts = kinds.map(|is| {
        let mut items = of(&new, is);
        insert(&mut items, &of(old, is), is_kept);
        items
    });
    new.items = parts.into_iter().flatten().collect();
    let listed = |file: &File| file.items.iter().find_map(models);
    let (mut all, before) = (listed(&new)?, listed(old)?);
    insert(&mut all, &before, |path: &syn::Path| {
        path.get_ident()
            .is_some_and(|it| names.contains(&it.to_string()))
    });
    for item in &mut new.items {
        if models(item).is_some()
            && let Item::Const(item) = item
            && let syn::Expr::Macro(list) = item.expr.as_mut()
        {
            list.mac.tokens = quote!(#(#all),*);
        }
    }
    Some(new)
}

/// Puts what is kept of the old list into the new one, each behind what was before it.
fn insert<T: ToTokens + Clone>(new: &mut Vec<T>, old: &[T], is_kept: impl Fn(&T) -> bool) {
    let text = |it: &T| it.to_token_stream().to_string();
    for (at, item) in old.iter().enumerate().filter(|(_, it)| is_kept(it)) {
        if new.iter().any(|it| text(it) == text(item)) {
            continue;
        }
        let place = |before: &T| new.iter().position(|it| text(it) == text(before));
        let behind = old[..at].iter().rev().find_map(place);
        new.insert(behind.map_or(0, |it| it + 1), item.clone());
    }
}

/// The module that an item declares or imports from.
fn module_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Mod(it) if it.content.is_none() => &it.ident,
        Item::Use(it) => match &it.tree {
            UseTree::Path(path) => &path.ident,
            _ => return None,
        },
        _ => return None,
    };
    Some(ident.to_string().trim_start_matches("r#").to_owned())
}

/// The name that an item imports.
fn imported(item: &Item) -> Option<String> {
    let Item::Use(item) = item else { return None };
    let UseTree::Path(path) = &item.tree else {
        return None;
    };
    match &*path.tree {
        UseTree::Name(name) => Some(name.ident.to_string()),
        _ => None,
    }
}

/// The list of all models.
fn models(item: &Item) -> Option<Vec<syn::Path>> {
    let Item::Const(item) = item else { return None };
    let syn::Expr::Macro(list) = item.expr.as_ref() else {
        return None;
    };
    let all = list
        .mac
        .parse_body_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
    Some(all.ok()?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::with_modules;

    #[test]
    fn what_is_kept_is_where_it_was() {
        let file = |names: &[&str]| {
            let mods: String = names.iter().map(|it| format!("mod r#{it};\n")).collect();
            let uses: String = names
                .iter()
                .map(|it| format!("pub use r#{it}::{};\n", it.to_uppercase()))
                .collect();
            let list = names.join(", ").to_uppercase();
            let code = format!(
                "//! Models.\n{mods}{uses}/// All.\npub const MODELS: Models = models![{list}];\n"
            );
            prettyplease::unparse(&syn::parse_file(&code).unwrap())
        };
        let kept = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let before = file(&["a", "b", "c", "d"]);
        for (now, modules, expected) in [
            (&["b", "d"][..], &["a", "c"][..], &["a", "b", "c", "d"][..]),
            (&["b", "d"], &["c"], &["b", "c", "d"]),
            (&["b", "e"], &["a", "c", "d"], &["a", "b", "c", "d", "e"]),
            (&["x"], &["y"], &["x"]),
        ] {
            let found = with_modules(&file(now), &before, &kept(modules));
            assert_eq!(found, file(expected));
        }
    }
}
