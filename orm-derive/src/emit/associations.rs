//! Associations: a marker type, a descriptor and a handle each.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{beside, position, positions, types};
use crate::check::beside::handle;
use crate::model::{
    Action, Association, Column, Deferrable, JoinKey, Kind, Model, TargetColumns, Through,
    ThroughTable,
};

/// `pub enum User_orders {}`, beside the model: it is part of public types.
pub(super) fn markers(model: &Model) -> TokenStream {
    let markers = model.associations.iter();
    let markers = markers.map(|it| beside::marker(&it.vis, &it.marker));
    quote!(#(#markers)*)
}

/// `pub const orders: Association<User_orders> = ..`
pub(super) fn handles(model: &Model) -> Vec<TokenStream> {
    let handle = |association: &Association| {
        let (vis, name, marker) = (&association.vis, &association.ident, &association.marker);
        let target = association
            .target
            .segments
            .last()
            .map(|segment| segment.ident.unraw().to_string());
        let number = if association.kind.is_many() {
            "many"
        } else {
            "one"
        };
        let doc = format!(
            " The association `{}`: {number} `{}`.",
            association.name,
            target.unwrap_or_default()
        );
        quote! {
            #[doc = #doc]
            #vis const #name: __::Association<#marker> = __::Association::new();
        }
    };
    model.associations.iter().map(handle).collect()
}

/// The constant that holds the columns of the other side, or of the join table.
fn key_constant(association: &Association, which: &str) -> Ident {
    format_ident!("__{}_{which}", association.name)
}

/// The columns of the other model where a constant of their own holds them: they
/// are needed twice, or compared with what they refer to.
// belongs_to(as = "customer", model = User, foreign_key = "user_code", target_key = "code")  becomes
//     const __customer_columns: &[u16] = {
//         let key = (User::code,);
//         __::same_key((Order::user_code,), key);
//         &[key.0.position()]
//     };
pub(super) fn keys(model: &Model) -> TokenStream {
    let apart = model.associations.iter().filter(|it| !stands_in_table(it));
    apart.map(|association| key(model, association)).collect()
}

/// Whether the columns of the other model are named in the table alone.
fn stands_in_table(association: &Association) -> bool {
    match (&association.columns, association.kind) {
        (_, Kind::ManyToMany) => false,
        (TargetColumns::PrimaryKey, kind) => kind == Kind::BelongsTo,
        (TargetColumns::Named(_), _) => {
            association.convention.is_some() || is_looked_up(association)
        }
    }
}

/// Whether the named columns of the other model are found by their names. A
/// handle says more, the type; it is asked for where nobody else compares it.
pub(super) fn is_looked_up(association: &Association) -> bool {
    association.convention.is_none()
        && match association.kind {
            Kind::BelongsTo => false,
            Kind::ManyToMany => true,
            Kind::HasOne | Kind::HasMany => !association.one_sided,
        }
}

fn key(model: &Model, association: &Association) -> TokenStream {
    let constant = key_constant(association, "columns");
    let columns = columns(model, association);
    let join = join_keys(model, association);
    quote!(const #constant: &[u16] = #columns; #join)
}

/// The columns of the other model, looked up: whatever is wrong with them is said
/// by one assertion and nowhere else.
// has_many(as = "orders", model = Order, foreign_key = "user_id")  becomes
//     &__::named_key::<__model_orders, 1>(["user_id"])
// and without `foreign_key`
//     &__::held_key::<User, __model_orders, 1>(&[0], "user_id")
fn columns(model: &Model, association: &Association) -> TokenStream {
    let (owner, target) = (&model.ident, types::target(association));
    let own = positions(&association.owner);
    let TargetColumns::Named(names) = &association.columns else {
        let width = match &association.through {
            None => position(own.len()).to_token_stream(),
            Some(through) => through_width(&target, through),
        };
        let span = association.key_span;
        return quote_spanned!(span=> &__::primary_key::<#target, #width>());
    };
    if let Some(convention) = &association.convention {
        let width = position(own.len());
        quote!(&__::held_key::<#owner, #target, #width>(&[#(#own),*], #convention))
    } else if is_looked_up(association) {
        let width = position(names.len());
        let names = names.iter().map(|name| name.unraw().to_string());
        quote!(&__::named_key::<#target, #width>([#(#names),*]))
    } else {
        compared(model, association, names)
    }
}

/// How many columns the other side's key has in a join table.
fn through_width(target: &Ident, through: &Through) -> TokenStream {
    match &through.table {
        ThroughTable::Model(join) if !through.target.is_named => {
            quote!({ __::held_width::<#target, #join>() })
        }
        _ => position(through.target.columns.len()).to_token_stream(),
    }
}

/// The columns of the other model by their handles, of the same types as ours.
fn compared(model: &Model, association: &Association, names: &[Ident]) -> TokenStream {
    // The variable of the code below, also where the comparison has another span.
    let held_key = quote!(key);
    let span = association.key_span;
    let held = tuple(&types::target(association), names, span);
    let at = (0..names.len()).map(position);
    let own = own_columns(model, association, span);
    let same = match association.kind {
        Kind::BelongsTo => quote_spanned!(span=> __::same_key(#own, #held_key);),
        _ => quote_spanned!(span=> __::same_key(#held_key, #own);),
    };
    quote!({ let key = #held; #same &[#(key.#at.position()),*] })
}

/// The columns of a join table that is a model of its own, whose `belongs_to`
/// compares them with what they refer to.
fn join_keys(model: &Model, association: &Association) -> Option<TokenStream> {
    let through = association.through.as_ref()?;
    let ThroughTable::Model(join) = &through.table else {
        return None;
    };
    let (owner, target) = (&model.ident, types::target(association));
    let own = positions(&association.owner);
    let columns = key_constant(association, "columns");
    let (own_width, other_width) = (
        position(own.len()),
        quote!({ __::held_width::<#target, #join>() }),
    );
    let held = |model: TokenStream, width: TokenStream, refers_to: TokenStream, key: &JoinKey| {
        let names = key.columns.iter().map(|name| name.unraw().to_string());
        if key.is_named {
            let width = position(key.columns.len());
            quote!(__::named_key::<#join, #width>([#(#names),*]))
        } else {
            quote!(__::held_key::<#model, #join, #width>(#refers_to, #(#names)*))
        }
    };
    let owner_key = held(
        quote!(#owner),
        quote!(#own_width),
        quote!(&[#(#own),*]),
        &through.owner,
    );
    let other_key = held(
        quote!(#target),
        other_width,
        quote!(#columns),
        &through.target,
    );
    let (owner_names, other_names) = (
        key_constant(association, "owner"),
        key_constant(association, "target"),
    );
    Some(quote! {
        const #owner_names: &[&str] = &__::join_columns::<#join, _>(#owner_key);
        const #other_names: &[&str] = &__::join_columns::<#join, _>(#other_key);
    })
}

/// `(Order::user_id,)`, with the span of what the user wrote for it: rustc
/// knows the near names of another model, this macro does not.
fn tuple(owner: &impl ToTokens, names: &[Ident], span: Span) -> TokenStream {
    let columns = names.iter().map(|name| {
        let (at, name) = (name.span(), handle(name));
        quote_spanned!(at=> <#owner>::#name)
    });
    quote_spanned!(span=> (#(#columns,)*))
}

fn own_columns(model: &Model, association: &Association, span: Span) -> TokenStream {
    let owner = &model.ident;
    let names = association
        .owner
        .iter()
        .map(|at| &model.columns[*at].handle);
    quote_spanned!(span=> (#(#owner::#names,)*))
}

/// `HELD_KEYS`, where there is one: what other models need not be told.
pub(super) fn held_keys(model: &Model) -> Option<TokenStream> {
    let held: Vec<TokenStream> = model
        .associations
        .iter()
        .filter(|association| association.kind == Kind::BelongsTo)
        .map(|association| {
            let (target, own) = (types::target(association), positions(&association.owner));
            if stands_in_table(association) {
                return quote!(__::held::<#target, _>(&[#(#own),*]));
            }
            let columns = key_constant(association, "columns");
            quote!(__::HeldKey::new::<#target>(&[#(#own),*], #columns))
        })
        .collect();
    (!held.is_empty()).then(|| quote!(const HELD_KEYS: &'static [__::HeldKey] = &[#(#held),*];))
}

/// The `AssociationDef`s of the table. After an error there is one more,
/// without a name: other models then do not ask for their other side.
pub(super) fn definitions(model: &Model) -> Vec<TokenStream> {
    let known = model.associations.iter();
    let known = known.map(|association| definition(model, association));
    let unknown = (!model.associations_known).then(|| {
        quote! {
            __::AssociationDef::new("", __::AssociationKind::HasMany, <Self as __::Model>::__table, "", &[], &[])
        }
    });
    known.chain(unknown).collect()
}

fn definition(model: &Model, association: &Association) -> TokenStream {
    let set = options(association);
    let plain = plain(model, association);
    if set.is_empty() {
        plain
    } else {
        quote!(__::AssociationDef { #(#set,)* ..#plain })
    }
}

/// An association without any option.
fn plain(model: &Model, association: &Association) -> TokenStream {
    let (name, target) = (&association.name, types::target(association));
    let own = positions(&association.owner);
    let is_in_table = stands_in_table(association);
    if is_in_table && association.kind == Kind::BelongsTo {
        return quote!(__::belongs_to::<#target, _>(#name, &[#(#own),*]));
    }
    let kind = format_ident!("{}", association.kind.variant());
    let columns = match is_in_table {
        true => columns(model, association),
        false => key_constant(association, "columns").to_token_stream(),
    };
    quote! {
        __::side::<#target>(#name, __::AssociationKind::#kind, &[#(#own),*], #columns)
    }
}

/// What differs from the defaults.
fn options(association: &Association) -> Vec<TokenStream> {
    let mut set = Vec::new();
    if let Some(through) = join_table(association) {
        set.push(quote!(through: __::Some(#through)));
    }
    for (name, action, usual) in [
        ("on_delete", association.on_delete, Action::Restrict),
        ("on_update", association.on_update, Action::Nothing),
    ] {
        let (name, variant) = (
            format_ident!("{name}"),
            format_ident!("{}", action.variant()),
        );
        if action != usual {
            set.push(quote!(#name: __::Action::#variant));
        }
    }
    if association.deferrable != Deferrable::No {
        let variant = format_ident!("{}", association.deferrable.variant());
        set.push(quote!(deferrable: __::Deferrable::#variant));
    }
    if let Some(name) = &association.constraint_name {
        set.push(quote!(constraint_name: __::Some(#name)));
    }
    for (name, value, usual) in [
        ("constraint", association.constraint, true),
        ("index", association.index, true),
        ("one_sided", association.one_sided, false),
        ("match_full", association.match_full, false),
    ] {
        let name = format_ident!("{name}");
        if value != usual {
            set.push(quote!(#name: #value));
        }
    }
    if !association.scope.is_empty() {
        let target = types::target(association);
        let conditions = association.scope.iter().map(|scope| {
            let (column, value) = (handle(&scope.column), &scope.value);
            let field = scope.column.unraw().to_string();
            // The handle is named once, so that what is wrong with it is said once.
            let position = quote!(__::named_key::<#target, 1>([#field])[0]);
            quote!((#position, || __::scope_value(#target::#column, #value)))
        });
        set.push(quote!(scope: &[#(#conditions),*]));
    }
    set
}

fn join_table(association: &Association) -> Option<TokenStream> {
    let through = association.through.as_ref()?;
    Some(match &through.table {
        ThroughTable::Model(join) => {
            let (owner, target) = (
                key_constant(association, "owner"),
                key_constant(association, "target"),
            );
            quote! {
                __::join_model::<#join>(#owner, #target)
            }
        }
        ThroughTable::Plain(name) => {
            let owner = through
                .owner
                .columns
                .iter()
                .map(|column| column.unraw().to_string());
            let target = through
                .target
                .columns
                .iter()
                .map(|column| column.unraw().to_string());
            quote! {
                __::JoinTable::plain(
                    __::TableName { schema: __::None, name: #name },
                    &[#(#owner),*],
                    &[#(#target),*],
                )
            }
        }
    })
}

/// What is said of each marker, such as `User_orders`.
pub(super) fn implementations(model: &Model) -> TokenStream {
    let all = model.associations.iter().enumerate();
    all.map(|(at, association)| implementation(model, at, association))
        .collect()
}

// has_many(as = "orders", model = Order, foreign_key = "user_id")  becomes
//     impl __::Marker for User_orders {
//         type Side = __::Has<__::Many, User, __model_orders, __::Primary,
//             __::In<{ __::filled::<User, __model_orders>(0, 0) }>>;
//         type Place = __::First;
//     }
fn implementation(model: &Model, at: usize, association: &Association) -> TokenStream {
    let target = types::target(association);
    // Where the other model is none, that is said once: at its name.
    let mut marker = association.marker.clone();
    marker.set_span(marker.span().located_at(target.span()));
    let (side, place) = (side(model, at, association), place(at));
    let owner_key = owner_key(model, association);
    quote_spanned! {target.span()=>
        impl __::Marker for #marker {
            type Side = #side;
            type Place = #place;
            #owner_key
        }
    }
}

/// Where an association stands, as a type.
pub(super) fn place(at: usize) -> TokenStream {
    (0..at).fold(quote!(__::First), |place, _| quote!(__::After<#place>))
}

/// Which kind it is, between which models, by which key.
fn side(model: &Model, at: usize, association: &Association) -> TokenStream {
    let (owner, target) = (&model.ident, types::target(association));
    let (key, span) = (key_type(model, association), target.span());
    // `Option` is spelled `Option`: one under another name does not compile.
    let mut columns = association.owner.iter();
    let may_be_null = columns.any(|at| model.columns[*at].nullable);
    let own_key = match is_primary(model, association) {
        true => quote!(__::Primary),
        false => quote!(__::Other<#key>),
    };
    let number = match association.kind {
        Kind::HasOne => quote!(__::AtMostOne),
        Kind::BelongsTo if may_be_null => quote!(__::AtMostOne),
        Kind::BelongsTo => quote!(__::ExactlyOne),
        Kind::HasMany | Kind::ManyToMany => quote!(__::Many),
    };
    match association.kind {
        Kind::BelongsTo => quote_spanned!(span=> __::BelongsTo<#owner, #target, #key, #number>),
        Kind::ManyToMany => {
            let join = join_row(association);
            quote_spanned!(span=> __::ManyToMany<#owner, #target, #own_key, #join>)
        }
        Kind::HasOne | Kind::HasMany => {
            let held = held_in(model, at, association);
            quote_spanned!(span=> __::Has<#number, #owner, #target, #own_key, #held>)
        }
    }
}

/// Whether others refer to this model by its primary key.
fn is_primary(model: &Model, association: &Association) -> bool {
    association.kind != Kind::BelongsTo && association.owner == model.key
}

/// The model between the two sides, if there is one.
fn join_row(association: &Association) -> TokenStream {
    match association.through.as_ref().map(|through| &through.table) {
        Some(ThroughTable::Model(join)) => {
            quote_spanned!(join.span()=> __::JoinedBy<#join>)
        }
        _ => quote!(__::NoJoinRow),
    }
}

fn key_type(model: &Model, association: &Association) -> TokenStream {
    let span = association.key_span;
    let types = association.owner.iter().map(|at| {
        let ty = types::column(&model.columns[*at]);
        quote_spanned!(span=> __::Base<#ty>)
    });
    let types: Vec<TokenStream> = types.collect();
    match types.as_slice() {
        [one] => one.clone(),
        all => quote_spanned!(span=> (#(#all,)*)),
    }
}

/// The columns of the other model that hold this one's key. Where it declares so
/// itself, it says whether they may be NULL.
fn held_in(model: &Model, at: usize, association: &Association) -> TokenStream {
    let (owner, target) = (&model.ident, types::target(association));
    let width = match &association.columns {
        TargetColumns::Named(names) => names.len(),
        TargetColumns::PrimaryKey => association.owner.len(),
    };
    let at = position(at);
    if width == 1 && !association.one_sided && association.type_column.is_none() {
        return quote!(__::In<{ __::filled::<#owner, #target>(#at, 0) }>);
    }
    let filled = (0..width).map(|place| {
        let place = position(place);
        quote!(__::filled::<#owner, #target>(#at, #place))
    });
    let types = association.type_column.iter().map(|column| {
        let column = column.unraw().to_string();
        quote!(__::prefilled::<#target>(__::named_key::<#target, 1>([#column])[0]))
    });
    let empty = quote_spanned!(target.span()=> <#target as __::Model>::Create);
    let builder = types.chain(filled).fold(
        empty,
        |builder, column| quote!(<#builder as __::Prefill<{ #column }>>::Output),
    );
    quote!(__::InSeveral<#builder, { __::held_null::<#owner, #target>(#at) }>)
}

/// The key, where it is not the primary key.
fn owner_key(model: &Model, association: &Association) -> Option<TokenStream> {
    if is_primary(model, association) {
        return None;
    }
    let (owner, key) = (&model.ident, key_type(model, association));
    // One token for both: where a macro writes the model, spans decide who sees whom.
    let row = Ident::new("owner", Span::mixed_site());
    let value = key_value(model, association, &row);
    let refers = (stands_in_table(association) && association.kind == Kind::BelongsTo).then(|| {
        let target = types::target(association);
        quote_spanned! {association.key_span=>
            let _: <#key as __::SameType<<#target as __::Model>::Key>>::Checked = ();
        }
    });
    let span = association.target.span();
    Some(quote_spanned! {span=>
        fn owner_key(#row: &#owner) -> __::Option<#key> {
            #refers
            #value
        }
    })
}

fn key_value(model: &Model, association: &Association, row: &Ident) -> TokenStream {
    let columns: Vec<&Column> = association
        .owner
        .iter()
        .map(|at| &model.columns[*at])
        .collect();
    if let [only] = columns.as_slice() {
        let field = &only.ident;
        let key = quote!(__::Clone::clone(&#row.#field));
        return if only.nullable {
            key
        } else {
            quote!(__::Some(#key))
        };
    }
    let parts = columns.iter().map(|column| {
        let (field, unwrap) = (&column.ident, column.nullable.then(|| quote!(?)));
        quote!(__::Clone::clone(&#row.#field) #unwrap)
    });
    quote!(__::Some((#(#parts,)*)))
}
