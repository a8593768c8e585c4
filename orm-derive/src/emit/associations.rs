//! Associations: a marker type, a descriptor and a handle each.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{beside, position, positions, types};
use crate::check::beside::handle;
use crate::model::{
    Action, Association, Column, Deferrable, JoinKey, Kind, Model, TargetColumns, ThroughTable,
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
            #vis const #name: __orm::Association<#marker> = __orm::Association::new();
        }
    };
    model.associations.iter().map(handle).collect()
}

/// The constant that holds the columns of the other side, or of the join table.
fn key_constant(association: &Association, which: &str) -> Ident {
    format_ident!("__{}_{which}", association.name)
}

/// The columns of the other model, looked up once: whatever is wrong with them
/// is said by one assertion and nowhere else.
// has_many(as = "orders", model = Order, foreign_key = "user_id")  becomes
//     const __orders_columns: &[u16] = &__orm::named_key::<__model_orders, 1>(["user_id"]);
// and without `foreign_key`
//     const __orders_columns: &[u16] = &__orm::held_key::<User, __model_orders, 1>(&[0], "user_id");
// A key that only one of the two sides declares is compared with what it refers to:
//     const __customer_columns: &[u16] = {
//         let key = (User::code,);
//         __orm::same_key((Order::user_code,), key);
//         &[key.0.position()]
//     };
pub(super) fn keys(model: &Model) -> TokenStream {
    model
        .associations
        .iter()
        .map(|association| key(model, association))
        .collect()
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
    let (constant, span) = (key_constant(association, "columns"), association.key_span);
    let (owner, target) = (&model.ident, types::target(association));
    let own = positions(&association.owner);
    let columns = match &association.columns {
        TargetColumns::Named(names) => {
            let width = position(names.len());
            if let Some(convention) = &association.convention {
                let width = position(own.len());
                quote!(&__orm::held_key::<#owner, #target, #width>(&[#(#own),*], #convention))
            } else if is_looked_up(association) {
                let names = names.iter().map(|name| name.unraw().to_string());
                quote!(&__orm::named_key::<#target, #width>([#(#names),*]))
            } else {
                compared(model, association, names)
            }
        }
        TargetColumns::PrimaryKey => match &association.through {
            None => {
                let (width, key) = (position(own.len()), key_type(model, association));
                quote_spanned! {span=> {
                    let _: <#key as __orm::SameType<<#target as __orm::Model>::Key>>::Checked = ();
                    &__orm::primary_key::<#target, #width>()
                }}
            }
            Some(through) => {
                let width = match &through.table {
                    ThroughTable::Model(join) if !through.target.is_named => {
                        quote!({ __orm::held_width::<#target, #join>() })
                    }
                    _ => position(through.target.columns.len()).to_token_stream(),
                };
                quote_spanned!(span=> &__orm::primary_key::<#target, #width>())
            }
        },
    };
    let join = association
        .through
        .as_ref()
        .map(|_| join_keys(model, association));
    quote!(const #constant: &[u16] = #columns; #join)
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
        Kind::BelongsTo => quote_spanned!(span=> __orm::same_key(#own, #held_key);),
        _ => quote_spanned!(span=> __orm::same_key(#held_key, #own);),
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
        quote!({ __orm::held_width::<#target, #join>() }),
    );
    let held = |model: TokenStream, width: TokenStream, refers_to: TokenStream, key: &JoinKey| {
        let names = key.columns.iter().map(|name| name.unraw().to_string());
        if key.is_named {
            let width = position(key.columns.len());
            quote!(__orm::named_key::<#join, #width>([#(#names),*]))
        } else {
            quote!(__orm::held_key::<#model, #join, #width>(#refers_to, #(#names)*))
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
        const #owner_names: &[&str] = &__orm::join_columns::<#join, _>(#owner_key);
        const #other_names: &[&str] = &__orm::join_columns::<#join, _>(#other_key);
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
            let columns = key_constant(association, "columns");
            quote!(__orm::HeldKey::new::<#target>(&[#(#own),*], #columns))
        })
        .collect();
    (!held.is_empty()).then(|| quote!(const HELD_KEYS: &'static [__orm::HeldKey] = &[#(#held),*];))
}

/// The `AssociationDef`s of the table. After an error there is one more,
/// without a name: other models then do not ask for their other side.
pub(super) fn definitions(model: &Model) -> Vec<TokenStream> {
    let known = model.associations.iter().map(definition);
    let unknown = (!model.associations_known).then(|| {
        quote! {
            __orm::AssociationDef::new("", __orm::AssociationKind::HasMany, <Self as __orm::Model>::__table, "", &[], &[])
        }
    });
    known.chain(unknown).collect()
}

fn definition(association: &Association) -> TokenStream {
    let (name, target, owner) = (
        &association.name,
        types::target(association),
        positions(&association.owner),
    );
    let (kind, columns) = (
        format_ident!("{}", association.kind.variant()),
        key_constant(association, "columns"),
    );
    let new = quote! {
        __orm::side::<#target>(
            #name,
            __orm::AssociationKind::#kind,
            &[#(#owner),*],
            #columns,
        )
    };
    let set = options(association);
    if set.is_empty() {
        new
    } else {
        quote!(__orm::AssociationDef { #(#set,)* ..#new })
    }
}

/// What differs from the defaults.
fn options(association: &Association) -> Vec<TokenStream> {
    let mut set = Vec::new();
    if let Some(through) = join_table(association) {
        set.push(quote!(through: __orm::Some(#through)));
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
            set.push(quote!(#name: __orm::Action::#variant));
        }
    }
    if association.deferrable != Deferrable::No {
        let variant = format_ident!("{}", association.deferrable.variant());
        set.push(quote!(deferrable: __orm::Deferrable::#variant));
    }
    for (name, value, usual) in [
        ("constraint", association.constraint, true),
        ("index", association.index, true),
        ("one_sided", association.one_sided, false),
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
            let position = quote!(__orm::named_key::<#target, 1>([#field])[0]);
            quote!((#position, || __orm::scope_value(#target::#column, #value)))
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
                __orm::join_model::<#join>(#owner, #target)
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
                __orm::JoinTable::plain(
                    __orm::TableName { schema: __orm::None, name: #name },
                    &[#(#owner),*],
                    &[#(#target),*],
                )
            }
        }
    })
}

/// `impl Associate for User_orders`
pub(super) fn implementations(model: &Model) -> TokenStream {
    let all = model.associations.iter().enumerate();
    all.map(|(at, association)| implementation(model, at, association))
        .collect()
}

fn implementation(model: &Model, at: usize, association: &Association) -> TokenStream {
    let (owner, marker, target) = (
        &model.ident,
        &association.marker,
        types::target(association),
    );
    let (kind, key, create) = (
        kind(model, association),
        key_type(model, association),
        create(association),
    );
    // One token for both: where a macro writes the model, spans decide who sees whom.
    let row = Ident::new("owner", Span::mixed_site());
    let (at, owner_key) = (position(at), owner_key(model, association, &row));
    let (holder, join) = (holder(model, association), join_row(association));
    // What not everyone sees cannot be named by `loaded!`, through a model that everyone sees.
    let named = (!association.hidden).then(|| {
        quote_spanned! {target.span()=>
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Nth<#at> for #owner {
                type Association = #marker;
            }
        }
    });
    quote_spanned! {target.span()=>
        #named
        #[automatically_derived]
        impl __orm::Associate for #marker {
            type Owner = #owner;
            type Target = #target;
            type Kind = #kind;
            type Key = #key;
            type Create = #create;
            type Holder = #holder;
            type Join = #join;
            const DEF: &'static __orm::AssociationDef = __orm::association::<#owner>(#at);
            fn owner_key(#row: &#owner) -> __orm::Option<Self::Key> {
                #owner_key
            }
        }
    }
}

/// Where the key is held, and whether it may be NULL there.
fn holder(model: &Model, association: &Association) -> TokenStream {
    let (owner, target) = (&model.ident, types::target(association));
    match association.kind {
        Kind::ManyToMany => quote!(__orm::HeldByJoinTable),
        Kind::BelongsTo => {
            let columns = positions(&association.owner);
            quote!(__orm::HeldByOwner<{ __orm::nullable(__orm::columns::<#owner>(), &[#(#columns),*]) }>)
        }
        Kind::HasMany | Kind::HasOne => {
            let columns = key_constant(association, "columns");
            quote!(__orm::HeldByTarget<{ __orm::nullable(__orm::columns::<#target>(), #columns) }>)
        }
    }
}

/// The model between the two sides, if there is one.
fn join_row(association: &Association) -> TokenStream {
    match association.through.as_ref().map(|through| &through.table) {
        Some(ThroughTable::Model(join)) => {
            quote_spanned!(join.span()=> __orm::JoinedBy<#join>)
        }
        _ => quote!(__orm::NoJoinRow),
    }
}

/// How many rows; of `belongs_to` the nullability of the key decides.
fn kind(model: &Model, association: &Association) -> TokenStream {
    let (owner, columns) = (&model.ident, positions(&association.owner));
    let target = types::target(association);
    match association.kind {
        Kind::HasMany | Kind::ManyToMany => quote!(__orm::Many),
        Kind::HasOne => quote!(__orm::AtMostOne),
        Kind::BelongsTo => quote! {
            <__orm::BelongsToOne<
                { __orm::belongs_to::<#target>(__orm::columns::<#owner>(), &[#(#columns),*]) },
            > as __orm::BelongsTo>::Kind
        },
    }
}

fn key_type(model: &Model, association: &Association) -> TokenStream {
    let span = association.key_span;
    let types = association.owner.iter().map(|at| {
        let ty = types::column(&model.columns[*at]);
        quote_spanned!(span=> <#ty as __orm::ColumnType>::Base)
    });
    let types: Vec<TokenStream> = types.collect();
    match types.as_slice() {
        [one] => one.clone(),
        all => quote_spanned!(span=> (#(#all,)*)),
    }
}

/// The other model's builder, with the key given where the other side holds it.
fn create(association: &Association) -> TokenStream {
    let target = types::target(association);
    let empty = quote_spanned!(target.span()=> <#target as __orm::Model>::Create);
    let TargetColumns::Named(names) = &association.columns else {
        return empty;
    };
    if !matches!(association.kind, Kind::HasMany | Kind::HasOne) {
        return empty;
    }
    let columns = key_constant(association, "columns");
    let of_one_of = association
        .type_column
        .iter()
        .fold(empty, |builder, column| {
            let column = column.unraw().to_string();
            quote! {
                <#builder as __orm::Prefill<{
                    __orm::prefilled::<#target>(__orm::named_key::<#target, 1>([#column])[0])
                }>>::Output
            }
        });
    (0..names.len())
        .map(position)
        .fold(of_one_of, |builder, at| {
            quote! {
                <#builder as __orm::Prefill<{ __orm::prefilled::<#target>(#columns[#at]) }>>::Output
            }
        })
}

fn owner_key(model: &Model, association: &Association, row: &Ident) -> TokenStream {
    let columns: Vec<&Column> = association
        .owner
        .iter()
        .map(|at| &model.columns[*at])
        .collect();
    if let [only] = columns.as_slice() {
        let field = &only.ident;
        let key = quote!(__orm::Clone::clone(&#row.#field));
        return if only.nullable {
            key
        } else {
            quote!(__orm::Some(#key))
        };
    }
    let parts = columns.iter().map(|column| {
        let (field, unwrap) = (&column.ident, column.nullable.then(|| quote!(?)));
        quote!(__orm::Clone::clone(&#row.#field) #unwrap)
    });
    quote!(__orm::Some((#(#parts,)*)))
}
